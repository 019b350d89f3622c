"""Bills, refunds and receipts of suppliers: Fiken's purchases.

Facts: fiken-api.md §6.1. Amounts in øre; of a document in another currency,
in 1/100 of that, with Odoo's øre beside them.
"""

import contextlib

from odoo import api, fields, models

from ...figures import bill_match
from ...fiken_api import errors, paging, purchases
from ..connection.sentence import _lt
from ..outbox.fiken_resource import Endpoint, Prepared, Sent, Verb
from .fiken_purchase_mixin import RECEIPT, PurchaseIdentity
from .move_types import BILL_TYPES


class PurchaseResource(models.AbstractModel):
    """A booked purchase: owed to a supplier, or paid on the spot (a receipt)."""

    _name = "fiken.resource.purchase"
    _inherit = [
        "fiken.purchase.mixin",
        "fiken.purchase.lines",
        "fiken.resource.booked",
        "fiken.resource.document",
    ]
    _description = "Fiken Purchase"

    _resource = "purchase"
    _title = _lt("Purchase")
    # Nothing filters by the number (fiken-api.md §6.1).
    _endpoint = Endpoint(
        "/purchases",
        id="purchaseId",
        key="identifier",
        number="identifier",
    )
    _paid_at = "/purchases"
    _move_types = BILL_TYPES
    _settled_as = "purchase_settled"
    _book_action = "createPurchase"
    _takes_nok = True

    @api.model
    def _prepare_document(self, job, move):
        self._check(job, move)
        self._check_not_booked(job, move)
        self._check_refund(job, move)
        lines, note = self._posted_lines(job, move)
        draft, wanted = self._draft_to_book(job, move)
        values = {
            "identity": self._identity(job, move),
            "number": self._number(job, move),
            "note": self._with_kid_note(move, note),
        }
        if draft:
            # *Book in Fiken*: the draft becomes the purchase, with its attachments.
            return self._booking(job, draft, wanted=wanted, **values)
        path = job.fiken_company_id._path(self._endpoint.path)
        return Prepared(self._body(job, move, lines), path, **values)

    @api.model
    def _body(self, job, move, lines):
        body = {
            "identifier": self._key(job, move),
            "date": str(self._date(move)),
            "currency": move.currency_id.name,
            "lines": [self._body_line(move, line) for line in lines],
        }
        if move.move_type == RECEIPT:
            code, date, in_nok = self.env["fiken.receipt.payment"]._of(job, move)
            body.update(
                kind="cash_purchase", paymentAccount=code, paymentDate=str(date)
            )
            if self._is_foreign(move):
                body["paymentAmountInNok"] = in_nok
            return body
        body.update(
            kind="supplier",
            supplierId=int(self._supplier_id(job, move)),
            dueDate=str(self._due_date(move)),
        )
        kid = self._kid(move)
        if kid:
            body["kid"] = kid
        return body

    @api.model
    def _body_line(self, move, line):
        values = {
            "description": line.text,
            "vatType": line.vat_type,
            "account": line.account,
            "netPrice": line.net,
            "vat": line.vat,
        }
        if self._is_foreign(move):
            values.update(netPriceInCurrency=line.net_currency, vatInCurrency=0)
        if line.project:
            values["projectId"] = int(line.project)
        return values

    # Asking Fiken

    @api.model
    def _needs_preflight(self, prepared):
        return prepared.verb is not Verb.FETCH

    @api.model
    def _preflight(self, session, job, prepared):
        """Before a draft is booked, or a bill that may be there is sent."""
        if prepared.verb is Verb.BOOK:
            return self._check_draft(session, job, prepared)
        self.env["fiken.bill.duplicate"]._check(session, job, prepared.identity)
        return None

    @api.model
    def _find(self, session, fiken_company, identity: PurchaseIdentity):
        """No filter knows the number: the days around it, row by row (§9)."""
        days = [fields.Date.to_date(day) for day in bill_match.days_of(identity)]
        rows = session.pages(
            fiken_company._path(self._endpoint.path),
            dateGe=str(min(days) - bill_match.WINDOW),
            dateLe=str(max(days) + bill_match.WINDOW),
        )
        bills = self.env["fiken.bill.duplicate"]
        return [
            Sent(
                one.id,
                one.number or identity["key"],
                matches=self._is_ours(one, identity),
            )
            for one in self._seen(rows)
            if not one.is_deleted
            and self._carries_key(one, identity)
            and not bills._is_linked(fiken_company, one.id)
        ]

    @api.model
    def _carries_key(self, purchase, identity: PurchaseIdentity):
        if purchase.contact != identity["contact"]:
            return False
        if "draft_id" in identity and not purchase.number:
            # It is unknown whether a draft's number becomes the purchase's (§13).
            return self._is_ours(purchase, identity)
        return purchase.number == identity["key"]

    @api.model
    def _is_ours(self, purchase, identity: PurchaseIdentity):
        return (purchase.date, purchase.gross) == (identity["date"], identity["gross"])

    @api.model
    def _seen(self, rows):
        """Rows of Fiken's list, as bills are compared with them."""
        return [purchases.purchase(row) for row in rows]

    @api.model
    def _ask_page(self, session, fiken_company, page, first, last, contact):
        """One page of the purchases of some days.

        :param contact: the supplier's id in Fiken, or '' for all of them
        """
        filters = {"contactId": contact} if contact else {}
        return session.get(
            fiken_company._path(self._endpoint.path),
            page=page,
            pageSize=paging.PAGE_SIZE,
            dateGe=str(first),
            dateLe=str(last),
            **filters,
        )

    @api.model
    def _is_there(self, session, fiken_company, remote_id):
        """Whether a purchase that was seen is in Fiken still."""
        path = fiken_company._path(f"{self._endpoint.path}/{remote_id}")
        with contextlib.suppress(errors.NotFound):
            if not purchases.purchase(session.get(path).row).is_deleted:
                return True
        self.env["fiken.purchase.seen"]._forget(fiken_company, remote_id)
        return False

    @api.model
    def _inbox(self, session, fiken_company):
        rows = session.pages(fiken_company._path("/inbox"), status="unused")
        return [purchases.scan(row) for row in rows]

    @api.model
    def _done(self, session, job, sent):
        job._record()._fiken_enqueue_reconciled()
        self._enqueue_original(job, sent)
