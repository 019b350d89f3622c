"""What is the draft of a sale in Fiken (fiken-api.md §5.9). Amounts in øre."""

from odoo import api, models

from ..outbox.fiken_resource import Endpoint
from .fiken_sale_mixin import SaleIdentity


class SaleDraftMixin(models.AbstractModel):
    """The draft of a sale: of an invoice, of a receipt, or of a day.

    A kind of sale says ``_body``.
    """

    _name = "fiken.sale.draft.mixin"
    _description = "Fiken Sale Draft of any Kind"

    # Drafts cannot be filtered (fiken-api.md §5.9).
    _endpoint = Endpoint(
        "/sales/drafts",
        id="draftId",
        key="invoiceNumber",
        number="invoiceNumber",
    )

    @api.model
    def _prepare(self, job, move):
        self._check(job, move)
        self._check_not_booked(job, move)
        lines, note = self._signed_lines(job, move)
        note = self._with_kid_note(move, note)
        return self._as_draft(job, move, self._body(job, move, lines), note)

    @api.model
    def _draft_line(self, line):
        return {
            "text": line.text,
            "vatType": line.vat_type,
            "incomeAccount": line.account,
            "net": line.net,
            "gross": line.gross,
        }

    @api.model
    def _is_ours(self, row, identity: SaleIdentity):
        contact = row.get("contact") or {}
        return (
            str(contact.get("contactId")) == identity["contact"]
            and row.get("invoiceIssueDate") == identity["date"]
            and sum(line["gross"] for line in row["lines"]) == identity["gross"]
        )

    @api.model
    def _done(self, session, job, sent):
        """Nothing is booked yet, but the accountant sees the PDF."""
        move = self.env["account.move"].browse(job.res_id)
        self.env["fiken.resource.invoice_pdf"]._enqueue_files(move, self, job, sent)
