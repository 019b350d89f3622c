"""What is a purchase in Fiken, booked or as a draft (fiken-api.md §6.1, §5.9)."""

from odoo import api, models

from ...fiken_api import money
from ..connection.sentence import _lt
from ..outbox.exceptions import MissingSetting
from ..outbox.fiken_resource import Identity
from .fiken_purchase_lines import REFUND

RECEIPT = "in_receipt"


class PurchaseIdentity(Identity):
    """A purchase is found by the supplier's number among those of the days around it.

    :ivar draft_id: of the draft that it may become, or that became it
    :ivar dated: by the supplier, where Fiken books it on another day
    """

    draft_id: str
    dated: str


class PurchaseMixin(models.AbstractModel):
    """A bill, a refund or a receipt of a supplier."""

    _name = "fiken.purchase.mixin"
    _description = "Fiken Purchase, Booked or Draft"

    _flow = "bill"
    _booked_as = "purchase"
    _drafted_as = "purchase_draft"

    # Checks

    @api.model
    def _check_refund(self, job, move):
        vendor = job.vendor_id
        if move.move_type != REFUND or vendor.refund_bill == "negative":
            return
        if vendor.refund_bill == "draft" and self._resource == self._drafted_as:
            return
        raise MissingSetting(
            _lt(
                "%(name)s is a supplier's refund, which Fiken takes as a negative"
                " purchase only. Choose on %(vendor)s that they go like that, or book"
                " it in Fiken yourself and mark it Do not send.",
                name=move.name,
                vendor=vendor.name,
            ),
            vendor,
        )

    # Dates

    @api.model
    def _due_date(self, move):
        """Nothing falls due before it is booked: nobody knows that Fiken takes it."""
        return max(super()._due_date(move), self._date(move))

    # What it is found by

    @api.model
    def _key(self, job, move):
        """The supplier's own number; ours where a person entered none."""
        return self._one_line(move.ref) or move.name

    @api.model
    def _number(self, job, move):
        return self._key(job, move)

    @api.model
    def _identity(self, job, move) -> PurchaseIdentity:
        is_receipt = move.move_type == RECEIPT
        gross = money.to_ore(move.amount_total)
        identity = PurchaseIdentity(
            key=self._key(job, move),
            contact="" if is_receipt else self._supplier_id(job, move),
            date=str(self._date(move)),
            gross=-gross if move.move_type == REFUND else gross,
        )
        if move.fiken_date:
            identity["dated"] = str(move.invoice_date)
        draft = self._drafts()._binding(job.fiken_company_id, move)
        if draft:
            identity["draft_id"] = draft.remote_id
        return identity

    @api.model
    def _supplier_id(self, job, move):
        """The Fiken id of the supplier, who must be marked as one there.

        :raise WaitsFor: they are not in Fiken yet, or only as a customer
        """
        return self.env["fiken.resource.contact"]._id_as(
            "supplier", job.fiken_company_id, move.commercial_partner_id, job.vendor_id
        )

    # Afterwards

    @api.model
    def _enqueue_original(self, job, sent):
        files = self.env["fiken.resource.attachment"]
        files._enqueue_files(job._record()._fiken_original_files(), self, job, sent)
