"""What the set-up check finds before a document does."""

from .test_setup_check import SetupCase


class TestSetupFinds(SetupCase):
    def test_proposals_of_what_is_used_are_shown_where_the_code_is_another(self):
        """The same code is the same account, and what nobody uses waits."""
        lines = self.vendor.ledger_id.account_line_ids
        in_use = lines.filtered("is_in_use")
        self.assertTrue(0 < len(in_use) < len(lines))
        lines.is_proposal = True
        self.assertLine(": accounts", "ok", f"All {len(in_use)} accounts in use")
        self.invoice(self.line(account="3020"))
        line = lines.filtered(lambda one: one.account_code == "3020")
        line.fiken_code = "3010"
        line.is_proposal = True
        check = self.assertLine(": accounts", "warning", "3020", "→ 3010")
        self.assertIn(line, self.shown(self.cure(check)))

    def test_guesses_are_accepted_one_by_one(self):
        lines = self.vendor.ledger_id.account_line_ids[:3]
        lines.is_proposal = True
        lines[:2].is_guess = True
        told = lines.action_accept_together()
        self.assertIn("2 are guesses", told["params"]["message"])
        self.assertEqual(lines.mapped("is_proposal"), [True, True, False])
        lines[0].action_accept_together()
        self.assertEqual(lines.mapped("is_guess"), [False, True, False])

    def test_what_is_off_is_said_with_what_follows(self):
        self.vendor.bill_mode = "off"
        [line] = [
            line
            for line in self.check().line_ids.filtered(lambda one: one.state == "off")
            if "upplier" in line.title
        ]
        self.assertGreater(len(line.text), 20)
        self.vendor.bill_mode = "booked"
        off = self.check().line_ids.filtered(lambda one: one.state == "off")
        self.assertNotIn(line.title, off.mapped("title"))

    def test_sales_without_tax_that_their_account_does_not_take(self):
        self.vendor.ledger_id.sales_without_tax = "NONE"
        self.invoice(self.line())
        self.assertLine("sales without tax", "ok")
        self.invoice(self.line(100.0, None), post=False)
        self.assertLine("sales without tax", "warning", "3000", "No VAT treatment")

    def test_products_without_tax_that_their_account_does_not_take(self):
        self.vendor.ledger_id.sales_without_tax = "OUTSIDE"
        product = self.env["product.product"].create({"name": "Kaffe"})
        product.property_account_income_id = self.account("3000")
        self.assertLine("sales without tax", "ok")
        product.taxes_id = False
        self.assertLine("sales without tax", "warning", "3000")
        product.property_account_income_id = self.account("3200")
        self.assertLine("sales without tax", "ok")

    def test_it_looks_again_when_somebody_comes_back(self):
        self.vendor.ledger_id.sales_without_tax = False
        check = self.check()
        self.assertTrue(check.error_count)
        self.vendor.ledger_id.sales_without_tax = "NONE"
        check.check_again_when_old()
        self.assertTrue(check.error_count, "It was opened just now")
        self.env.cr.execute(
            "UPDATE fiken_setup_check_line SET create_date = '2026-01-01'"
        )
        self.env.invalidate_all()
        with self.as_cron():
            check.check_again_when_old()
        self.assertFalse(check.error_count)
