"""A credit note and its invoice, set off against each other (fiken-api.md §5.7, §6.1).

Fiken does that by itself for credit notes of its own that name their invoice. Where
both are sales, or have one behind them, each is set *settled without payment*. A part
cannot be, nor can purchases: a person is told the amounts.
"""

from odoo import api, models

from ...fiken_api import balance, errors, money
from ..connection.sentence import Amount, _lt, joined
from ..outbox.exceptions import NeedsReview, NothingToSend, WaitsFor
from ..outbox.fiken_job import OPEN_STATES
from ..outbox.fiken_resource import Prepared, Sent, Verb

REFUSED = 400


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
    # What the documents are in Fiken, and whether it lets others set one settled.
    _sets = "sale"
    _can_set = True

    @api.model
    def _prepare(self, job, move):
        link = self._in_fiken(job, move)[move]
        if not link:
            raise NothingToSend(_lt("It is not booked in Fiken any more."))
        date = max(move._fiken_reconciled_group().mapped("date"))
        return Prepared(
            {"settledDate": str(date)},
            self._path_of(job, link) + "/settled",
            verb=Verb.CHANGE,
            remote_id=self._sale_id(link),
            number=link.number,
        )

    @api.model
    def _in_fiken(self, job, move):
        """{document: link, if it is there} of all that are set off.

        :raise NothingToSend: they are not, any more
        :raise WaitsFor: one of them, or a payment of it, is on its way
        """
        moves = move._fiken_reconciled_group()
        if len(moves) < 2:
            raise NothingToSend(_lt("It is no longer set off against anything."))
        links = {one: self._link_of(job, one) for one in moves}
        self._check_payments(job, moves)
        return links

    @api.model
    def _link_of(self, job, move):
        strategy, link = move._fiken_strategy(), self._link(job, move)
        if not link and self.env["fiken.job"]._is_queued(
            strategy, job.fiken_company_id, move
        ):
            raise WaitsFor(strategy, move, job.vendor_id)
        if link and not self._sale_id(link):
            raise NothingToSend(
                _lt(
                    "Fiken has not said yet which sale %(name)s is there. It is set off"
                    " when its papers come.",
                    name=move.name,
                )
            )
        return link

    @api.model
    def _link(self, job, move):
        return move._fiken_strategy()._binding(job.fiken_company_id, move)

    @api.model
    def _sale_id(self, link):
        """What stands behind an invoice that Fiken issued is a sale too (§5.3)."""
        return self.env[f"fiken.resource.{link.resource}"]._sale_id(link)

    @api.model
    def _documents(self):
        return self.env[f"fiken.resource.{self._sets}"]

    @api.model
    def _check_payments(self, job, moves):
        """What is open in Fiken is known when the payments are there.

        :raise WaitsFor: one is on its way
        """
        payment = self.env["fiken.job"].search(
            [
                ("fiken_company_id", "=", job.fiken_company_id.id),
                ("res_model", "=", moves._name),
                ("res_id", "in", moves.ids),
                (
                    "resource",
                    "in",
                    (*self._names("payment"), *self._names("payment_undo")),
                ),
                ("state", "in", OPEN_STATES),
            ],
            limit=1,
        )
        if payment:
            raise WaitsFor(payment._strategy(), payment._record(), payment.vendor_id)

    @api.model
    def _path_of(self, job, link):
        at = self._documents()._endpoint.path
        return job.fiken_company_id._path(f"{at}/{self._sale_id(link)}")

    # Asking Fiken

    @api.model
    def _needs_preflight(self, prepared):
        return True

    @api.model
    def _preflight(self, session, job, prepared):
        """Set off is what is open in Fiken, whatever else was reconciled in Odoo.

        :raise NothingToSend: nothing is, on one of the two sides
        :raise NeedsReview: it is not the whole of them
        """
        move = job._record()
        moves = move._fiken_reconciled_group()
        links = {one: self._link(job, one) for one in moves}
        absent = moves.filtered(lambda one: not links[one])
        left = self._left(session, job, {one: links[one] for one in moves - absent})
        if move not in left:
            raise NothingToSend(_lt("Nothing of it is open in Fiken."))
        if not absent and len({amount > 0 for amount in left.values()}) < 2:
            raise NothingToSend(
                _lt("What it was set off against is not open in Fiken.")
            )
        open_moves = move.browse().union(*left)
        is_whole = not sum(left.values()) and len(open_moves.currency_id) == 1
        if absent or not is_whole or not self._can_set:
            raise NeedsReview(self._what_to_do(open_moves | absent))
        return None

    @api.model
    def _left(self, session, job, links):
        """{document: what of it is open in Fiken}, without those that are not.

        What we have set settled ourselves counts as open: its counterpart follows.
        """
        ours = self.env["fiken.binding"]._of(
            job.fiken_company_id,
            self._resource,
            self.env[self._record_model].browse().union(*links),
        )
        left = {}
        for move, link in links.items():
            standing = balance.standing(session.get(self._path_of(job, link)).row)
            # The answer to our own setting may have been lost.
            is_ours = move.id in ours or move.id == job.res_id and job.sent_at
            if is_ours:
                left[move] = standing.open
            elif not standing.is_settled:
                # Fiken may have set off a part of it itself.
                left[move] = standing.open and (standing.left or standing.open)
        return {move: amount for move, amount in left.items() if amount}

    @api.model
    def _what_to_do(self, moves):
        return _lt(
            "These were set off against each other in Odoo: %(documents)s. Fiken sets"
            " whole sales only, so set them off there by hand, then press Ignore.",
            documents=self._in_words(moves),
        )

    @api.model
    def _in_words(self, moves):
        """Credit notes are negative, on both sides."""
        words = (
            _lt(
                "%(name)s %(amount)s (still open: %(rest)s)",
                name=move.name,
                amount=self._signed(move, move.amount_total_signed),
                rest=self._signed(move, move.amount_residual_signed),
            )
            for move in moves
        )
        return joined(*words, separator="; ")

    @api.model
    def _signed(self, move, amount):
        sign = -1 if move.is_purchase_document() else 1
        return Amount(sign * money.to_ore(amount))

    @api.model
    def _write(self, session, job, prepared):
        try:
            session.patch(prepared.path, **prepared.body)
        except errors.Refused as error:
            if error.status != REFUSED:
                raise
            # Whether it lets others settle what it issued itself, nobody knows (§13).
            moves = job._record()._fiken_reconciled_group()
            said = _lt("Fiken refused: %(said)s.", said=error.message.rstrip("."))
            text = joined(self._what_to_do(moves), said, separator=" ")
            raise NeedsReview(text) from error
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
