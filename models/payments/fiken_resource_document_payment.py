"""Payments on sales and purchases that are in Fiken, and their undoing.

Facts: fiken-api.md §5.8 and §9. Amounts in øre of the document's currency. A payment
carries no reference of ours, so it is found again by account, date and amount, one by
one: of two equal payments, each takes one that no other record is linked to.
"""

import contextlib
from dataclasses import dataclass

from odoo import api, models

from ...fiken_api import balance, errors
from ..connection.sentence import Amount, _lt, say
from ..outbox.exceptions import NeedsReview, NothingToSend
from ..outbox.fiken_resource import Identity, Prepared, Sent, Verb


@dataclass
class Paid:
    """One payment, as Fiken keeps it.

    :ivar date: the day on which the money moved
    :ivar account: ledger code, ``XXXX`` or ``XXXX:YYYYY``
    :ivar amount: øre of the document's currency; negative on a negative document
    :ivar in_nok: øre of NOK that moved, where the currency is another one
    :ivar fee: øre of NOK, on top of the amount
    :ivar means: what people call the means of payment, for sentences
    """

    date: object
    account: str
    amount: int
    currency: str = "NOK"
    in_nok: int = None
    fee: int = 0
    means: str = ""


class PaymentIdentity(Identity):
    """What finds a payment again.

    :ivar document: the path of its document: ``/sales/1``
    :ivar account: as in :class:`Paid`, and so ``amount`` and ``means``
    :ivar words: the whole payment, for sentences
    """

    document: str
    account: str
    amount: int
    means: str
    words: str


class DocumentPaymentResource(models.AbstractModel):
    """One payment on a sale or purchase; the kinds of payment say which and what.

    A kind says ``_resource``, ``_record_model``, ``_title``, ``_document_path`` and
    ``_paid``. It has no ``_endpoint``: payments are listed on their document. Several
    payments of one record are told apart by the job's ``part``.
    """

    _name = "fiken.resource.document_payment"
    _inherit = "fiken.resource"
    _description = "Fiken Payment"

    # After every document.
    _priority = 65
    _stage = "payment"
    # By what is set off afterwards.
    _is_awaited = True

    # What a kind of payment must say

    @api.model
    def _document_path(self, job, record):
        """The document in Fiken: ``/sales/1``, ``/purchases/2`` or ``/invoices/3``.

        :raise WaitsFor: it is not there yet
        """
        raise NotImplementedError

    @api.model
    def _paid(self, job, record):
        """:return Paid:"""
        raise NotImplementedError

    # The payment

    @api.model
    def _prepare(self, job, record):
        document = self._document_path(job, record)
        paid = self._paid(job, record)
        if not paid.amount:
            raise NothingToSend(_lt("Nothing was paid."))
        sentence = self._in_words(paid)
        words = say(self.env, sentence)
        return Prepared(
            self._body(paid),
            job.fiken_company_id._path(f"{document}/payments"),
            identity=PaymentIdentity(
                document=document,
                date=str(paid.date),
                account=paid.account,
                amount=paid.amount,
                means=paid.means,
                words=words,
            ),
            number=words,
            note=sentence,
        )

    @api.model
    def _body(self, paid):
        body = {
            "date": str(paid.date),
            "account": paid.account,
            "amount": paid.amount,
        }
        if paid.currency != "NOK":
            body["currency"] = paid.currency
            if paid.in_nok is not None:
                body["amountInNok"] = paid.in_nok
        if paid.fee:
            body["fee"] = paid.fee
        return body

    @api.model
    def _in_words(self, paid):
        return _lt(
            "%(currency)s %(amount)s on %(account)s, %(date)s",
            currency=paid.currency,
            amount=Amount(paid.amount),
            account=paid.account,
            date=paid.date,
        )

    @api.model
    def _needs_preflight(self, prepared):
        return True

    @api.model
    def _preflight(self, session, job, prepared):
        """What is paid in Fiken already: the same payment is taken for ours."""
        fiken_company, identity = job.fiken_company_id, prepared.identity
        path, row = self._read_document(session, fiken_company, identity["document"])
        identity["document"] = path
        prepared.path = fiken_company._path(f"{path}/payments")
        there = self._unlinked(fiken_company, row, identity)
        if there:
            return self._as_sent(there[0], identity)
        self._check_outstanding(row, identity["amount"])
        return None

    @api.model
    def _read_document(self, session, fiken_company, document):
        """A sale or purchase as it is now; payments of an invoice stand on its sale.

        :return: (path below the company, Fiken's document)
        :raise NotReady: the invoice is not found under the id that is known
        """
        is_invoice = document.startswith("/invoices/")
        try:
            row = session.get(fiken_company._path(document)).row
        except errors.NotFound as error:
            if not is_invoice:
                raise
            # Until its papers come, its id may be that of its sale (§5.4).
            raise errors.NotReady(error.message, error.status) from error
        if is_invoice:
            row = row["sale"]
            document = f"/sales/{row['saleId']}"
        return document, row

    @api.model
    def _unlinked(self, fiken_company, row, identity: PaymentIdentity):
        """Payments like this one that no record of Odoo's is linked to."""
        equal = [
            payment
            for payment in balance.payments(row)
            if payment["date"] == identity["date"]
            and payment["account"] == identity["account"]
            and payment["amount"] == identity["amount"]
        ]
        linked = self._linked(fiken_company, [str(one["paymentId"]) for one in equal])
        return [one for one in equal if str(one["paymentId"]) not in linked]

    @api.model
    def _linked(self, fiken_company, remote_ids):
        """{Fiken id: link} of those payments of Fiken's that Odoo knows."""
        bindings = (
            self.env["fiken.binding"]
            .sudo()
            .search(
                [
                    ("fiken_company_id", "=", fiken_company.id),
                    ("resource", "in", self._names("payment")),
                    ("remote_id", "in", remote_ids),
                ]
            )
        )
        return {binding.remote_id: binding for binding in bindings}

    @api.model
    def _check_outstanding(self, row, amount):
        """Nothing is paid twice: what Fiken says is paid is not paid once more."""
        standing = balance.standing(row)
        if standing.is_deleted:
            raise NeedsReview(
                _lt("The document was deleted in Fiken, so its payment was not posted.")
            )
        left = standing.left
        is_paid = standing.is_settled or standing.is_written_off
        is_too_much = left is not None and abs(amount) > abs(left)
        # What goes the other way makes room, also where all was paid already: a fee.
        makes_room = amount * standing.total < 0 and not standing.is_written_off
        if (is_paid or is_too_much) and not makes_room:
            raise NeedsReview(
                _lt(
                    "In Fiken %(left)s is left to pay, and this payment is %(amount)s."
                    " Look whether it is registered there already, with another date or"
                    " account: then press Ignore. Else correct it in Fiken and press"
                    " Retry.",
                    left=Amount(0 if is_paid else left),
                    amount=Amount(amount),
                )
            )

    @api.model
    def _write(self, session, job, prepared):
        try:
            return super()._write(session, job, prepared)
        except errors.Refused as error:
            account = prepared.body["account"]
            banks = job.fiken_company_id.account_ids.filtered("is_bank")
            if error.status != 400 or account in banks.mapped("code"):
                raise
            raise self._account_gap(job, prepared, error) from error

    @api.model
    def _account_gap(self, job, prepared, error):
        return self.env["fiken.document.refusal"]._payment_refused(
            job,
            prepared.body["account"],
            prepared.identity["means"] or _lt("the means of payment"),
            error.message,
        )

    @api.model
    def _find(self, session, fiken_company, identity: PaymentIdentity):
        """One payment like it that nobody is linked to: it is as good as ours (§9)."""
        _path, row = self._read_document(session, fiken_company, identity["document"])
        there = self._unlinked(fiken_company, row, identity)
        return [self._as_sent(payment, identity) for payment in there[:1]]

    @api.model
    def _as_sent(self, payment, identity: PaymentIdentity):
        return Sent(str(payment["paymentId"]), identity["words"])


