from odoo import api, models
from odoo.exceptions import UserError

from ..outbox import at_commit
from .account_move import OPEN, SENDING, UNSURE
from .move_types import SENT_TYPES

# Fields of a confirmed document that may be edited and that Fiken keeps as well.
SENT_FIELDS = {
    "fiken_date",
    "invoice_date_due",
    "invoice_payment_term_id",
    "name",
    "narration",
    "partner_id",
    "payment_reference",
    "ref",
}
# What Fiken booked of a document, beside its lines. The screens let nobody write most
# of these on a confirmed document; other programs may.
BOOKED_FIELDS = {
    "commercial_partner_id",
    "company_id",
    "currency_id",
    "date",
    "fiken_issuer",
    "fiscal_position_id",
    "invoice_cash_rounding_id",
    "invoice_currency_rate",
    "invoice_date",
    "journal_id",
    "move_type",
    "name",
    "partner_id",
}


class AccountMove(models.Model):
    """After it was sent: what Fiken has, Odoo does not change behind its back.

    Guards ask the facts, never the badge: a link to what is booked, and jobs of which
    nobody knows whether they booked it.
    """

    _inherit = "account.move"

    # Computes

    @api.depends("fiken_mode")
    def _compute_show_reset_to_draft_button(self):
        result = super()._compute_show_reset_to_draft_button()
        shown = self.filtered("show_reset_to_draft_button")
        shown.filtered("fiken_is_final").show_reset_to_draft_button = False
        return result

    # CRUD

    def write(self, vals):
        posted = self.filtered(
            lambda move: move.state == "posted" and move.move_type in SENT_TYPES
        )
        if posted and vals.get("state", "posted") != "posted":
            posted._fiken_check_undo()
        booked = posted._fiken_changing(vals, BOOKED_FIELDS)
        booked._fiken_check_untouched()
        sent = posted._fiken_changing(vals, SENT_FIELDS)
        result = super().write(vals)
        if not self.env.context.get("fiken_papers"):
            (sent | booked)._fiken_enqueue_edit()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_in_fiken(self):
        self._fiken_check_certain()
        self._fiken_check_still()
        links = self._fiken_links(self._fiken_resources("booked", "draft"))
        for move in self.browse(links.mapped("res_id")):
            raise UserError(
                self.env._(
                    "%(name)s is in Fiken and cannot be deleted in Odoo. Delete its"
                    " draft in Fiken first and press Look in Fiken; what is booked"
                    " needs a credit note.",
                    name=move.name or move.display_name,
                )
            )

    # Business: the facts

    def _fiken_booked_moves(self):
        """Those that are booked in Fiken."""
        links = self._fiken_links(self._fiken_resources("booked"))
        return self.browse(links.mapped("res_id"))

    def _fiken_settled_moves(self):
        """Those that are booked in Fiken as they are in Odoo.

        What was booked while it was undone in Odoo is made equal first.
        """
        links = self._fiken_links(self._fiken_resources("booked"))
        links = links.filtered(lambda link: not link.is_unconfirmed)
        return self.browse(links.mapped("res_id"))

    def _fiken_final_moves(self):
        """Those that are booked in Fiken, or may be by now."""
        jobs = self._fiken_jobs_where(UNSURE | SENDING)
        return self._fiken_settled_moves() | self.browse(jobs.mapped("res_id"))

    def _fiken_changing(self, vals, names):
        """Those of these documents that these values change."""
        names = names & vals.keys()
        if not names:
            return self.browse()

        def changes(move, name):
            field = move._fields[name]
            there = field.convert_to_cache(move[name], move)
            return field.convert_to_cache(vals[name], move) != there

        return self.filtered(lambda move: any(changes(move, name) for name in names))

    # Business: the guards

    def _fiken_check_untouched(self):
        """:raise UserError: Fiken has booked one, or may have"""
        self._fiken_check_certain()
        self._fiken_check_still(self._fiken_resources("booked"))
        for move in self._fiken_settled_moves():
            raise UserError(
                self.env._(
                    "%(name)s is booked in Fiken with this number and these amounts, so"
                    " they cannot change in Odoo any more. Make a credit note instead.",
                    name=move.name,
                )
            )

    def _fiken_check_undo(self):
        """What Fiken has booked, or is booking now, is undone by a credit note."""
        self._fiken_check_certain()
        self._fiken_check_still()
        for move in self._fiken_settled_moves():
            raise UserError(
                self.env._(
                    "%(name)s is booked in Fiken and cannot be changed any more. Make a"
                    " credit note instead.",
                    name=move.name,
                )
            )

    def _fiken_check_mode(self, mode):
        """:raise UserError: one is in Fiken, or may be, and cannot go otherwise"""
        posted = self.filtered(
            lambda move: move.state == "posted" and move.move_type in SENT_TYPES
        )
        posted._fiken_check_certain()
        jobs = posted._fiken_jobs_where(SENDING)
        if mode in ("draft", "booked"):
            # A draft that is on its way may be booked when it is there.
            booking = self._fiken_resources("booked")
            jobs = jobs.filtered(lambda job: job.resource in booking)
        on_the_way = self.browse(jobs.mapped("res_id"))
        for move in on_the_way | posted._fiken_booked_moves():
            raise UserError(
                self.env._(
                    "%(name)s is in Fiken already; it cannot be changed how it goes"
                    " there.",
                    name=move.name,
                )
            )
        if mode in ("draft", "booked"):
            return
        for move in posted._fiken_draft_moves():
            raise UserError(
                self.env._(
                    "%(name)s is a draft in Fiken already. Book it there, or delete it"
                    " in Fiken.",
                    name=move.name,
                )
            )

    def _fiken_check_certain(self):
        """What may be booked already is found out before anything else is done."""
        unsure = self._fiken_unsure_jobs()
        if unsure:
            raise UserError(
                self.env._(
                    "No answer came when %(name)s was sent, so it may be booked in"
                    " Fiken already. Press Send to Fiken to look for it there, or open"
                    " its Fiken job and decide.",
                    name=unsure[0].record_name,
                )
            )

    def _fiken_check_still(self, resources=None):
        """:raise UserError: one is being sent at this moment

        :param resources: to what in Fiken; to anything when not given
        """
        jobs = self._fiken_jobs_where(SENDING)
        for job in jobs:
            if resources is None or job.resource in resources:
                raise UserError(
                    self.env._(
                        "%(name)s is being sent to Fiken right now. Try again in a"
                        " minute or two, when Fiken has answered.",
                        name=job.record_name,
                    )
                )

    # Business: what follows

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
        moves._fiken_follow_drafts()
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

    def _fiken_follow_drafts(self):
        """The drafts in Fiken are owed what Odoo has now, however they went there."""
        drafts = self._fiken_draft_moves()
        vendors = self.env["fiken.vendor"]._of_documents(drafts)
        left = drafts.filtered(
            lambda move: vendors[move].accounting_system != "fiken"
            or not vendors[move]._is_active_on(
                move.fiken_date or move.invoice_date or move.date
            )
        )
        (drafts - left)._fiken_enqueue(now=True)
        for move in left:
            move._message_log(
                body=self.env._(
                    "Its draft in Fiken does not follow what was changed here:"
                    " %(vendor)s does not send it any more. Change it there, or delete"
                    " it.",
                    vendor=vendors[move].name,
                )
            )

    def _fiken_say_unchanged(self, jobs):
        booked = self._fiken_booked_moves()
        on_the_way = set(jobs.mapped("res_id"))
        for move in self:
            if move.id in on_the_way:
                move._message_log(
                    body=self.env._(
                        "It was on its way to Fiken, and may be booked there: what was"
                        " changed here now may not be changed there. Look in Fiken."
                    )
                )
            elif move in booked:
                move._message_log(
                    body=self.env._(
                        "It is booked in Fiken already: what was changed here now is"
                        " not changed there."
                    )
                )
