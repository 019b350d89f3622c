"""A wrong link is removed by a Fiken manager, who says why."""

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form

from ..people import MANAGER, SecurityCase


class TestUnlink(SecurityCase):
    def setUp(self):
        super().setUp()
        self.move = self.invoice()
        self.send()
        self.link = self.binding(self.move, "sale")

    def remove(self, link=None, reason="It is Kaffebaren Nord's", person=None):
        """The button in the list of links, and its page."""
        link = (link or self.link).with_user(person or self.manager)
        action = link.action_unlink_from_fiken()
        wizards = self.env[action["res_model"]].with_user(person or self.manager)
        with Form(wizards.with_context(**action["context"])) as form:
            form.reason = reason
        return form.record.action_remove()

    def test_it_is_kept_as_history_with_who_when_and_why(self):
        self.remove()
        self.assertRecordValues(
            self.link,
            [
                {
                    "active": False,
                    "ended_by_id": self.manager.id,
                    "end_reason": "It is Kaffebaren Nord's",
                }
            ],
        )
        self.assertTrue(self.link.ended_at)
        said = str(self.move.message_ids[0].body)
        for fact in (self.manager.name, "Kaffebaren Nord", self.link.display_name):
            self.assertIn(fact, said)
        self.move.invalidate_recordset()
        self.assertEqual(self.move.fiken_state, "absent")
        self.assertEqual(len(self.sales()), 1, "Fiken is left as it is")

    def test_what_was_linked_twice_can_be_put_right(self):
        """The answer of one is lost; meanwhile its sale was linked to another."""
        lost = self.invoice(partner_id=self.customer.id)
        self.commit()
        self.sandbox.fault("POST", "/sales$", "commit-then-drop")
        self.send()
        (sale,) = [row for row in self.sales() if row["saleNumber"] == lost.name]
        self.link.remote_id = str(sale["saleId"])
        job = self.jobs(lost, "sale")
        job.next_try_at = False
        self.send()
        self.assertEqual(job.state, "failed")
        self.assertIn("Fiken › Configuration › Technical › Links", job.reason)
        self.remove()
        job.with_user(self.invoicer).action_retry()
        self.send()
        self.assertEqual(lost.fiken_state, "booked", job.reason)
        self.assertEqual(len(self.sales()), 2)

    def test_a_contact_that_was_the_wrong_one_is_linked_anew(self):
        link = self.binding(self.customer, "contact")
        self.remove(link, "Another company of the same name")
        self.customer.with_user(self.invoicer).action_fiken_send()
        self.commit()
        self.send()
        anew = self.binding(self.customer, "contact")
        self.assertTrue(anew)
        self.assertNotEqual(anew, link)

    def test_not_without_a_reason(self):
        with self.assertRaises(AssertionError):
            self.remove(reason=False)
        self.assertTrue(self.link.active)

    def test_not_while_the_record_is_being_sent(self):
        action = self.link.with_user(self.manager).action_unlink_from_fiken()
        wizard = (
            self.env["fiken.unlink"]
            .with_user(self.manager)
            .with_context(**action["context"])
            .create({"reason": "Wrong"})
        )
        self.jobs(self.move, "sale").write({"state": "sending"})
        with self.assertRaisesRegex(UserError, "being sent"):
            self.remove()
        with self.assertRaisesRegex(UserError, "being sent"):
            wizard.action_remove()
        self.assertTrue(self.link.active)

    def test_only_a_manager_of_the_company(self):
        other = self.env["res.company"].sudo().create({"name": "Elsewhere AS"})
        stranger = self.new_user("nils", MANAGER, companies=other)
        for person, error in (
            (self.invoicer, UserError),
            (self.employee, UserError),
            (stranger, AccessError),
        ):
            with self.assertRaises(error):
                self.link.with_user(person).action_unlink_from_fiken()
        wizard = self.env["fiken.unlink"].with_user(stranger)
        with self.assertRaises(AccessError):
            wizard.create(
                {"binding_id": self.link.id, "reason": "Wrong"}
            ).action_remove()
        with self.assertRaises(AccessError):
            self.link.with_user(self.manager).write({"active": False})
        self.assertTrue(self.link.active)

    def test_the_page_names_the_record(self):
        action = self.link.with_user(self.manager).action_unlink_from_fiken()
        wizards = self.env["fiken.unlink"].with_user(self.manager)
        form = Form(wizards.with_context(**action["context"]))
        self.assertEqual(form.res_id, self.move.id)
        self.assertEqual(form.res_model, "account.move")
        self.assertEqual(form.binding_id, self.link)
