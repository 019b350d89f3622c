from collections import defaultdict

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import format_date

# Of more than these a page says so.
MANY = 1000


class FikenVendor(models.Model):
    """What was confirmed before there was a connection: counted, and offered.

    What is dated since the first day is chosen at once, see _unmarked; what is older
    only when somebody takes an earlier first day: most of it is in other books.
    """

    _inherit = "fiken.vendor"

    older_text = fields.Char("Before the First Day", compute="_compute_older_text")

    # Computes

    @api.depends("accounting_system", "bill_mode", "enabled_since", "sale_mode")
    def _compute_older_text(self):
        found = self._older_of_each(limit=MANY)
        for vendor in self:
            moves = found[vendor]
            vendor.older_text = False
            if moves:
                vendor.older_text = self.env._(
                    "%(count)s documents of %(year)s are dated before %(since)s and are"
                    " not in Fiken, the first of %(first)s. Where they are in its books"
                    " in another way, leave them. Else choose an earlier first day:"
                    " then you choose which of them go, and each is booked on its own"
                    " date.",
                    count=self._counted(len(moves)),
                    year=str(vendor.enabled_since.year),
                    since=format_date(self.env, vendor.enabled_since),
                    first=format_date(self.env, moves._fiken_first_date()),
                )

    # CRUD

    def write(self, vals):
        older = {}
        if vals.get("enabled_since"):
            older = self._older_of_each()
        result = super().write(vals)
        for vendor, moves in older.items():
            # Nobody has said of these, knowing that they can go, that they shall.
            moves.filtered(
                lambda move, vendor=vendor: move.fiken_mode
                and vendor._is_active_on(move.invoice_date or move.date)
            ).fiken_mode = False
        return result

    # Actions

    def action_open_older(self):
        """Choose an earlier first day; from the first of them, unless another."""
        self.ensure_one()
        self.check_access("write")
        action = self.action_enable()
        first = self._older(limit=MANY)._fiken_first_date()
        if first:
            action["context"]["default_enabled_since"] = first
        return action

    # Business

    def _older(self, limit=None):
        """The documents of the first day's year that are older than it."""
        self.ensure_one()
        return self._older_of_each(limit)[self]

    def _older_of_each(self, limit=None):
        """{vendor: the same of it}, in a few queries for all."""
        domains = {}
        for vendor, journals in self._document_journals_of_each().items():
            since = vendor.enabled_since
            if since and vendor.accounting_system == "fiken":
                domains[vendor] = (
                    Domain("journal_id", "in", journals.ids)
                    & Domain("state", "=", "posted")
                    & Domain("move_type", "in", sorted(vendor._sent_types()))
                    & Domain("fiken_mode", "!=", "none")
                    & _dated("<", since)
                    & _dated(">=", since.replace(month=1, day=1))
                )
        return self._documents_of_each(domains, "excluded", limit)

    def _left_of(self):
        """{Fiken company: [(vendor, sentence)]} of what is dated since the first day.

        In a few queries for all shops: the start page asks.
        """
        vendors = self.sudo().filtered("enabled_since")
        types = set().union(*(vendor._sent_types() for vendor in vendors))
        if not types:
            return {}
        moves = (
            self.env["account.move"]
            .sudo()
            .search(
                Domain("company_id", "child_of", vendors.company_id.ids)
                & Domain("state", "=", "posted")
                & Domain("move_type", "in", sorted(types))
                & Domain("fiken_mode", "=", False)
                & _dated(">=", min(vendors.mapped("enabled_since"))),
                limit=MANY,
                order="date, id",
            )
        )
        found = defaultdict(moves.browse)
        for move, vendor in self._of_documents(moves).items():
            if vendor in vendors and move.fiken_state == "absent":
                found[vendor] |= move
        left = defaultdict(list)
        for vendor, own in found.items():
            text = self.env._(
                "%(shop)s: %(count)s documents since %(first)s are confirmed and not in"
                " Fiken, and nobody has said whether they shall go.",
                shop=vendor.name,
                count=self._counted(len(own)),
                first=format_date(self.env, own._fiken_first_date()),
            )
            left[vendor.fiken_company_id].append((vendor, text))
        return left

    @api.model
    def _counted(self, count):
        return self.env._("more than %s", MANY - 1) if count >= MANY else count


def _dated(operator, day):
    """By the document's own date; a receipt may have the entry's only."""
    return Domain("invoice_date", operator, day) | (
        Domain("invoice_date", "=", False) & Domain("date", operator, day)
    )
