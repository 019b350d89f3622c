from collections import defaultdict

from odoo import api, models
from odoo.tools import SQL

from ..connection.sentence import _lt, stored
from ..connection.sentence_field import SentenceField
from .pos_scope import SESSION_JOURNAL

# What an invoice says that is not on its way to Fiken and will not be; a draft may.
NOT_FOR_FIKEN = ("excluded", False)


class FikenSettlement(models.Model):
    """Orders that are invoiced are in no day: their invoices must go to Fiken."""

    _inherit = "fiken.settlement"

    unsent_invoices = SentenceField(
        "Invoices That Do Not Go to Fiken",
        readonly=True,
        help="Orders of the day that are neither in the settlement nor in Fiken as"
        " invoices.",
    )

    def _note_unsent_invoices(self):
        """Name on the day what is sold and will be nowhere in Fiken."""
        for settlement, names in self._unsent_invoices().items():
            text = ""
            if names:
                text = _lt(
                    "The invoices of these orders do not go to Fiken, and what is"
                    " invoiced is no part of %(number)s: %(orders)s. Let sales"
                    " documents of their shop go to Fiken, or the invoices"
                    " themselves; else enter them in Fiken by hand.",
                    number=settlement.number,
                    orders=", ".join(names),
                )
            if stored(text) == stored(settlement.unsent_invoices):
                continue
            settlement.unsent_invoices = text or False
            if text:
                settlement._log_sentence(text)
                settlement._todo(text)

    @api.model
    def _note_unsent_invoices_of(self, vendor, since):
        """The same of all days of a vendor since then."""
        self.search(
            [
                ("vendor_id", "=", vendor.id),
                ("kind", "=", "day"),
                ("day", ">=", since),
                ("begin_at", "!=", False),
            ]
        )._note_unsent_invoices()

    def _unsent_invoices(self):
        """{settlement: names of its orders whose invoices do not go}"""
        if not self or "pos.order" not in self.env:
            return {}
        self.env["fiken.pos.day"]._prepared(self.vendor_id[:1])
        rows = self.env.execute_query(
            SQL(
                """
                SELECT s.id, COALESCE(o.name, o.pos_reference), o.account_move
                  FROM fiken_settlement s
                  JOIN pos_order o ON o.account_move IS NOT NULL
                   AND o.date_order >= s.begin_at AND o.date_order < s.end_at
                  JOIN pos_session ps ON ps.id = o.session_id
                  JOIN pos_config c ON c.id = ps.config_id
             LEFT JOIN account_move m ON m.id = ps.move_id
                 WHERE s.id = ANY(%s)
                   AND s.journals @> TO_JSONB(%s)
              ORDER BY s.id, o.id
                """,
                self.ids,
                SESSION_JOURNAL,
            )
        )
        moves = self.env["account.move"].sudo().browse({row[2] for row in rows})
        left = {
            move.id
            for move in moves
            if move.fiken_state in NOT_FOR_FIKEN and move.state != "draft"
        }
        names = defaultdict(list)
        for settlement_id, name, move_id in rows:
            if move_id in left:
                names[settlement_id].append(name)
        return {settlement: names[settlement.id] for settlement in self}
