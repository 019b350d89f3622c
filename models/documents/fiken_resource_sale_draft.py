"""Drafts of the invoices that Odoo issues (fiken-api.md §5.9)."""

from odoo import api, models

from ..outbox.fiken_resource import Sent


class SaleDraftResource(models.AbstractModel):
    """The same sale as a draft that an accountant finishes."""

    _name = "fiken.resource.sale_draft"
    _inherit = "fiken.resource.sale"
    _description = "Fiken Sale Draft"

    _resource = "sale_draft"
    _priority = 50
    _takes_nok = False
    _drafts_at = "/sales/drafts"

    @api.model
    def _label(self):
        return self.env._("Sale draft")

    @api.model
    def _told_when_done(self):
        return self.env._("Draft in Fiken:")

    @api.model
    def _prepare(self, job, move):
        self._check(job, move)
        self._check_not_booked(job, move)
        lines, note = self._signed_lines(job, move)
        return self._as_draft(job, move, self._body(job, move, lines), note)

    @api.model
    def _needs_look(self, prepared):
        return bool(prepared.remote_id)

    @api.model
    def _look_first(self, session, job, prepared):
        return self._look_for_draft(session, job, prepared)

    @api.model
    def _body(self, job, move, lines):
        body = {
            "cash": False,
            "paid": False,
            "invoiceNumber": move.name,
            "invoiceIssueDate": str(self._date(move)),
            "dueDate": str(self._due_date(move)),
            "currency": "NOK",
            "contactId": self._customer_id(job, move),
            "lines": [self._draft_line(line) for line in lines],
        }
        body.update(self._project_fields(job, move))
        kid = self._kid(move)
        if kid:
            body["kid"] = kid
        return body

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
    def _find(self, session, fiken_company, sent_as):
        """Drafts cannot be filtered: page through them (fiken-api.md §5.9)."""
        return [
            Sent(
                str(row["draftId"]),
                row["invoiceNumber"],
                matches=self._is_ours(row, sent_as),
            )
            for row in session.pages(fiken_company._path(self._drafts_at))
            if row.get("invoiceNumber") == sent_as["key"]
        ]

    @api.model
    def _done(self, session, job, sent):
        """Nothing is booked yet, but the accountant sees the PDF."""
        move = self.env["account.move"].browse(job.res_id)
        self.env["fiken.resource.invoice_pdf"]._owe_files(move, self, job, sent)

    @api.model
    def _is_ours(self, row, sent_as):
        contact = row.get("contact") or {}
        return (
            str(contact.get("contactId")) == sent_as["contact"]
            and row.get("invoiceIssueDate") == sent_as["date"]
            and sum(line["gross"] for line in row["lines"]) == sent_as["gross"]
        )

    @api.model
    def _url(self, fiken_company, sent):
        return fiken_company._web_url(f"/salg/utkast/{sent.remote_id}")
