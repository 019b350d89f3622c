"""Drafts of the invoices that Fiken issues (fiken-api.md §5.3)."""

from odoo import api, models

from ..connection.sentence import _lt
from ..outbox.exceptions import MissingSetting
from ..outbox.fiken_resource import Endpoint
from .fiken_invoice_draft_mixin import DRAFT_PAGE


class InvoiceDraftResource(models.AbstractModel):
    """An invoice with our uuid, to be booked or finished in Fiken."""

    _name = "fiken.resource.invoice_draft"
    _inherit = [
        "fiken.invoice.draft.mixin",
        "fiken.invoice.lines",
        "fiken.resource.draft",
        "fiken.resource.document",
    ]
    _description = "Fiken Invoice Draft"

    _resource = "invoice_draft"
    _title = _lt("Invoice draft")
    _booked_as = "invoice"
    _drafted_as = "invoice_draft"
    _endpoint = Endpoint(
        "/invoices/drafts",
        id="draftId",
        key="uuid",
        filter="uuid",
        number="ourReference",
        page=DRAFT_PAGE,
    )

    @api.model
    def _fields_of_kind(self, job, move):
        """What an invoice has and a credit note has not."""
        return {
            "type": "invoice",
            "daysUntilDueDate": self._days_until_due(move),
            "bankAccountNumber": self._bank_account_number(job.vendor_id),
        }

    @api.model
    def _days_until_due(self, move):
        due = move.invoice_date_due or self._date(move)
        return max((due - self._date(move)).days, 0)

    @api.model
    def _bank_account_number(self, vendor):
        bank = vendor.bank_account_id
        if not bank or bank.bank_inactive or not bank.bank_account_number:
            raise MissingSetting(
                _lt(
                    "Fiken issues the invoices of %(vendor)s and prints a bank account"
                    " on them. Choose an open one on the shop.",
                    vendor=vendor.name,
                ),
                vendor,
            )
        return bank.bank_account_number
