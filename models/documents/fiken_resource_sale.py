"""Invoices that Odoo issues: Fiken's sales from another system.

Facts: fiken-api.md §5.7. Amounts in øre; in another currency beside NOK. A
credit note is a sale with negative amounts.
"""

from odoo import api, models

from ...fiken_api import errors, money
from ..outbox.fiken_resource import Prepared, Sent


class SaleResource(models.AbstractModel):
    """A booked sale of kind ``external_invoice`` with Odoo's number and KID."""

    _name = "fiken.resource.sale"
    _inherit = "fiken.resource.document"
    _description = "Fiken Sale"

    _resource = "sale"
    # After the drafts, which it may book.
    _priority = 55
    # By its credit note, and its payments.
    _is_awaited = True
    _takes_nok = True
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
        lines, note = self._signed_lines(job, move)
        sent_as = self._sent_as(job, move)
        draft = self._draft_to_book(job, move)
        if not draft:
            path, body = "/sales", self._body(job, move, lines)
        else:
            # *Book in Fiken*: the draft becomes the sale, with its attachments.
            path = f"{self._drafts()._drafts_at}/{draft.remote_id}/createSale"
            body = None
            sent_as["draft_id"] = draft.remote_id
        return Prepared(
            body,
            job.fiken_company_id._path(path),
            sent_as=sent_as,
            number=move.name,
            note=note,
            is_last=self._is_last(job, move),
        )

    @api.model
    def _is_last(self, job, move):
        """Whether no file and no setting off follows; asked for many at once here."""
        return not job.vendor_id.attach_files and move.payment_state == "not_paid"

    @api.model
    def _needs_look(self, prepared):
        return "draft_id" in prepared.sent_as

    @api.model
    def _look_first(self, session, job, prepared):
        return self._look_at_draft(session, job, prepared)

    @api.model
    def _signed_lines(self, job, move):
        """The lines with the sign that they have in Fiken, and a note."""
        if not self._is_credit(move):
            return self._posted_lines(job, move)
        self._check_credit_way(job)
        self._credited(job, move)
        lines, note = self._posted_lines(job, move)
        return [-line for line in lines], note

    @api.model
    def _body(self, job, move, lines):
        body = {
            "kind": "external_invoice",
            "saleNumber": move.name,
            "date": str(self._date(move)),
            "dueDate": str(self._due_date(move)),
            "currency": move.currency_id.name,
            "customerId": self._customer_id(job, move),
            "lines": [self._order_line(move, line) for line in lines],
        }
        body.update(self._project_fields(job, move))
        kid = self._kid(move)
        if kid:
            body["kid"] = kid
        return body

    @api.model
    def _due_date(self, move):
        """Nothing falls due on a credit note: Odoo's due date means nothing there."""
        due = not self._is_credit(move) and move.invoice_date_due
        return due or self._date(move)

    @api.model
    def _order_line(self, move, line):
        values = {
            "description": line.text,
            "vatType": line.vat_type,
            "account": line.account,
            "netPrice": line.net,
            "vat": line.vat,
        }
        if self._is_foreign(move):
            values["netPriceInCurrency"] = line.net_currency
            values["vatInCurrency"] = line.vat_currency
        return values

    @api.model
    def _kid(self, move):
        """Nobody pays a credit note."""
        return "" if self._is_credit(move) else super()._kid(move)

    @api.model
    def _write(self, session, job, prepared):
        sent = super()._write(session, job, prepared)
        sent.is_last = prepared.is_last
        if prepared.body and prepared.body["currency"] != "NOK":
            sent.data = self._gross_in_fiken(session, job, sent)
        return sent

    @api.model
    def _gross_in_fiken(self, session, job, sent):
        """NOK that Fiken booked, in øre: it may use a rate of its own after all.

        :return: None when it cannot be read now
        """
        try:
            row = session.get(job.fiken_company_id._path(f"/sales/{sent.remote_id}"))
        except errors.FikenError:
            return None
        return self._gross_of(row.body)

    @api.model
    def _gross_of(self, row):
        return row.get("netAmount", 0) + row.get("vatAmount", 0)

    @api.model
    def _done(self, session, job, sent):
        if sent.is_last and sent.data is None:
            return
        move = self.env["account.move"].browse(job.res_id)
        if sent.data is not None:
            gross = money.to_ore(move.amount_total_signed)
            if sent.data != gross:
                move._fiken_tell_difference(job, gross, sent.data)
        move._fiken_owe_settlement()
        self.env["fiken.resource.invoice_pdf"]._owe_files(move, self, job, sent)

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
        return (
            str(customer.get("contactId")) == sent_as["contact"]
            and row.get("date") == sent_as["date"]
            and self._gross_of(row) == sent_as["gross"]
        )

    @api.model
    def _url(self, fiken_company, sent):
        return fiken_company._web_url(f"/salg/{sent.remote_id}")
