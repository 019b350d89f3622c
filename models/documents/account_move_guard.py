from odoo import api, models
from odoo.exceptions import UserError

from ..outbox import at_commit
from .account_move import OPEN, SENT_TYPES, UNSURE

# Fields of a confirmed document that may be edited and that Fiken keeps as well.
SENT_FIELDS = {
    "fiken_date",
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
        self._fiken_check_certain()
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
        """What Fiken is to get follows an edit; what it has, or may have, cannot.

        That is said on the document: a payment with an old KID is not matched there.
        """
        queued = at_commit.peek(self.env, "fiken_moves") or ()
        moves = self.filtered(
            lambda move: move.state == "posted"
            and move.move_type in SENT_TYPES
            and move.id not in queued
        )
        if not moves:
            return
        moves._fiken_draft_moves()._fiken_enqueue(now=True)
        jobs = moves._fiken_jobs_where(OPEN | UNSURE)
        gone = jobs.filtered(lambda job: job.state == "sending" or job.outcome_unknown)
        (jobs - gone)._revise()
        # A draft that is on its way is changed as soon as it is there.
        drafts = gone.filtered(
            lambda job: job.resource in self._fiken_resources("draft")
            and not job.outcome_unknown
        )
        for job in drafts:
            strategy = job._strategy()
            strategy._enqueue(job._record(), job.fiken_company_id, job.vendor_id)
        moves._fiken_say_unchanged(gone - drafts)

    def _fiken_say_unchanged(self, jobs):
        booked = set(
            self._fiken_links(self._fiken_resources("booked")).mapped("res_id")
        )
        on_the_way = set(jobs.mapped("res_id"))
        for move in self:
            if move.id in on_the_way:
                move._message_log(
                    body=self.env._(
                        "It was on its way to Fiken, and may be booked there: what was"
                        " changed here now may not be changed there. Look in Fiken."
                    )
                )
            elif move.id in booked:
                move._message_log(
                    body=self.env._(
                        "It is booked in Fiken already: what was changed here now is"
                        " not changed there."
                    )
                )
