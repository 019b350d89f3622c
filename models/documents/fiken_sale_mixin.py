"""What is booked as a sale in Fiken (fiken-api.md §5.7). Amounts in øre."""

from odoo import api, models

from ..outbox.fiken_resource import Endpoint, Identity, Prepared, Verb

# Of a sale; of invoices and credit notes that of the sale behind them (§10.1).
SALE_PAGE = "/handel/salg/%s"


class SaleIdentity(Identity):
    """A sale is found by its number; a receipt's has no contact.

    :ivar draft_id: of the draft that became it
    """

    draft_id: str


class SaleMixin(models.AbstractModel):
    """A booked sale: of an invoice, of a receipt, or of a day.

    A kind of sale says ``_body``.
    """

    _name = "fiken.sale.mixin"
    _description = "Fiken Sale of any Kind"

    _endpoint = Endpoint(
        "/sales",
        id="saleId",
        key="saleNumber",
        filter="saleNumber",
        number="saleNumber",
        page=SALE_PAGE,
    )
    _book_action = "createSale"
    _takes_nok = True

    @api.model
    def _prepare_document(self, job, move):
        self._check(job, move)
        self._check_not_booked(job, move)
        lines, note = self._signed_lines(job, move)
        identity = self._identity(job, move)
        draft, wanted = self._draft_to_book(job, move)
        values = {
            "identity": identity,
            "number": move.name,
            "note": self._with_kid_note(move, note),
            "is_last": self._is_last(job, move),
        }
        if draft:
            # *Book in Fiken*: the draft becomes the sale, with its attachments.
            identity["draft_id"] = draft.remote_id
            return self._booking(job, draft, wanted=wanted, **values)
        path = job.fiken_company_id._path(self._endpoint.path)
        return Prepared(self._body(job, move, lines), path, **values)

    @api.model
    def _is_last(self, job, move):
        """Whether nothing follows: no file, no setting off, no comparison of NOK.

        It is asked for many at once here.
        """
        return (
            not job.vendor_id.attach_files
            and move.payment_state == "not_paid"
            and not self._is_foreign(move)
        )

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
    def _needs_preflight(self, prepared):
        return prepared.verb is Verb.BOOK

    @api.model
    def _preflight(self, session, job, prepared):
        return self._check_draft(session, job, prepared)

    @api.model
    def _write(self, session, job, prepared):
        sent = super()._write(session, job, prepared)
        sent.is_last = prepared.is_last
        return sent

    @api.model
    def _gross_of(self, row):
        """Øre of NOK; None where Fiken does not say."""
        if "netAmount" not in row:
            return None
        return row["netAmount"] + (row.get("vatAmount") or 0)

    @api.model
    def _done(self, session, job, sent):
        if sent.is_last:
            return
        move = self.env["account.move"].browse(job.res_id)
        if self._is_foreign(move):
            self.env["fiken.resource.sale_gross"]._enqueue(
                move, job.fiken_company_id, job.vendor_id, wake=False
            )
        move._fiken_enqueue_reconciled()
        self.env["fiken.resource.invoice_pdf"]._enqueue_files(move, self, job, sent)

    @api.model
    def _is_ours(self, row, identity: SaleIdentity):
        customer = row.get("customer") or {}
        return (
            str(customer.get("contactId")) == identity["contact"]
            and row.get("date") == identity["date"]
            and self._gross_of(row) == identity["gross"]
        )
