"""What a day was paid with, as payments on its sales (fiken-api.md §5.8)."""

from odoo import api, models

from ..connection.sentence import _lt
from ..outbox.exceptions import NeedsReview, NothingToSend
from ..payments.fiken_resource_document_payment import Paid
from .fiken_settlement import PAYMENT
from .part import PaymentPart


class SettlementPaymentResource(models.AbstractModel):
    """One payment of one sale by one means; redeemed gift cards are one as well.

    The job's part is a :class:`PaymentPart`. How much it is was fixed when the sale
    was sent; which account it goes to is asked of the ledger each time.
    """

    _name = "fiken.resource.settlement_payment"
    _inherit = "fiken.resource.document_payment"
    _description = "Fiken Settlement Payment"

    _resource = PAYMENT
    _record_model = "fiken.settlement"
    _title = _lt("Payment of a settlement")
    _done_text = _lt("Paid in Fiken:")
    _notifies = True

    @api.model
    def _document_path(self, job, settlement):
        part = str(PaymentPart.parse(job.part).sale)
        sales = self.env["fiken.resource.settlement"]
        sale = sales._binding(job.fiken_company_id, settlement, part)
        if not sale:
            raise NothingToSend(_lt("The sale that it paid is not in Fiken."))
        return f"{sales._paid_at}/{sale.remote_id}"

    @api.model
    def _paid(self, job, settlement):
        key = PaymentPart.parse(job.part).source
        return Paid(
            date=settlement.date,
            account=settlement._source_code(key),
            amount=self._payments(job, settlement).get(key, 0),
            means=settlement._source_name(key),
        )

    @api.model
    def _payments(self, job, settlement):
        """{source: øre} of the sale that the job is about."""
        part = str(PaymentPart.parse(job.part).sale)
        settlements = self.env["fiken.resource.settlement"]
        return dict(settlements._sale_of(settlement._booking(), part).payments)

    @api.model
    def _preflight(self, session, job, prepared):
        """Nothing is paid once more, and no payment of others is taken for ours.

        Where some are negative, the order in which they go decides what is left.
        """
        row = session.get(job.fiken_company_id._path(prepared.identity["document"])).row
        if row.get("deleted"):
            raise NeedsReview(
                _lt(
                    "The sale of this day was deleted in Fiken, so its payment was not"
                    " posted. Press Compare with Fiken."
                )
            )
        payments = self._payments(job, job._record())
        if len({amount > 0 for amount in payments.values()}) == 1:
            self._check_outstanding(row, prepared.identity["amount"])
        return None

    @api.model
    def _done(self, session, job, sent):
        """What paid the sale follows what was paid back on it.

        Its account is kept: by it the day is compared, whatever is mapped later.
        """
        job.invalidate_recordset(["identity"], flush=False)
        identity = job.identity
        self._own_binding(job).sent_values = {identity["account"]: identity["amount"]}
        job._record()._enqueue_rest()

    @api.model
    def _notify(self, jobs):
        notified = super()._notify(jobs)
        self.env["fiken.resource.settlement"]._follow(jobs)
        return notified
