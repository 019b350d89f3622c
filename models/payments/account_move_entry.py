from odoo import models

from ..documents.move_types import SENT_TYPES
from ..ledger.fiken_ledger import PAYMENT_JOURNALS
from ..outbox.fiken_job import OPEN_STATES
from .part import SharePart


class AccountMove(models.Model):
    """An entry that pays: with which means, and whether all of it is paid with."""

    _inherit = "account.move"

    def _fiken_means(self):
        """The means of payment of this entry: a till's payment method or a journal.

        :return: an empty journal when the entry is no payment
        """
        self.ensure_one()
        if "pos_payment_ids" in self._fields:
            method = self.sudo().pos_payment_ids[:1].payment_method_id
            if method:
                return method
        journal = (
            self.origin_payment_id.journal_id
            or self.statement_line_id.journal_id
            or self.journal_id
        )
        return journal.filtered(lambda one: one.type in PAYMENT_JOURNALS)

    def _fiken_taken_for(self):
        """The documents for which tills took the money of these entries."""
        if "pos_payment_ids" not in self._fields:
            return self.browse()
        return self.browse(self.sudo().pos_payment_ids.pos_order_id.account_move.ids)

    def _fiken_took_back(self):
        """The document that has what this took back of a till's closing entry.

        Empty where the customer pays some of it later: no till took that.
        """
        if "reversed_pos_order_id" not in self._fields:
            return self.browse()
        order = self.sudo().reversed_pos_order_id
        paid = order.payment_ids
        is_taken = paid and "pay_later" not in paid.payment_method_id.mapped("type")
        return self.browse(order.account_move.ids if is_taken else [])

    def _fiken_is_payment_from_fiken(self):
        """Whether it was registered here because it was read in Fiken."""
        self.ensure_one()
        payment = self.origin_payment_id
        return bool(payment) and bool(
            self.env["fiken.binding"]
            .sudo()
            .search_count(
                [
                    ("resource", "=", self.env["fiken.resource.payment"]._resource),
                    ("res_model", "=", payment._name),
                    ("res_id", "=", payment.id),
                ],
                limit=1,
            )
        )

    def _fiken_is_posted_on(self, document):
        """Whether it is in Fiken as a payment of a document, or on its way there."""
        self.ensure_one()
        parts = [
            str(SharePart(partial.id))
            for partial in document._fiken_partials()
            if self in (partial.debit_move_id + partial.credit_move_id).move_id
        ]
        own = [
            *self.env["account.partial.reconcile"]._fiken_own(document.ids),
            ("part", "in", parts),
        ]
        jobs = [*own, ("state", "in", OPEN_STATES)]
        return bool(
            self.env["fiken.binding"].sudo().search_count(own, limit=1)
            or self.env["fiken.job"].sudo().search_count(jobs, limit=1)
        )

    def _fiken_in_no_document(self, paying):
        """What the money of this entry was less for, and no document says so in Fiken.

        In one line of the bank: a refund that is not reconciled, or what waits on the
        suspense account.

        :param paying: the line that pays a document; where that is the refund itself,
            nothing has to be known of the rest
        """
        self.ensure_one()
        suspense = self.journal_id.suspense_account_id
        lines = self._fiken_claims() | self.line_ids.filtered(
            lambda line: line.account_id == suspense
        )
        if paying.balance * sum(lines.mapped("balance")) <= 0:
            return lines.browse()
        back = lines.filtered(lambda line: line.balance * paying.balance < 0)
        return back.filtered(lambda line: not _is_of_documents(line))


def _is_of_documents(line):
    """Whether it is reconciled with documents whose payments go to Fiken, all of it."""
    if not line.reconciled:
        return False
    partials = line._fiken_partials()
    moves = (partials.debit_move_id | partials.credit_move_id).move_id - line.move_id
    vendors = line.env["fiken.vendor"]._of_documents(moves)
    return all(
        move.move_type in SENT_TYPES
        and vendors[move]
        and vendors[move].payment_direction == "to"
        and move.fiken_state not in (False, "absent", "excluded")
        for move in moves
    )
