"""What Fiken issues out of a draft, or beside what it issued (fiken-api.md §5.4)."""

from odoo import api, models

from ...fiken_api import balance
from ..outbox.fiken_resource import Identity, Verb


class InvoiceMixin(models.AbstractModel):
    """A booked invoice or credit note; Fiken gives it number, KID and PDF.

    A kind says ``_papers`` and ``_check_series``.
    """

    _name = "fiken.invoice.mixin"
    _inherit = "fiken.invoice.page.mixin"
    _description = "Fiken Invoice or Credit Note"

    # The resource that fetches what Fiken made.
    _papers = ""
    _settled_as = "sale_settled"

    @api.model
    def _why_not_in_currency(self, currency):
        return self._drafts()._why_not_in_currency(currency)

    @api.model
    def _key(self, job, move):
        return self._drafts()._key(job, move)

    @api.model
    def _note_on_draft(self, move):
        """What is on the rounding account, for the case that Fiken refuses it."""
        drafted = self.env["fiken.job"]._latest(
            move._name, move.ids, [self._drafted_as]
        )
        return drafted[move.id].note or "" if drafted else ""

    @api.model
    def _needs_preflight(self, prepared):
        return prepared.verb is not Verb.FETCH

    @api.model
    def _preflight(self, session, job, prepared):
        """Fiken's own total of the draft against Odoo's, and whether it can number."""
        found = self._check_draft(session, job, prepared)
        if not found:
            self._check_series(session, job.fiken_company_id)
        return found

    @api.model
    def _check_series(self, session, fiken_company):
        """:raise MissingSetting: Fiken cannot number it yet"""
        raise NotImplementedError

    @api.model
    def _is_ours(self, row, identity: Identity):
        customer = row.get("customer") or {}
        return (
            str(customer.get("contactId")) == identity["contact"]
            and row.get("issueDate") == identity["date"]
            and row.get("gross") == identity["gross"]
        )

    @api.model
    def _page_id_in(self, row):
        """Its page is that of the sale behind it, which comes with its papers."""
        return balance.sale_id_of(row)

    @api.model
    def _sale_id(self, link):
        return link.page_id

    @api.model
    def _done(self, session, job, sent):
        papers = self.env[f"fiken.resource.{self._papers}"]
        papers._enqueue(job._record(), job.fiken_company_id, job.vendor_id, wake=False)

    @api.model
    def _setting_of_cause(self, job, cause):
        return {
            "number_series": job.fiken_company_id,
            "bank_account_missing": job.vendor_id,
            "bank_account_unverified": job.vendor_id,
        }.get(cause) or super()._setting_of_cause(job, cause)

    @api.model
    def _sums_of(self, job, move):
        """Fiken counts its own invoices: what it makes of the lines."""
        drafts = self._drafts()
        return drafts._sums_of_draft(drafts._invoice_lines(job, move)[0])

    @api.model
    def _lines_sent(self, job, move):
        return self._drafts()._lines_sent(job, move)
