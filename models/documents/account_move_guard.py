from odoo import api, models
from odoo.exceptions import UserError

# Fields of a confirmed document that may be edited and that Fiken keeps as well.
SENT_FIELDS = {
    "invoice_date_due",
    "invoice_payment_term_id",
    "narration",
    "partner_id",
    "payment_reference",
    "ref",
}


class AccountMove(models.Model):
    """After it was sent: what Fiken has, Odoo does not change behind its back."""

    _inherit = "account.move"

    # CRUD

    def write(self, vals):
        if vals.get("name") is not None:
            # Renumbered: the number is what it is found by in Fiken.
            self.filtered(
                lambda move: move.state == "posted" and move.name != vals["name"]
            )._fiken_check_untouched()
        result = super().write(vals)
        if SENT_FIELDS & vals.keys() and not self.env.context.get("fiken_papers"):
            self._fiken_enqueue_edit()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_in_fiken(self):
        self._fiken_check_certain()
        for move in self:
            if move.fiken_state in ("booked", "sending", "draft"):
                raise UserError(
                    self.env._(
                        "%(name)s is in Fiken and cannot be deleted in Odoo. Delete its"
                        " draft in Fiken first and press Look in Fiken; what is booked"
                        " needs a credit note.",
                        name=move.name or move.display_name,
                    )
                )

    # Business

    def _fiken_check_untouched(self):
        for move in self:
            if move.fiken_state in ("booked", "sending"):
                raise UserError(
                    self.env._(
                        "%(name)s is booked in Fiken with this number and these"
                        " amounts, so they cannot change in Odoo any more. Make a"
                        " credit note instead.",
                        name=move.name,
                    )
                )

    def _fiken_enqueue_edit(self):
        """A draft in Fiken follows; what is booked there cannot."""
        for move in self.filtered(lambda one: one.state == "posted"):
            if move.fiken_state == "draft":
                move._fiken_enqueue(now=True)
            elif move.fiken_state == "booked":
                move._message_log(
                    body=self.env._(
                        "It is booked in Fiken already: what was changed here now is"
                        " not changed there."
                    )
                )
