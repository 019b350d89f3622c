"""A credit note and its invoice, set off against each other (fiken-api.md §5.7, §6.1).

Fiken does that by itself for credit notes of its own. Where both are sales, each is set
*settled without payment*. A part cannot be, nor can purchases: a person is told the
amounts.
"""

from odoo import api, models
from odoo.tools.translate import LazyTranslate

from ...fiken_api import money
from ..outbox.fiken_resource import (
    NeedsReview,
    NothingToSend,
    Prepared,
    Sent,
    Verb,
    WaitsFor,
)

_lt = LazyTranslate(__name__)


class SaleReconciledResource(models.AbstractModel):
    """``PATCH settled`` of one sale: the same again does no harm."""

    _name = "fiken.resource.sale_settled"
    _inherit = "fiken.resource"
    _description = "Fiken Sale Set Off"

    _resource = "sale_settled"
    _stage = "reconciled"
    _title = _lt("Set off in Fiken")
    _done_text = _lt("Set settled in Fiken, against its counterpart:")
    _record_model = "account.move"
    _priority = 70
    _notifies = True
    # What the documents are in Fiken.
    _sets = "sale"

    @api.model
    def _prepare(self, job, move):
        sales = self._in_fiken(job, move)
        moves = move.browse().union(*sales)
        if not all(sales.values()) or any(moves.mapped("amount_residual")):
            raise NeedsReview(self._what_to_do(moves))
        return Prepared(
            {"settledDate": str(max(moves.mapped("date")))},
            job.fiken_company_id._path(f"/sales/{sales[move].remote_id}/settled"),
            verb=Verb.CHANGE,
            remote_id=sales[move].remote_id,
            number=sales[move].number,
        )

    @api.model
    def _in_fiken(self, job, move):
        """{document: link, if it is there} of all that are set off.

        :raise NothingToSend: they are not, any more
        :raise WaitsFor: one of them is on its way
        """
        moves = move._fiken_reconciled_group()
        if len(moves) < 2:
            raise NothingToSend(self.env._("It is no longer set off against anything."))
        return {one: self._link_of(job, one) for one in moves}

    @api.model
    def _link_of(self, job, move):
        strategy = self.env[f"fiken.resource.{self._sets}"]
        link = strategy._binding(job.fiken_company_id, move)
        if not link and self.env["fiken.job"]._is_queued(
            strategy, job.fiken_company_id, move
        ):
            raise WaitsFor(strategy, move, job.vendor_id)
        return link

    @api.model
    def _what_to_do(self, moves):
        return self.env._(
            "These were set off against each other in Odoo: %(documents)s. Fiken sets"
            " whole sales only, so set them off there by hand, then press Ignore.",
            documents=self._in_words(moves),
        )

    @api.model
    def _in_words(self, moves):
        """Credit notes are negative, on both sides."""
        return "; ".join(
            self.env._(
                "%(name)s %(amount)s (still open: %(rest)s)",
                name=move.name,
                amount=self._signed(move, move.amount_total_signed),
                rest=self._signed(move, move.amount_residual_signed),
            )
            for move in moves
        )

    @api.model
    def _signed(self, move, amount):
        sign = -1 if move.is_purchase_document() else 1
        return money.kroner(sign * money.to_ore(amount))

    @api.model
    def _write(self, session, job, prepared):
        session.patch(prepared.path, **prepared.body)
        return Sent(prepared.remote_id, prepared.number)

    @api.model
    def _done(self, session, job, sent):
        """The others of the group as well, each by a job of its own."""
        move = job._record()
        others = move._fiken_reconciled_group() - move
        bound = self.env["fiken.binding"]._of(
            job.fiken_company_id, self._resource, others
        )
        others = others.filtered(lambda one: one.id not in bound)
        self._enqueue(others, job.fiken_company_id, job.vendor_id, wake=False)
