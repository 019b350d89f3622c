from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL, format_date

from .move_types import BILL_TYPES, SENT_TYPES


class FikenVendor(models.Model):
    """What was confirmed while its kind was not sent: counted and offered."""

    _inherit = "fiken.vendor"

    unmarked_text = fields.Char("Not Marked Yet", compute="_compute_unmarked_text")

    # Computes

    @api.depends("accounting_system", "bill_mode", "enabled_since", "sale_mode")
    def _compute_unmarked_text(self):
        found = self._unmarked_of_each()
        for vendor in self:
            moves = found[vendor]
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
        return self._unmarked_of_each(types, since)[self].filtered(
            lambda move: not until or (move.invoice_date or move.date) <= until
        )

    def _unmarked_of_each(self, types=SENT_TYPES, since=None):
        """{vendor: the same of it}, in a few queries for all."""
        domains = {}
        for vendor, journals in self._document_journals_of_each().items():
            if not vendor.enabled_since or vendor.accounting_system != "fiken":
                continue
            begins = max(filter(None, (since, vendor.enabled_since)))
            domains[vendor] = (
                Domain("journal_id", "in", journals.ids)
                & Domain("state", "=", "posted")
                & Domain("move_type", "in", types)
                & Domain("fiken_mode", "=", False)
                & (
                    Domain("invoice_date", ">=", begins)
                    | Domain("invoice_date", "=", False) & Domain("date", ">=", begins)
                )
            )
        return self._documents_of_each(domains, "absent")

    def _documents_of_each(self, domains, state, limit=None):
        """{vendor: its documents in this state}, found in one statement for all.

        :param domains: {vendor: among which}
        :param limit: how many of each are looked at, the oldest first
        """
        moves = self.env["account.move"].sudo()
        parts = [
            SQL(
                "(%s)",
                moves._search(domain, limit=limit, order="date, id").select(
                    SQL("%s", vendor._origin.id or 0),
                    SQL.identifier(moves._table, "id"),
                ),
            )
            for vendor, domain in domains.items()
        ]
        rows = self.env.execute_query(SQL(" UNION ALL ").join(parts)) if parts else ()
        moves = moves.browse(dict.fromkeys(move_id for _vendor_id, move_id in rows))
        # It depends on the vendor's settings, which may have changed just now.
        moves.invalidate_recordset(["fiken_state"], flush=False)
        vendors = self._of_documents(moves)
        moves = moves.filtered(lambda move: move.fiken_state == state)
        found = set(rows)
        return {
            vendor: moves.filtered(
                lambda move, vendor=vendor: vendors[move] == vendor
                and (vendor.id, move.id) in found
            )
            for vendor in self
        }
