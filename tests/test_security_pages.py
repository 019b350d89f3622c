"""What a page shows somebody leads to nothing that refuses them."""

from odoo.tools.safe_eval import safe_eval

from .people import SecurityCase

NUMBERS = ("boolean", "integer", "float", "monetary")


class TestPages(SecurityCase):
    def setUp(self):
        super().setUp()
        self.move = self.invoice(self.line(100.0, "3", "3005"))
        self.send()
        self.assertEqual(self.move.fiken_state, "blocked")

    def test_who_sees_no_badge_gets_no_alert_with_a_button_either(self):
        """Auditors and sales people read invoices, but nothing of Fiken."""
        auditor = self.new_user("aud", "account.group_account_readonly")
        self.assertNotIn("fiken", self.move.with_user(auditor)._get_alerts())
        alert = self.move.with_user(self.invoicer)._get_alerts()["fiken"]
        page = self.env[alert["action"]["res_model"]].browse(alert["action"]["res_id"])
        self.assertTrue(page.with_user(self.invoicer).has_access("read"))

    def test_no_form_keeps_its_buttons_from_working(self):
        """The web client presses none while a required field is empty, shown or not."""
        records = (
            *self.jobs(self.move, "sale"),
            self.connection,
            self.fiken_company,
            self.vendor,
            self.vendor.ledger_id,
        )
        for record in records:
            for name, required in self.fields_shown(record).items():
                if record[name] or record._fields[name].type in NUMBERS:
                    continue
                values = {one: record[one] for one in self.fields_shown(record)}
                self.assertFalse(safe_eval(required, values), f"{record}: {name}")

    def fields_shown(self, record):
        """{name: when it is required}, of technical pages as well."""
        view = self.env["ir.ui.view"].default_view(record._name, "form")
        form = self.env["ir.ui.view"].sudo().browse(view)._get_combined_arch()
        return {
            node.get("name"): node.get("required")
            or str(record._fields[node.get("name")].required)
            for node in form.iter("field")
            if not node.xpath("ancestor::field")
        }

    def test_a_job_leads_to_its_record_only_who_may_open_it(self):
        """A Fiken manager need not be an accountant."""
        job = self.jobs(self.move, "sale")
        self.assertTrue(job.with_user(self.invoicer).can_open_record)
        self.assertFalse(job.with_user(self.manager).can_open_record)

    def test_a_job_leads_to_no_record_that_was_deleted(self):
        partner = self.env["res.partner"].create({"name": "Bønnehuset AS"})
        self.env["fiken.resource.contact"]._enqueue(
            partner, self.fiken_company, self.vendor
        )
        job = self.jobs(partner).with_user(self.invoicer)
        self.assertTrue(job.can_open_record)
        partner.unlink()
        job.invalidate_recordset()
        self.assertFalse(job.can_open_record)
