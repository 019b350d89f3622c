from odoo import api, models
from odoo.tools import SQL

from .account_partial_reconcile_share import Share
from .part import SharePart

REFUND = "out_refund"


class AccountPartialReconcile(models.Model):
    """What tills took for an invoice, where Odoo reconciled that with itself.

    An entry of a till's payment has a line of the customer and one of the till. Where
    both are on one account, and some of the money went back, Odoo may reconcile lines
    of such entries with each other (``pos.payment``,
    ``_get_receivable_lines_for_invoice_reconciliation``): the invoice stays open here,
    beside what its order's reversal left open. The money was taken all the same.
    """

    _inherit = "account.partial.reconcile"

    def _fiken_till_shares(self, move):
        """What the lines of customers among the two sides pay of their document.

        Money that a till gave back for an invoice counts against it.
        """
        lines = self.debit_move_id | self.credit_move_id
        if any(line.move_id._fiken_taken_for() != move for line in lines):
            return []
        sides = [
            (self.credit_move_id, self.credit_amount_currency, 1),
            (self.debit_move_id, self.debit_amount_currency, -1),
        ]
        sign = -1 if move.move_type == REFUND else 1
        return [
            Share(
                part=str(SharePart(self.id, number)),
                date=line.move_id.date,
                amount=sign * side * amount,
                in_company_currency=sign * side * self.amount,
                source=line.move_id._fiken_means(),
                is_from_till=True,
            )
            for number, (line, amount, side) in enumerate(sides)
            if line._fiken_is_customers()
        ]

    @api.model
    def _fiken_of_tills(self, moves):
        """The reconciliations between what tills took for these documents."""
        if "pos_order_ids" not in moves._fields:
            return self.browse()
        entries = moves.sudo().pos_order_ids.payment_ids.account_move_id
        lines = entries.line_ids
        partials = lines.matched_debit_ids & lines.matched_credit_ids
        return self.browse(partials.sorted("id").ids)

    @api.model
    def _fiken_of_tills_query(self, condition):
        """(reconciliation, document) of payments of one document in tills.

        :param SQL condition: on ``partial`` and ``move``, the document
        """
        self.env["pos.payment"].flush_model(["account_move_id", "pos_order_id"])
        self.env["pos.order"].flush_model(["account_move"])
        return SQL(
            """
            SELECT DISTINCT partial.id, move.id
              FROM pos_payment took
              JOIN account_move_line taken ON taken.move_id = took.account_move_id
              JOIN account_partial_reconcile partial
                ON partial.credit_move_id = taken.id
              JOIN account_move_line given ON given.id = partial.debit_move_id
              JOIN pos_payment gave ON gave.account_move_id = given.move_id
              JOIN pos_order sold ON sold.id = took.pos_order_id
              JOIN pos_order other ON other.id = gave.pos_order_id
                                  AND other.account_move = sold.account_move
              JOIN account_move move ON move.id = sold.account_move
             WHERE %s
            """,
            condition,
        )
