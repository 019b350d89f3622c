"""Invoices that Odoo issues: Fiken's sales from another system, and their drafts.

Facts: fiken-api.md §5.7 and §5.9. All amounts in øre, NOK.
"""

from odoo import api, models

from .base import Prepared, Sent


class SaleResource(models.AbstractModel):
    """A booked sale of kind ``external_invoice`` with Odoo's number and KID."""

    _name = "fiken.resource.sale"
    _inherit = "fiken.resource.document"
    _description = "Fiken Sale"

    _resource = "sale"
    # After the drafts, which it may book.
    _priority = 55
    # By its payments.
    _is_awaited = True
    _booked_as = "sale"
    _drafted_as = "sale_draft"

    @api.model
    def _label(self):
        return self.env._("Sale")

    @api.model
    def _told_when_done(self):
        return self.env._("Booked in Fiken:")

    @api.model
    def _prepare(self, job, move):
        self._check(job, move)
        self._check_not_booked(job, move)
        lines, note = self._posted_lines(job, move)
        sent_as = self._sent_as(job, move)
        draft = self._draft_to_book(job, move)
        if not draft:
            path, body = "/sales", self._body(job, move, lines)
        else:
            # *Book in Fiken*: the draft becomes the sale, with its attachments.
            path, body = f"/sales/drafts/{draft.remote_id}/createSale", None
            sent_as["draft_id"] = draft.remote_id
        return Prepared(
            body,
            job.fiken_company_id._path(path),
            sent_as=sent_as,
            number=move.name,
            note=note,
        )

    @api.model
    def _needs_look(self, prepared):
        return "draft_id" in prepared.sent_as

    @api.model
    def _look_first(self, session, job, prepared):
        """What an accountant did to the draft is noticed before it is booked."""
        draft = self._read_draft(session, prepared.path.removesuffix("/createSale"))
        if draft is None:
            return self._finished_in_fiken(session, job)
        there = sum(line["gross"] for line in draft["lines"])
        self._check_total(prepared.sent_as["gross"], there)
        return None

    @api.model
    def _body(self, job, move, lines):
        body = {
            "kind": "external_invoice",
            "saleNumber": move.name,
            "date": str(self._date(move)),
            "dueDate": str(move.invoice_date_due or self._date(move)),
            "currency": "NOK",
            "customerId": self._customer_id(job, move),
            "lines": [
                {
                    "description": line.text,
                    "vatType": line.vat_type,
                    "account": line.account,
                    "netPrice": line.net,
                    "vat": line.vat,
                }
                for line in lines
            ],
        }
        body.update(self._project_fields(job, move))
        kid = self._kid(move)
        if kid:
            body["kid"] = kid
        return body

    @api.model
    def _key(self, job, move):
        return move.name

    @api.model
    def _find(self, session, fiken_company, sent_as):
        rows = session.pages(fiken_company._path("/sales"), saleNumber=sent_as["key"])
        return [
            Sent(
                str(row["saleId"]),
                row["saleNumber"],
                matches=self._is_ours(row, sent_as),
            )
            for row in rows
            if row.get("saleNumber") == sent_as["key"] and not row.get("deleted")
        ]

    @api.model
    def _is_ours(self, row, sent_as):
        customer = row.get("customer") or {}
        gross = row.get("netAmount", 0) + row.get("vatAmount", 0)
        return (
            str(customer.get("contactId")) == sent_as["contact"]
            and row.get("date") == sent_as["date"]
            and gross == sent_as["gross"]
        )

    @api.model
    def _url(self, fiken_company, sent):
        return fiken_company._web_url(f"/salg/{sent.remote_id}")


class SaleDraftResource(models.AbstractModel):
    """The same sale as a draft that an accountant finishes (fiken-api.md §5.9)."""

    _name = "fiken.resource.sale_draft"
    _inherit = "fiken.resource.sale"
    _description = "Fiken Sale Draft"

    _resource = "sale_draft"
    _priority = 50

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
        lines, note = self._posted_lines(job, move)
        prepared = Prepared(
            self._body(job, move, lines),
            job.fiken_company_id._path("/sales/drafts"),
            sent_as=self._sent_as(job, move),
            number=move.name,
            note=note,
        )
        binding = self._binding(job.fiken_company_id, move)
        if binding:
            prepared.change(binding.remote_id)
        return prepared

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
            "dueDate": str(move.invoice_date_due or self._date(move)),
            "currency": "NOK",
            "contactId": self._customer_id(job, move),
            "lines": [
                {
                    "text": line.text,
                    "vatType": line.vat_type,
                    "incomeAccount": line.account,
                    "net": line.net,
                    "gross": line.gross,
                }
                for line in lines
            ],
        }
        body.update(self._project_fields(job, move))
        kid = self._kid(move)
        if kid:
            body["kid"] = kid
        return body

    @api.model
    def _find(self, session, fiken_company, sent_as):
        """Drafts cannot be filtered: page through them (fiken-api.md §5.9)."""
        return [
            Sent(
                str(row["draftId"]),
                row["invoiceNumber"],
                matches=self._is_ours(row, sent_as),
            )
            for row in session.pages(fiken_company._path("/sales/drafts"))
            if row.get("invoiceNumber") == sent_as["key"]
        ]

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
