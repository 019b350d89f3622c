from odoo import models

# What posts entries of its own that have a way to Fiken, or no need of one: the field
# that says so, where its module is installed.
COVERED_BY = (
    "origin_payment_id",
    "statement_line_id",
    "pos_session_ids",
    "pos_payment_ids",
    "tax_cash_basis_rec_id",
)


class AccountMove(models.Model):
    """Journal entries never go to Fiken: whoever looks at one is told."""

    _inherit = "account.move"

    # Actions

    def _get_alerts(self):
        alerts = super()._get_alerts()
        if self._fiken_never_goes():
            alerts["fiken_never"] = {
                "level": "info",
                "message": self._fiken_never_text(),
            }
        return alerts

    # Business

    def _fiken_never_goes(self):
        """Whether it is an entry of books in Fiken that somebody must book there."""
        self.ensure_one()
        if self.move_type != "entry" or self.state != "posted" or self._fiken_covered():
            return False
        vendor = self.env["fiken.vendor"]._of_documents(self)[self]
        return vendor.accounting_system == "fiken" and vendor._is_active_on(self.date)

    def _fiken_covered(self):
        """Whether a payment, a settlement or Fiken's own arithmetic stands for it."""
        if self._fiken_is_expense():
            # Odoo makes a payment of it, which pays no document: it never goes either.
            return False
        is_exchange = self.journal_id == self.company_id.currency_exchange_journal_id
        # Who reads an entry need not be let into the point of sale.
        move = self.sudo()
        return is_exchange or any(
            name in move._fields and move[name] for name in COVERED_BY
        )

    def _fiken_is_expense(self):
        return "expense_ids" in self._fields and bool(self.sudo().expense_ids)

    def _fiken_never_text(self):
        if self._fiken_is_expense():
            return self.env._(
                "An expense that the company paid is a journal entry in Odoo, and"
                " entries are not sent to Fiken. Book it there as well."
            )
        return self.env._(
            "Journal entries are not sent to Fiken. If it belongs in the books there,"
            " book it there as well."
        )
