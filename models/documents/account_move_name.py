import re

from odoo import api, models
from odoo.exceptions import UserError


class AccountMove(models.Model):
    """What the customer calls an invoice that Fiken issues: by Fiken's number, alone.

    Odoo's own number stays what people here see. It never reaches the customer, in no
    mail, on no page of theirs and on no paper; before Fiken has given its number the
    invoice has none.
    """

    _inherit = "account.move"

    # Computes

    @api.depends_context("uid", "fiken_customer")
    def _compute_display_name(self):
        return super()._compute_display_name()

    # Business

    def _fiken_customer_name(self):
        self.ensure_one()
        if self._fiken_awaits_papers():
            return self.env._("(number follows)")
        return self._fiken_issued_number() or self.name

    def _fiken_renamed(self, text):
        """A text for the customer, with what they call it in place of Odoo's number.

        Templates make file names of it as well.
        """
        if not text or self.fiken_issuer != "fiken" or (self.name or "/") == "/":
            return text
        name = self._fiken_customer_name()
        if name == self.name:
            return text
        spellings = {self.name, *(self.name.replace("/", sign) for sign in "-_")}
        found = "|".join(re.escape(one) for one in sorted(spellings))
        # Not within a longer number.
        renamed = re.sub(rf"(?<![\w/-])(?:{found})(?![\w/])", lambda _: name, text)
        # A safe text stays one: it was made by a template, and a number is harmless.
        return type(text)(renamed)

    def _fiken_renamed_values(self, values):
        """What a page for the customer is made of, its texts renamed."""

        def renamed(value):
            if isinstance(value, dict):
                return self._fiken_renamed_values(value)
            return self._fiken_renamed(value) if isinstance(value, str) else value

        return {name: renamed(value) for name, value in values.items()}

    def _fiken_check_papers(self):
        """:raise UserError: the number, KID and PDF of one are not here yet"""
        for move in self:
            if move._fiken_awaits_papers():
                raise UserError(move._fiken_no_papers_text())

    def _fiken_no_papers_text(self):
        return self.env._(
            "Fiken issues %(name)s, and its number, KID and PDF are not in Odoo yet."
            " Send it when they are: the customer must get the invoice that is in the"
            " books.",
            name=self.name,
        )

    def _get_move_display_name(self, show_ref=False):
        name = super()._get_move_display_name(show_ref)
        if self.env.user.share or self.env.context.get("fiken_customer"):
            return self._fiken_renamed(name)
        return name

    def _is_ready_to_be_sent(self):
        return super()._is_ready_to_be_sent() and not self._fiken_awaits_papers()

    # What the customer sees

    def _message_compute_subject(self):
        return self._fiken_renamed(super()._message_compute_subject())

    def _notify_by_email_prepare_rendering_context(self, *args, **kwargs):
        context = super()._notify_by_email_prepare_rendering_context(*args, **kwargs)
        record = context["record"]
        if record and record._name == self._name:
            context["record_name"] = record._fiken_renamed(context["record_name"])
            context["subtitles"] = [
                record._fiken_renamed(line) for line in context["subtitles"]
            ]
        return context

    def _get_invoice_portal_extra_values(self, custom_amount=None):
        return self._fiken_renamed_values(
            super()._get_invoice_portal_extra_values(custom_amount=custom_amount)
        )
