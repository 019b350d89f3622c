"""A sale that is settled without a payment (fiken-api.md §5.7)."""

from odoo import api, models

from .base import Nothing, Prepared, Sent, Waits

SETTLED = "sale"


class SettleResource(models.AbstractModel):
    """An invoice and its credit note that Odoo has reconciled in full.

    There is no such call for purchases. Saying it twice does no harm.
    """

    _name = "fiken.resource.settle"
    _inherit = "fiken.resource"
    _description = "Fiken Sale Settled Without Payment"

    _resource = "settle"
    _record_model = "account.move"
    _priority = 67
    _is_told = True

    @api.model
    def _label(self):
        return self.env._("Settled without payment")

    @api.model
    def _told_when_done(self):
        return self.env._("Set as settled in Fiken, without a payment.")

    @api.model
    def _prepare(self, job, move):
        fiken_company = job.fiken_company_id
        sales = self.env[f"fiken.resource.{SETTLED}"]
        sale = sales._binding(fiken_company, move)
        if not sale:
            if self.env["fiken.job"]._owed(sales, fiken_company, move):
                raise Waits(sales, move, job.vendor_id)
            raise Nothing(self.env._("It is not in Fiken."))
        return Prepared(
            {"settledDate": str(self._settled_date(move))},
            fiken_company._path(f"/sales/{sale.remote_id}/settled"),
            remote_id=sale.remote_id,
        )

    @api.model
    def _settled_date(self, move):
        """The day of what settled it last."""
        lines = move.line_ids.filtered(
            lambda line: line.account_type in ("asset_receivable", "liability_payable")
        )
        partials = lines.matched_debit_ids | lines.matched_credit_ids
        return max([*partials.mapped("max_date"), move.invoice_date or move.date])

    @api.model
    def _write(self, session, job, prepared):
        session.patch(prepared.path, **prepared.body)
        return Sent(prepared.remote_id)
