"""The outbox: what Odoo owes Fiken is sent once, also when edits come in between."""

from unittest.mock import patch

from .common import OutboxCase


class TestOutbox(OutboxCase):
    """Many edits, and edits at the wrong moment."""

    def test_ten_edits_are_one_job_and_one_request(self):
        partner = self.known_customer()
        for number in range(10):
            partner.phone = f"2200000{number}"
            self.commit()
        self.assertEqual(len(self.jobs(partner).filtered("next_try_at")), 0)
        self.assertEqual(self.jobs(partner).mapped("state"), ["done", "pending"])
        self.send()
        self.assertEqual(self.sandbox.count("PUT", "/contacts/{id}"), 1)
        self.assertEqual(self.contacts(name=partner.name)[0]["phoneNumber"], "22000009")

    def test_same_record_twice_in_one_transaction_is_one_job(self):
        partner = self.new_customer()
        row = self.env["fiken.resource.contact"]._job_row(
            partner.id, self.fiken_company
        )
        self.env["fiken.job"]._enqueue([row, dict(row)])
        self.assertEqual(len(self.jobs(partner)), 1)

    def test_edit_while_fiken_is_asked_first_is_not_lost(self):
        """What was built before the edit is not sent."""
        partner = self.known_customer()
        partner.phone = "11111111"
        with self.meanwhile("contact", "_preflight", self._phone(partner, "22222222")):
            self.send()
        self.assertEqual(self.contacts(name=partner.name)[0]["phoneNumber"], "22222222")
        self.assertEqual(self.sandbox.count("PUT", "/contacts/{id}"), 1)

    def test_edit_while_fiken_is_asked_first_undoes_a_refusal(self):
        """A look that ends in a refusal says nothing about what was edited since."""
        partner = self.known_customer()
        partner.phone = "11111111"
        self.sandbox.fault("GET", r"/contacts/\d+$", "status:400")
        with self.meanwhile("contact", "_preflight", self._phone(partner, "22222222")):
            self.send()
        self.assertEqual(self.jobs(partner)[-1].state, "done")
        self.assertEqual(self.contacts(name=partner.name)[0]["phoneNumber"], "22222222")

    def test_edit_while_it_is_sent_is_sent_next(self):
        partner = self.known_customer()
        partner.phone = "11111111"
        with self.meanwhile("contact", "_write", self._phone(partner, "22222222")):
            self.send()
        self.assertEqual(self.sandbox.count("PUT", "/contacts/{id}"), 2)
        self.assertEqual(self.contacts(name=partner.name)[0]["phoneNumber"], "22222222")
        self.assertEqual(set(self.jobs(partner).mapped("state")), {"done"})

    def test_edit_while_it_is_sent_and_refused_is_tried_at_once(self):
        """One record has one open job, also when two were on their way."""
        partner = self.known_customer()
        partner.phone = "11111111"
        self.sandbox.fault("PUT", "/contacts/", "status:400")
        with self.meanwhile("contact", "_write", self._phone(partner, "22222222")):
            self.send()
        self.assertEqual(self.jobs(partner).mapped("state"), ["done", "done"])
        self.assertEqual(self.contacts(name=partner.name)[0]["phoneNumber"], "22222222")

    def test_edit_while_it_is_sent_and_fiken_is_busy_waits_with_it(self):
        partner = self.known_customer()
        partner.phone = "11111111"
        self.sandbox.fault("PUT", "/contacts/", "status:429")
        with self.meanwhile("contact", "_write", self._phone(partner, "22222222")):
            self.send()
        job = self.jobs(partner)[-1]
        self.assertEqual(self.jobs(partner).mapped("state"), ["done", "pending"])
        self.assertDueIn(job, 60)
        self.time_passes(61)
        self.send()
        self.assertEqual(self.contacts(name=partner.name)[0]["phoneNumber"], "22222222")

    def test_who_waits_for_the_newer_job_waits_for_the_one_that_stays(self):
        """Her invoice is confirmed while a customer is sent and corrected at once."""
        partner = self.new_customer()
        self.owe("contact", partner)
        self.sandbox.fault("POST", "/contacts$", "status:429")
        with self.meanwhile("contact", "_write", self._phone(partner, "22222222")):
            self.send()
        move = self.invoice(partner_id=partner.id)
        self.time_passes(61)
        self.send()
        self.assertEqual(move.fiken_state, "booked", self.jobs(move).mapped("reason"))

    def test_next_job_of_a_record_waits_while_one_is_being_sent(self):
        partner = self.known_customer()
        partner.phone = "11111111"
        self.sandbox.fault("PUT", "/contacts/", "drop")
        self.send()
        self.assertEqual(self.jobs(partner)[-1].state, "sending")
        partner.phone = "22222222"
        self.commit()
        self.send()
        self.assertEqual(self.sandbox.count("PUT", "/contacts/{id}"), 1)
        self.assertEqual(
            self.jobs(partner).mapped("state"), ["done", "sending", "pending"]
        )

    def test_unchanged_record_is_not_sent(self):
        partner = self.known_customer()
        partner.phone = "11111111"
        partner.phone = False
        self.send()
        self.assertEqual(self.requested("PUT"), [])
        self.assertEqual(self.jobs(partner)[-1].state, "dropped")

    def test_what_is_in_fiken_is_never_made_a_second_time(self):
        """Also by a resource that forgets to look at its own link."""
        sale = self.env.registry["fiken.resource.sale"]
        self.startPatcher(patch.object(sale, "_check_not_booked"))
        move = self.invoice()
        self.send()
        self.owe("sale", move)
        self.send()
        self.assertEqual(len(self.sales(saleNumber=move.name)), 1)
        self.assertEqual(self.jobs(move).mapped("state"), ["done", "dropped"])

    def _phone(self, partner, phone):
        return lambda env: env["res.partner"].browse(partner.id).write({"phone": phone})
