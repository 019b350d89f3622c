from markupsafe import Markup

from odoo import models

from ..connection.sentence import Amount, _lt, joined, say
from ..outbox.fiken_job import STOPPED_STATES
from .move_types import RECEIVABLES

# Not the one of jobs, which ends when a job has gone well.
TODO = "mail.mail_activity_data_warning"
# What is set off against what.
SET_OFF = {"out_refund": "out_invoice", "in_refund": "in_invoice"}
DOCUMENTS = (*SET_OFF, *SET_OFF.values())


class AccountMove(models.Model):
    """A credit note that is set off against its invoice in Odoo is so in Fiken."""

    _inherit = "account.move"

    def _fiken_counterparts(self):
        """The documents that this one is reconciled with, and no payment between."""
        lines = self.line_ids.filtered(
            lambda line: line.account_id.account_type in RECEIVABLES
        )
        partials = lines.matched_debit_ids | lines.matched_credit_ids
        others = partials.debit_move_id.move_id | partials.credit_move_id.move_id
        return (others - self).filtered(lambda move: move.move_type in DOCUMENTS)

    def _fiken_reconciled_group(self):
        """This document and all that is set off against it, directly or by others.

        Empty where Fiken has set them off itself, and of payments alone: two that were
        paid by one payment, or in one till, have nothing to do with each other.
        """
        group = todo = self
        while todo:
            todo = todo._fiken_counterparts() - group
            group |= todo
        credits = group._fiken_credits()
        against = [SET_OFF[kind] for kind in credits.mapped("move_type")]
        has_debit = group.filtered(lambda move: move.move_type in against)
        return group if credits and has_debit else self.browse()

    def _fiken_credits(self):
        """The credit notes that Fiken does not set off by itself.

        It does so with those of its own that name an invoice of its own; the draft of
        one names none.
        """
        issued = self.filtered(
            lambda move: move.move_type == "out_refund" and move.fiken_issuer == "fiken"
        )
        linked = issued.filtered(
            lambda move: move.reversed_entry_id.fiken_issuer == "fiken"
            and move.fiken_mode != "draft"
        )
        if linked:
            drafts = [linked[0]._fiken_strategy()._drafted_as]
            linked -= self.browse(linked._fiken_links(drafts).mapped("res_id"))
        return self.filtered(
            lambda move: move.move_type in SET_OFF and move not in linked
        )

    def _fiken_enqueue_reconciled(self):
        """Fiken is owed the setting off of these credit notes, or of those of these."""
        invoices = self.filtered(lambda move: move.payment_state == "reversed")
        credits = (self | invoices._fiken_counterparts())._fiken_credits()
        credits = credits.filtered(lambda move: move._fiken_reconciled_group())
        vendors = self.env["fiken.vendor"]._of_documents(credits)
        for (vendor, booked), group in credits.grouped(
            lambda move: (vendors[move], move._fiken_strategy())
        ).items():
            if not vendor or vendor.accounting_system != "fiken":
                continue
            group._fiken_enqueue_reconciled_of(vendor, booked)

    def _fiken_enqueue_reconciled_of(self, vendor, booked):
        """These credit notes, which are all sales in Fiken or all purchases."""
        settled = self.env[f"fiken.resource.{booked._settled_as}"]
        fiken_company = vendor.fiken_company_id
        known = self.env["fiken.binding"]._which(
            fiken_company, **{booked._resource: self, settled._resource: self}
        )
        # What is not in Fiken, nor on its way, has nothing to be set off there.
        sent = self.filtered(
            lambda move: (booked._resource, move.id) in known
            or move.fiken_state in ("waiting", "sending", "blocked", "failed")
        )
        settled._enqueue(
            sent.filtered(lambda move: (settled._resource, move.id) not in known),
            fiken_company,
            vendor,
        )

    def _fiken_recheck_reconciled(self):
        """Something was undone: what a person was asked to set off may be no more."""
        self.env["fiken.job"].sudo().search(
            [
                ("res_model", "=", self._name),
                ("res_id", "in", self.ids),
                ("resource", "in", self._fiken_resources("reconciled")),
                ("state", "in", STOPPED_STATES),
            ]
        ).action_retry()

    def _fiken_notify_difference(self, job, odoo, fiken):
        """Fiken booked other NOK than Odoo: a person must mend one of the two.

        :param int odoo, fiken: gross in øre
        """
        text = _lt(
            "Fiken booked %(fiken)s NOK at a rate of its own, Odoo %(odoo)s NOK."
            " Correct it in Fiken.",
            fiken=Amount(fiken),
            odoo=Amount(odoo),
        )
        job.note = joined(job.note, text, separator=" ")
        user = self.env["fiken.todo"]._responsible(job, self)
        here = self.with_context(lang=user.lang)
        note = Markup("<p>%s</p>") % say(here.env, text)
        self.activity_schedule(TODO, note=note, user_id=user.id)
