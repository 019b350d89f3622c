from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import format_date

from .move_types import BILL_TYPES, SENT_TYPES


class FikenVendor(models.Model):
    """What was confirmed while its kind was not sent: counted and offered."""

    _inherit = "fiken.vendor"

    unmarked_text = fields.Char("Not Marked Yet", compute="_compute_unmarked_text")

    # Computes

    @api.depends("accounting_system", "bill_mode", "enabled_since", "sale_mode")
    def _compute_unmarked_text(self):
        for vendor in self:
            moves = vendor._unmarked()
            bills = moves.filtered(lambda move: move.move_type in BILL_TYPES)
            vendor.unmarked_text = False
            if moves:
                vendor.unmarked_text = self.env._(
                    "Confirmed in Odoo, not in Fiken, and nobody has said whether they"
                    " shall go: %(sales)s sales documents and %(bills)s bills, the"
                    " first of %(first)s. What is sent is booked on its own date.",
                    sales=len(moves - bills),
                    bills=len(bills),
                    first=format_date(self.env, moves._fiken_first_date()),
                )

    # Actions

    def action_open_unmarked(self):
        """Choose which of them go to Fiken."""
        self.ensure_one()
        self.check_access("write")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Not Marked Yet"),
            "res_model": "fiken.mark",
            "view_mode": "form",
            "views": [(False, "form")],
            "target": "new",
            "context": {"default_vendor_id": self.id},
        }

    # Business

    def _unmarked(self, types=SENT_TYPES, since=None, until=None):
        """The documents that are to be sent by now, if a person says so."""
        self.ensure_one()
        if not self.enabled_since or self.accounting_system != "fiken":
            return self.env["account.move"].sudo()
        begins = max(filter(None, (since, self.enabled_since)))
        on_a_day = Domain("invoice_date", ">=", begins) | (
            Domain("invoice_date", "=", False) & Domain("date", ">=", begins)
        )
        moves = (
            self.env["account.move"]
            .sudo()
            .search(
                Domain("journal_id", "in", self._document_journals().ids)
                & Domain("state", "=", "posted")
                & Domain("move_type", "in", types)
                & Domain("fiken_mode", "=", False)
                & on_a_day
            )
        )
        # It depends on the vendor's settings, which may have changed just now.
        moves.invalidate_recordset(["fiken_state"], flush=False)
        moves = moves.filtered(
            lambda move: move.fiken_state == "absent"
            and (not until or (move.invoice_date or move.date) <= until)
        )
        vendors = self._of_documents(moves)
        return moves.filtered(lambda move: vendors[move] == self)
