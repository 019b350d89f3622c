"""Payments that Odoo has reconciled with an invoice or a bill."""

from odoo import api, models

from ...fiken_api import money
from ..connection.sentence import _lt
from ..outbox.along import read_along
from ..outbox.exceptions import NeedsReview, NothingToSend, WaitsFor
from ..outbox.fiken_job import OPEN_STATES
from .fiken_resource_document_payment import Paid

REFUNDS = ("out_refund", "in_refund")


class MovePaymentResource(models.AbstractModel):
    """One share of a reconciliation, posted on the document's sale or purchase.

    The job is the document's; its ``part`` names the reconciliation, which Odoo
    deletes when it is undone.
    """

    _name = "fiken.resource.payment"
    _inherit = "fiken.resource.document_payment"
    _description = "Fiken Payment of an Invoice or Bill"

    _resource = "payment"
    _flow = "payment"
    _record_model = "account.move"
    _title = _lt("Payment")
    _done_text = _lt("Payment posted in Fiken:")
    _notifies = True

    @api.model
    def _document_path(self, job, move):
        if move._fiken_strategy()._resource == "credit_note":
            raise NeedsReview(
                _lt(
                    "Fiken issued the credit note %(name)s, and takes payments on"
                    " invoices, sales and purchases only. Register it in Fiken"
                    " yourself, then press Ignore.",
                    name=move.name,
                )
            )
        fiken_company = job.fiken_company_id
        places = self.env["fiken.paid.documents"]._places()
        for resource, path in places.items():
            binding = read_along(
                move,
                ("binding", fiken_company.id, resource, ""),
                lambda moves, resource=resource: self.env["fiken.binding"]._of(
                    fiken_company, resource, moves
                ),
            )
            if binding:
                return f"{path}/{binding.remote_id}"
        for resource in places:
            strategy = self.env[f"fiken.resource.{resource}"]
            if self.env["fiken.job"]._is_queued(strategy, fiken_company, move):
                raise WaitsFor(strategy, move, job.vendor_id)
        raise NothingToSend(
            _lt(
                "%(name)s is not booked in Fiken, so its payment is not posted there.",
                name=move.name,
            )
        )

    @api.model
    def _paid(self, job, move):
        share = self.env["account.partial.reconcile"]._fiken_share(job.part, move)
        if share is None:
            raise NothingToSend(_lt("The payment was undone in Odoo."))
        if not share.is_from_till and job.vendor_id.payment_direction != "to":
            raise NothingToSend(
                _lt(
                    "%(vendor)s does not send payments to Fiken.",
                    vendor=job.vendor_id.name,
                )
            )
        if share.problem:
            raise NeedsReview(share.problem)
        self._wait_for_room(job, move, share)
        amount = money.to_ore(share.amount)
        foreign = move.currency_id.name != "NOK"
        return Paid(
            date=share.date,
            account=self._account(job, share.source),
            amount=-amount if move.move_type in REFUNDS else amount,
            currency=move.currency_id.name,
            in_nok=money.to_ore(share.in_company_currency) if foreign else None,
            means=self._source_name(share.source),
        )

    @api.model
    def _wait_for_room(self, job, move, share):
        """What was paid more than the document comes after what makes room for it."""
        if not share.after:
            return
        queued = (
            self.env["fiken.job"]
            .sudo()
            .search(
                [
                    ("fiken_company_id", "=", job.fiken_company_id.id),
                    ("resource", "=", self._resource),
                    ("res_model", "=", move._name),
                    ("res_id", "=", move.id),
                    ("part", "in", share.after),
                    ("state", "in", OPEN_STATES),
                ],
                limit=1,
            )
        )
        if queued:
            raise WaitsFor(self, move, job.vendor_id, queued.part)

    @api.model
    def _account(self, job, source):
        """The ledger's account for the means of payment, or of what was written off."""
        vendor = job.vendor_id
        if source._name == "account.account":
            return vendor._account_code(source)
        return vendor._means_code(source)

    @api.model
    def _source_name(self, source):
        return source.sudo().display_name


class MovePaymentUndoResource(models.AbstractModel):
    """The reconciliation was undone in Odoo."""

    _name = "fiken.resource.payment_undo"
    _inherit = "fiken.resource.document_payment_undo"
    _description = "Fiken Payment of an Invoice or Bill Undone"

    _resource = "payment_undo"
    _record_model = "account.move"
    _title = _lt("Payment undone")
    _done_text = _lt("Payment deleted in Fiken:")
    _undoes = "payment"
    _notifies = True
