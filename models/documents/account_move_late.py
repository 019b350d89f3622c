from odoo import api, fields, models
from odoo.exceptions import ValidationError

# What a supplier dates, and Fiken books when it has come.
DATED_BY_SUPPLIERS = ("in_invoice", "in_refund")


class AccountMove(models.Model):
    """Bills that came late: Fiken books them on a day that a person chooses."""

    _inherit = "account.move"

    fiken_date = fields.Date(
        "Book in Fiken On",
        copy=False,
        tracking=True,
        help="Of a bill that came late, when the VAT term of its own date is closed in"
        " Fiken: the day on which Fiken books it. Empty: the date of the bill, which"
        " stays as the supplier wrote it either way.",
    )

    # Constraints

    @api.constrains("fiken_date", "move_type")
    def _check_fiken_date(self):
        for move in self:
            if move.fiken_date and move.move_type not in DATED_BY_SUPPLIERS:
                raise ValidationError(
                    self.env._(
                        "%(name)s: only a supplier's bill or refund can be booked in"
                        " Fiken on another day than its own.",
                        name=move.display_name,
                    )
                )

    # CRUD

    def write(self, vals):
        if "fiken_date" in vals:
            date = fields.Date.to_date(vals["fiken_date"]) or False
            self.filtered(
                lambda move: move.state == "posted" and move.fiken_date != date
            )._fiken_check_untouched()
        return super().write(vals)

    # Actions

    def action_fiken_take_date(self):
        """*Same day in Fiken*: Fiken books it on the day on which Odoo does."""
        self.check_access("write")
        for move in self.filtered(lambda one: one.move_type in DATED_BY_SUPPLIERS):
            move.fiken_date = move.date
