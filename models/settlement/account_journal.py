from odoo import api, models
from odoo.exceptions import ValidationError
from odoo.tools import SQL

from ..ledger.account_journal import VENDOR_FIELDS
from .pos_spans import Spans, is_kept


class AccountJournal(models.Model):
    """Days of the point of sale that were sent stay those of their vendor."""

    _name = "account.journal"
    _inherit = ["account.journal", "fiken.former.mixin"]

    _fiken_posts_by = frozenset({"default_account_id"})

    # Constraints

    @api.constrains("fiken_next_vendor_id", "fiken_next_vendor_from")
    def _check_fiken_hours_between(self):
        """What is sold between two vendors' days would be in neither."""
        for journal in self.filtered("fiken_next_vendor_from"):
            former, following, begins = journal._fiken_vendors()
            if not (former._settles() and following._settles()):
                continue
            ends, goes_on = (
                Spans(self.env, vendor, begins, begins).begin(begins)
                for vendor in (former, following)
            )
            if ends < goes_on:
                raise ValidationError(
                    self.env._(
                        "%(journal)s: on %(day)s the day of %(former)s ends earlier"
                        " than that of %(next)s begins, and what is sold between would"
                        " be in no settlement. Let both days end at the same hour"
                        " until then.",
                        journal=journal.name,
                        day=begins,
                        former=former.name,
                        next=following.name,
                    )
                )

    # CRUD

    def write(self, vals):
        if not VENDOR_FIELDS & vals.keys():
            return super().write(vals)
        with self._fiken_following_vendors(vals)._asking_about_new_days():
            return super().write(vals)

    # Business

    def _fiken_following_vendors(self, vals):
        """Those that get tills by these values."""
        vendors = self.env["fiken.vendor"].sudo()
        if "pos.config" not in self.env or not self.env[
            "pos.config"
        ].sudo().with_context(active_test=False).search_count(
            [("journal_id", "in", self.ids)], limit=1
        ):
            return vendors
        vendors = vendors.browse(
            {vals.get("fiken_vendor_id"), vals.get("fiken_next_vendor_id")}
            - {None, False}
        )
        if "fiken_vendor_id" in vals and not vals["fiken_vendor_id"]:
            for company in self.company_id:
                default = self.env["fiken.company"]._default_vendor_id(company.id)
                vendors |= vendors.browse(default or [])
        return vendors

    def _days_in_fiken(self):
        self.env["fiken.settlement"].flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT DISTINCT s.day FROM fiken_settlement s
                 WHERE s.kind = 'day' AND %s AND s.journals @> %s::jsonb
                """,
                is_kept(SQL("s")),
                str(self.ids),
            )
        )
        days = {row[0] for row in rows}
        return sorted({*super()._days_in_fiken(), *days})
