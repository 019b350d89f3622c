from odoo import api, fields, models
from odoo.exceptions import UserError

from ..models.documents.move_types import BILL_TYPES, SENT_TYPES


class FikenMark(models.TransientModel):
    """Which documents go that were confirmed while their kind was not sent.

    Never by itself: they may be booked in Fiken already.
    """

    _name = "fiken.mark"
    _description = "Mark Documents for Fiken"

    vendor_id = fields.Many2one("fiken.vendor", "Shop", required=True, readonly=True)
    kinds = fields.Selection(
        [
            ("all", "Sales documents and bills"),
            ("sales", "Sales documents"),
            ("bills", "Bills, refunds and receipts of suppliers"),
        ],
        default="all",
        required=True,
    )
    date_from = fields.Date("Dated From", required=True)
    date_to = fields.Date("Dated To", required=True)
    count = fields.Integer("Documents", compute="_compute_count")

    @api.model
    def default_get(self, fields_list):
        values = super().default_get(fields_list)
        vendor = self.env["fiken.vendor"].browse(values.get("vendor_id"))
        if not vendor:
            return values
        dates = [move.invoice_date or move.date for move in vendor._unmarked()]
        values["date_from"] = min(dates, default=vendor.enabled_since)
        values["date_to"] = max(dates, default=vendor.enabled_since)
        return values

    @api.depends("vendor_id", "kinds", "date_from", "date_to")
    def _compute_count(self):
        for wizard in self:
            wizard.count = len(wizard._moves())

    def action_show(self):
        """The documents themselves: which of them are in Fiken, a person must see."""
        moves = self._chosen()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Not Marked Yet"),
            "res_model": "account.move",
            "view_mode": "list,form",
            "views": [
                (self.env.ref("fiken_connector.fiken_missing_view_list").id, "list"),
                (False, "form"),
            ],
            "domain": [("id", "in", moves.ids)],
            "context": {"create": False},
        }

    def action_send(self):
        """They go to Fiken now, as the vendor proposes today."""
        moves = self._chosen()
        for (mode, issuer), group in moves.grouped(
            self.vendor_id.sudo()._proposal_for
        ).items():
            group.write({"fiken_mode": mode, "fiken_issuer": issuer})
        moves._fiken_enqueue(now=True)
        moves._fiken_wake()
        return {"type": "ir.actions.act_window_close"}

    def action_leave(self):
        """They are booked in Fiken already, or are not wanted there."""
        self._chosen().fiken_mode = "none"
        return {"type": "ir.actions.act_window_close"}

    def _chosen(self):
        self.ensure_one()
        self.vendor_id.check_access("write")
        moves = self._moves()
        if not moves:
            raise UserError(
                self.env._(
                    "%(vendor)s has none of these between the two days.",
                    vendor=self.vendor_id.name,
                )
            )
        return moves

    def _moves(self):
        if not (self.vendor_id and self.date_from and self.date_to):
            return self.env["account.move"]
        types = {
            "all": SENT_TYPES,
            "bills": BILL_TYPES,
            "sales": [one for one in SENT_TYPES if one not in BILL_TYPES],
        }
        return self.vendor_id._unmarked(types[self.kinds], self.date_from, self.date_to)
