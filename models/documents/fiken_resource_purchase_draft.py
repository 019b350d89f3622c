"""Drafts of what suppliers make (fiken-api.md §5.9)."""

from odoo import api, models

from ...fiken_api import money
from ..connection.sentence import _lt
from ..outbox.fiken_resource import Endpoint, Verb
from .fiken_purchase_mixin import RECEIPT, PurchaseIdentity


class PurchaseDraftResource(models.AbstractModel):
    """The same purchase as a draft that an accountant finishes."""

    _name = "fiken.resource.purchase_draft"
    _inherit = [
        "fiken.purchase.mixin",
        "fiken.purchase.lines",
        "fiken.resource.draft",
        "fiken.resource.document",
    ]
    _description = "Fiken Purchase Draft"

    _resource = "purchase_draft"
    _title = _lt("Purchase draft")
    # Drafts cannot be filtered (fiken-api.md §5.9).
    _endpoint = Endpoint(
        "/purchases/drafts",
        id="draftId",
        key="invoiceNumber",
        number="invoiceNumber",
    )

    @api.model
    def _prepare(self, job, move):
        self._check(job, move)
        self._check_not_booked(job, move)
        self._check_refund(job, move)
        lines, note = self._posted_lines(job, move)
        note = self._with_kid_note(move, note)
        return self._as_draft(job, move, self._body(job, move, lines), note)

    @api.model
    def _needs_preflight(self, prepared):
        return True

    @api.model
    def _preflight(self, session, job, prepared):
        if prepared.verb is Verb.CHANGE:
            return self._sync_draft(session, job, prepared)
        self.env["fiken.bill.duplicate"]._check(session, job, prepared.identity)
        return None

    @api.model
    def _body(self, job, move, lines):
        is_receipt = move.move_type == RECEIPT
        body = {
            "cash": is_receipt,
            "paid": is_receipt,
            "invoiceNumber": self._key(job, move),
            "invoiceIssueDate": str(self._date(move)),
            "currency": "NOK",
            "lines": [self._body_line(move, line) for line in lines],
        }
        if is_receipt:
            code, date, _nok = self.env["fiken.receipt.payment"]._of(job, move)
            payment = {
                "date": str(date),
                "account": code,
                "amount": money.to_ore(move.amount_total),
            }
            return {**body, "payments": [payment]}
        body.update(
            contactId=int(self._supplier_id(job, move)),
            dueDate=str(self._due_date(move)),
        )
        kid = self._kid(move)
        if kid:
            body["kid"] = kid
        return body

    @api.model
    def _body_line(self, move, line):
        values = {
            "text": line.text,
            "vatType": line.vat_type,
            "incomeAccount": line.account,
            "net": line.net,
            "gross": line.gross,
        }
        if line.project:
            values["projectId"] = int(line.project)
        return values

    @api.model
    def _find(self, session, fiken_company, identity: PurchaseIdentity):
        """Another supplier's bill may have the same number."""
        return [
            self._hit(row, identity)
            for row in session.pages(fiken_company._path(self._endpoint.path))
            if row.get(self._endpoint.key) == identity["key"]
            and str((row.get("contact") or {}).get("contactId") or "")
            == identity["contact"]
        ]

    @api.model
    def _is_ours(self, row, identity: PurchaseIdentity):
        return (
            row.get("invoiceIssueDate") == identity["date"]
            and sum(line["gross"] for line in row["lines"]) == identity["gross"]
        )

    @api.model
    def _done(self, session, job, sent):
        """Nothing is booked yet, so nothing is set off."""
        self._enqueue_original(job, sent)
