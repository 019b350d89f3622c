"""How a receipt was paid: in Fiken a cash sale or purchase has one payment.

Facts: fiken-api.md §5.7 and §6.1.
"""

from odoo import api, models

from ...fiken_api import money
from ..connection.sentence import Amount, _lt, joined
from ..outbox.exceptions import NeedsReview, NothingToSend

MONEY_JOURNALS = ("bank", "cash", "credit")


class ReceiptPayment(models.AbstractModel):
    _name = "fiken.receipt.payment"
    _description = "Payment of a Receipt"

    @api.model
    def _of(self, job, move):
        """The one payment of a receipt.

        :return: (Fiken's account, date, øre of NOK)
        :raise NothingToSend: it is not paid; its payment owes it anew
        :raise NeedsReview: it was not paid at once and in one way
        :raise MissingSetting: the ledger does not know where the money is
        """
        if not move._fiken_is_due():
            raise NothingToSend(_lt("It is not paid yet. It goes to Fiken when it is."))
        payments = move._fiken_payments()
        if len(payments) != 1 or not self._is_whole(move, *payments[0]):
            raise NeedsReview(
                _lt(
                    "In Fiken a receipt has one payment of the whole amount, from a"
                    " bank or cash journal. %(name)s was paid by: %(payments)s. Book it"
                    " in Fiken yourself and mark it Do not send.",
                    name=move.name,
                    payments=joined(
                        *(self._in_words(move, *one) for one in payments),
                        separator=", ",
                    )
                    or "-",
                )
            )
        [(journal, date, _amount, in_nok)] = payments
        return job.vendor_id._means_code(journal), date, money.to_ore(in_nok)

    @api.model
    def _is_whole(self, move, journal, _date, amount, _in_nok):
        return journal.type in MONEY_JOURNALS and move.currency_id.is_zero(
            amount - move.amount_total
        )

    @api.model
    def _in_words(self, move, journal, _date, amount, _in_nok):
        amount = Amount.of(move.currency_id, amount)
        return joined(journal.display_name, amount, separator=" ")
