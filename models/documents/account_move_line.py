from odoo import api, models

from .account_move_reconcile import SET_OFF
from .move_types import SENT_TYPES

# What Fiken booked of a line; text, due date and projects are no part of the figures.
# Some of these compute the others, and Odoo does not ask whether it is confirmed.
BOOKED_LINE_FIELDS = {
    "account_id",
    "amount_currency",
    "balance",
    "credit",
    "currency_id",
    "debit",
    "deductible_amount",
    "discount",
    "display_type",
    "extra_tax_data",
    "move_id",
    "partner_id",
    "price_unit",
    "product_id",
    "product_uom_id",
    "quantity",
    "tax_ids",
    "tax_line_id",
    "tax_repartition_line_id",
}
# Of what the customer owes Odoo keeps the amounts itself: instalments may change.
CLAIM_FIELDS = {"account_id", "move_id", "partner_id"}
# What goes to Fiken of a line beside that.
SENT_LINE_FIELDS = BOOKED_LINE_FIELDS | {"analytic_distribution", "name", "sequence"}
# The cost of what was sold is Odoo's own matter.
UNSENT_LINES = ("cogs", "payment_term")


class AccountMoveLine(models.Model):
    """What is booked in Fiken stays as it is; what is set off follows."""

    _inherit = "account.move.line"

    # CRUD

    @api.model_create_multi
    def create(self, vals_list):
        ids = {
            vals["move_id"]
            for vals in vals_list
            if vals.get("move_id") and vals.get("display_type") not in UNSENT_LINES
        }
        moves = self.env["account.move"].browse(ids)
        posted = moves.filtered(
            lambda move: move.state == "posted" and move.move_type in SENT_TYPES
        )
        posted._fiken_check_untouched()
        lines = super().create(vals_list)
        posted._fiken_enqueue_edit()
        return lines

    def write(self, vals):
        edited = self._fiken_changing(vals, SENT_LINE_FIELDS)
        booked = edited._fiken_changing(vals, BOOKED_LINE_FIELDS)
        claims = (self - edited)._fiken_changing(vals, CLAIM_FIELDS, sent=False)
        (booked | claims).move_id._fiken_check_untouched()
        result = super().write(vals)
        edited.move_id._fiken_enqueue_edit()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_booked_in_fiken(self):
        lines = self.filtered(lambda line: line.move_id.state == "posted")
        moves = lines._fiken_sent_lines().move_id
        moves._fiken_check_untouched()
        moves._fiken_enqueue_edit()

    # Business

    def _fiken_partials(self):
        """The reconciliations of these lines that pay, in the order they were made."""
        partials = self.matched_debit_ids | self.matched_credit_ids
        return partials.filtered(lambda one: not one._fiken_is_exchange()).sorted("id")

    def _fiken_changing(self, vals, names, sent=True):
        """Those lines of confirmed documents that these values change.

        :param sent: only those that go to Fiken
        """
        names = names & vals.keys()
        if not names:
            return self.browse()
        will_change = self.env["account.move"]._field_will_change
        posted = self.filtered(lambda line: line.parent_state == "posted")
        lines = posted._fiken_sent_lines() if sent else posted._fiken_claim_lines()
        return lines.filtered(
            lambda line: any(will_change(line, vals, name) for name in names)
        )

    def _fiken_sent_lines(self):
        """Those that Fiken gets something of."""
        return self.filtered(
            lambda line: line.move_type in SENT_TYPES
            and line.display_type not in UNSENT_LINES
        )

    def _fiken_claim_lines(self):
        return self.filtered(
            lambda line: line.move_type in SENT_TYPES
            and line.display_type == "payment_term"
        )

    def _reconcile_post_hook(self, data):
        result = super()._reconcile_post_hook(data)
        self.move_id.filtered(
            lambda move: move.move_type in SET_OFF
        ).sudo()._fiken_enqueue_reconciled()
        return result
