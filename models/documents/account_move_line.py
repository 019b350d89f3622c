from odoo import models

from .account_move_reconcile import SET_OFF

# What Fiken booked of a line; text, due date and projects are no part of the figures.
BOOKED_LINE_FIELDS = {
    "account_id",
    "amount_currency",
    "balance",
    "credit",
    "debit",
    "tax_ids",
}


# What goes to Fiken of a line beside that.
SENT_LINE_FIELDS = BOOKED_LINE_FIELDS | {"analytic_distribution", "name"}


class AccountMoveLine(models.Model):
    """What is booked in Fiken stays as it is; what is set off follows."""

    _inherit = "account.move.line"

    # CRUD

    def write(self, vals):
        edited = self._fiken_changing(vals, SENT_LINE_FIELDS)
        booked = edited._fiken_changing(vals, BOOKED_LINE_FIELDS)
        booked.move_id._fiken_check_untouched()
        result = super().write(vals)
        edited.move_id._fiken_enqueue_edit()
        return result

    # Business

    def _fiken_changing(self, vals, names):
        """Those lines of confirmed documents that these values change."""
        names = names & vals.keys()
        if not names:
            return self.browse()
        will_change = self.env["account.move"]._field_will_change
        return self.filtered(
            lambda line: line.parent_state == "posted"
            and line.display_type in ("product", "tax", "rounding", "epd")
            and any(will_change(line, vals, name) for name in names)
        )

    def _reconcile_post_hook(self, data):
        result = super()._reconcile_post_hook(data)
        self.move_id.filtered(
            lambda move: move.move_type in SET_OFF
        ).sudo()._fiken_enqueue_reconciled()
        return result
