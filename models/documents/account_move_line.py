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


class AccountMoveLine(models.Model):
    """What is booked in Fiken stays as it is; what is set off follows."""

    _inherit = "account.move.line"

    # CRUD

    def write(self, vals):
        if BOOKED_LINE_FIELDS & vals.keys():
            changed = self.filtered(
                lambda line: line.parent_state == "posted"
                and line.display_type in ("product", "tax", "rounding", "epd")
                and any(
                    self.env["account.move"]._field_will_change(line, vals, name)
                    for name in BOOKED_LINE_FIELDS & vals.keys()
                )
            )
            changed.move_id._fiken_check_untouched()
        return super().write(vals)

    # Business

    def _reconcile_post_hook(self, data):
        result = super()._reconcile_post_hook(data)
        self.move_id.filtered(
            lambda move: move.move_type in SET_OFF
        ).sudo()._fiken_enqueue_reconciled()
        return result
