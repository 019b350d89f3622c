"""What Fiken booked in NOK of a sale in another currency (fiken-api.md §5.7)."""

from odoo import api, models

from ...fiken_api import money
from ..connection.sentence import _lt
from ..outbox.exceptions import NothingToSend
from ..outbox.fiken_resource import Prepared, Sent, Verb


class SaleGrossResource(models.AbstractModel):
    """Fiken may use a rate of its own after all: what it booked is read and compared.

    A job of its own, so that nothing is asked between the sale and the commit that
    says that it is there. It only reads, and may be repeated.
    """

    _name = "fiken.resource.sale_gross"
    _inherit = "fiken.resource"
    _description = "NOK of a Fiken Sale"

    _resource = "sale_gross"
    _stage = "papers"
    _title = _lt("NOK of a sale in another currency")
    _done_text = _lt("Fiken booked the same NOK:")
    _record_model = "account.move"
    _priority = 60
    _notifies = True

    @api.model
    def _prepare(self, job, move):
        booked = move._fiken_strategy()
        binding = booked._binding(job.fiken_company_id, move)
        if not binding:
            raise NothingToSend(_lt("It is not booked in Fiken any more."))
        return Prepared(
            None,
            job.fiken_company_id._path(f"{booked._endpoint.path}/{binding.remote_id}"),
            remote_id=binding.remote_id,
            number=binding.number,
            verb=Verb.FETCH,
        )

    @api.model
    def _write(self, session, job, prepared):
        row = session.get(prepared.path).row
        gross = self.env["fiken.sale.mixin"]._gross_of(row)
        return Sent(prepared.remote_id, prepared.number, gross=gross)

    @api.model
    def _done(self, session, job, sent):
        move = job._record()
        gross = money.to_ore(move.amount_total_signed)
        if sent.gross not in (None, gross):
            resource = move._fiken_strategy()._resource
            sale = job._latest(move._name, move.ids, [resource])[move.id]
            move._fiken_notify_difference(sale, gross, sent.gross)

    @api.model
    def _notify(self, jobs):
        """What is as it should be is not worth a line."""
        return super()._notify(jobs.filtered(lambda job: job.state != "done"))
