from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import SQL


class AccountJournal(models.Model):
    _inherit = "account.journal"

    fiken_vendor_id = fields.Many2one(
        "fiken.vendor",
        "Fiken Shop",
        check_company=True,
        ondelete="restrict",
        help="The shop or outlet whose documents are in this journal. Empty: the"
        " company's default shop.",
    )
    fiken_next_vendor_id = fields.Many2one(
        "fiken.vendor",
        "Next Fiken Shop",
        check_company=True,
        ondelete="restrict",
        copy=False,
        help="The shop of documents dated on or after the day it begins.",
    )
    fiken_next_vendor_from = fields.Date("Next Shop From", copy=False)

    @api.constrains("fiken_vendor_id", "fiken_next_vendor_id", "fiken_next_vendor_from")
    def _check_fiken_next_vendor(self):
        for journal in self:
            begins = journal.fiken_next_vendor_from
            if bool(journal.fiken_next_vendor_id) != bool(begins):
                raise ValidationError(
                    self.env._(
                        "%(journal)s: the next Fiken shop and the day it begins go"
                        " together.",
                        journal=journal.name,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        journals = super().create(vals_list)
        self.env["fiken.ledger"]._note_unmapped(journals)
        return journals

    def write(self, vals):
        if not VENDOR_FIELDS & vals.keys():
            return super().write(vals)
        before = {journal: journal._fiken_vendors() for journal in self}
        result = super().write(vals)
        for journal, vendors in before.items():
            journal._check_fiken_vendor_change(vendors)
            if journal._fiken_vendors() != vendors:
                journal._fiken_vendor_changed(vendors)
        return result

    def _fiken_vendors(self):
        """(vendor, next vendor, the day from which it is the next one)"""
        default_id = self.env["fiken.company"]._default_vendor_id(self.company_id.id)
        default = self.env["fiken.vendor"].sudo().browse(default_id or [])
        return (
            self.sudo().fiken_vendor_id or default,
            self.sudo().fiken_next_vendor_id,
            self.fiken_next_vendor_from,
        )

    def _fiken_vendor_on(self, date):
        """The journal's own vendor on a day; empty where it has none of its own."""
        begins = self.fiken_next_vendor_from
        # A document without a date yet is dated today.
        if begins and (date or fields.Date.context_today(self)) >= begins:
            return self.fiken_next_vendor_id
        return self.fiken_vendor_id

    def _check_fiken_vendor_change(self, before):
        """Documents in Fiken keep the vendor by whose ledger they were booked.

        :param before: what ``_fiken_vendors`` said before the change
        """
        after = self._fiken_vendors()
        if before == after:
            return
        # When the next vendor has become the vendor, another one may follow.
        since = before[2] if before[1] and after[0] == before[1] else None
        days = [day for day in self._days_in_fiken() if not since or day >= since]
        if all(_on(before, day) == _on(after, day) for day in days):
            return
        raise UserError(
            self.env._(
                "%(journal)s has documents in Fiken, the last of %(last)s, so its"
                " shop can change only from a later day. Enter the next Fiken shop"
                " and the day it begins.",
                journal=self.name,
                last=max(days),
            )
        )

    def _fiken_vendor_changed(self, former):
        """Another vendor from now on; what documents do about it is theirs.

        :param former: what ``_fiken_vendors`` said before the change
        """

    def _days_in_fiken(self):
        """The dates of the journal's documents in Fiken, or on their way there."""
        self.env["fiken.binding"].flush_model()
        self.env["fiken.job"].flush_model()
        self.env["account.move"].flush_model(["journal_id", "date", "invoice_date"])
        rows = self.env.execute_query(
            SQL(
                """
                SELECT DISTINCT COALESCE(move.invoice_date, move.date)
                  FROM account_move move
                 WHERE move.journal_id = %s
                   AND (EXISTS (SELECT FROM fiken_binding link
                                 WHERE link.res_model = 'account.move'
                                   AND link.res_id = move.id)
                     OR EXISTS (SELECT FROM fiken_job job
                                 WHERE job.res_model = 'account.move'
                                   AND job.res_id = move.id
                                   AND (job.state = 'sending' OR job.outcome_unknown)))
                """,
                self.id,
            )
        )
        return [row[0] for row in rows]


VENDOR_FIELDS = {"fiken_vendor_id", "fiken_next_vendor_id", "fiken_next_vendor_from"}


def _on(vendors, day):
    """The vendor of a day, of what ``_fiken_vendors`` said."""
    vendor, next_vendor, begins = vendors
    return next_vendor if begins and begins <= day else vendor