class DocumentPaymentUndoResource(models.AbstractModel):
    """A payment that Odoo posted in Fiken and has undone: it is deleted there.

    Fiken reverses what lies in a closed period by itself (fiken-api.md §5.8). A kind
    says what its payment says, and ``_undoes``: the resource of the payment.
    """

    _name = "fiken.resource.document_payment_undo"
    _inherit = "fiken.resource.document_payment"
    _description = "Fiken Payment Undone"

    # Before payments: the one that takes its place finds the document unpaid.
    _priority = 64
    _stage = "payment_undo"
    # The resource whose payment it deletes.
    _undoes = ""

    @api.model
    def _payments(self):
        return self.env[f"fiken.resource.{self._undoes}"]

    @api.model
    def _prepare(self, job, record):
        payment = self._payments()._binding(job.fiken_company_id, record, job.part)
        if not payment:
            raise self._without_link(job)
        document = self._payments()._document_path(job, record)
        path = f"{document}/payments/{payment.remote_id}"
        return Prepared(
            None,
            job.fiken_company_id._path(path),
            remote_id=payment.remote_id,
            number=payment.number,
            note=payment.number,
            verb=Verb.DELETE,
            hashed={"document": document},
        )

    @api.model
    def _without_link(self, job):
        """Never sent, or nobody knows."""
        unsure = (
            self.env["fiken.job"]
            .sudo()
            .search_count(
                [
                    ("fiken_company_id", "=", job.fiken_company_id.id),
                    ("resource", "=", self._undoes),
                    ("res_model", "=", job.res_model),
                    ("res_id", "=", job.res_id),
                    ("part", "=", job.part),
                    ("outcome_unknown", "=", True),
                ],
                limit=1,
            )
        )
        if unsure:
            return NeedsReview(
                _lt(
                    "The payment was undone in Odoo, but nobody knows whether it is in"
                    " Fiken: no answer came when it was sent. Press Retry on that job"
                    " first, then on this one."
                )
            )
        return NothingToSend(_lt("The payment was never in Fiken."))

    @api.model
    def _needs_preflight(self, prepared):
        return prepared.hashed["document"].startswith("/invoices/")

    @api.model
    def _preflight(self, session, job, prepared):
        fiken_company = job.fiken_company_id
        path, _row = self._read_document(
            session, fiken_company, prepared.hashed["document"]
        )
        prepared.path = fiken_company._path(f"{path}/payments/{prepared.remote_id}")
        return None

    @api.model
    def _write(self, session, job, prepared):
        try:
            # Somebody may have deleted it in Fiken.
            with contextlib.suppress(errors.NotFound):
                session.delete(prepared.path, description=self.env._("Undone in Odoo"))
        except errors.Refused as error:
            if error.status != 405:
                raise
            raise NeedsReview(
                _lt(
                    "The payment was undone in Odoo, but Fiken does not let us delete"
                    " it (%(payment)s). Delete it in Fiken, then press Ignore.",
                    payment=prepared.number,
                )
            ) from error
        return Sent(prepared.remote_id, prepared.number)

    @api.model
    def _done(self, session, job, sent):
        payment = self._payments()._binding(
            job.fiken_company_id, job._record(), job.part
        )
        if payment:
            payment.unlink()
