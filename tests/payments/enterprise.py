"""Odoo Enterprise's accounting, as far as payments show it; it is not installed here.

There an invoice is *in payment* until the bank has moved the money, and a method of
payment has no outstanding account: what is registered with it has no entry.
"""

from unittest.mock import patch


class EnterpriseMixin:
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["account.payment.method.line"].sudo().search(
            [("journal_id.company_id", "child_of", cls.company.id)]
        ).payment_account_id = False
        cls.startClassPatcher(
            patch.object(
                cls.env.registry["account.move"],
                "_get_invoice_in_payment_state",
                lambda model: "in_payment",
            )
        )
