from dataclasses import replace

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ...figures.pos_day import load
from .fiken_settlement import BEFORE
from .fiken_settlement_late import CAME, CHANGED, INVOICED, REMOVED


class FikenSettlement(models.Model):
    """A correction: what changed on a day after it was sent, for one cause.

    It is proposed; a person sends it, on the date that they choose.
    """

    _inherit = "fiken.settlement"

    date = fields.Date(
        readonly=False,
        help="The day itself. A correction of what came late is proposed on the day of"
        " the sale, of anything else on today; choose another day before it is sent.",
    )
    cause = fields.Selection(
        [
            (CAME, "Came afterwards"),
            (INVOICED, "Invoiced afterwards"),
            (CHANGED, "Changed afterwards"),
            (REMOVED, "No longer part of the day"),
        ],
        readonly=True,
    )
    undoes_id = fields.Many2one(
        "fiken.settlement",
        readonly=True,
        ondelete="restrict",
        help="The settlement on whose accounts it stands what this one takes out.",
    )

    # Constraints

    @api.constrains("date")
    def _check_date(self):
        for one in self.filtered(lambda one: one.kind == "correction"):
            if one.date < one.day or one.date > max(one._today(), one.day):
                raise ValidationError(
                    self.env._(
                        "%(number)s is booked between the day that it corrects"
                        " (%(day)s) and today.",
                        number=one.number,
                        day=one.day,
                    )
                )
            locked = one._locked_on(one.date)
            if locked:
                raise ValidationError(
                    self.env._(
                        "%(number)s cannot be booked on %(date)s: the period is closed"
                        " in Odoo up to %(lock)s. Choose a later day under Booked On.",
                        number=one.number,
                        date=one.date,
                        lock=locked,
                    )
                )

    # CRUD

    def write(self, vals):
        result = super().write(vals)
        if "date" in vals:
            self.env["fiken.job"]._release(self._name, self.ids)
        return result

    def _check_writable(self, vals):
        super()._check_writable(vals)
        if self.env.su or "date" not in vals:
            return
        for one in self:
            if one.kind == "day":
                raise UserError(
                    self.env._(
                        "%(number)s is booked on its own day. Only the date of a"
                        " correction can be chosen.",
                        number=one.number,
                    )
                )
            if one.state not in BEFORE or one.sudo()._is_fixed():
                raise UserError(
                    self.env._(
                        "%(number)s is in Fiken, or on its way there.",
                        number=one.number,
                    )
                )

    # Actions

    def action_correct(self):
        """Propose settlements of what changed after the day was sent."""
        self._check_user()
        corrections = self.sudo()._propose_corrections()
        if len(corrections) == 1:
            return corrections._get_records_action(context={})
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "fiken_connector.fiken_settlement_action"
        )
        action["domain"] = [("id", "in", corrections.ids)]
        action["context"] = {}
        return action

    def action_book_today(self):
        """Fiken, or Odoo, has closed the period of the date: book it today."""
        self._check_user()
        for one in self:
            one._check_writable({"date": one._today()})
            one.sudo().date = one._today()

    # Business

    def _propose_corrections(self):
        """One for each cause: a day is never booked anew."""
        self.ensure_one()
        self._lock()
        self.correction_ids.filtered(
            lambda one: not (one._is_taken() or one._is_fixed())
        ).unlink()
        late = self._late(self.vendor_id, self).get(self.id)
        groups = self._late_groups(late) if late else {}
        if not groups:
            raise UserError(
                self.env._(
                    "Nothing of %(number)s has changed since it was sent.",
                    number=self.number,
                )
            )
        corrections = self.browse()
        for (cause, booked_by), figures in groups.items():
            correction = self._create_correction(cause, booked_by)
            correction._store_figures(figures)
            correction._update_readiness()
            corrections |= correction
        return corrections

    def _create_correction(self, cause, booked_by):
        return self.create(
            {
                "kind": "correction",
                "cause": cause,
                "corrects_id": self.id,
                "undoes_id": booked_by,
                "vendor_id": self.vendor_id.id,
                "fiken_company_id": self.fiken_company_id.id,
                "company_id": self.company_id.id,
                "day": self.day,
                "date": self._date_of(cause),
                "number": self._correction_number(),
                "mode": self.mode,
            }
        )

    def _date_of(self, cause):
        """A sale belongs to its own day; an invoice, or a mend, to today."""
        today = max(self._today(), self.day)
        if cause != CAME or self._locked_on(self.day):
            return today
        return self.day

    def _today(self):
        return fields.Date.context_today(self.with_context(tz=self.vendor_id.sudo().tz))

    def _locked_on(self, date):
        """The day up to which Odoo's books are closed, if that date is, else False."""
        locks = self.company_id.sudo()._get_lock_date_violations(date, purchase=False)
        return max((lock[0] for lock in locks), default=False)

    def _correction_number(self):
        """The next free one: numbers of corrections that were sent are not reused."""
        taken = {one.number for one in self.correction_ids}
        count = 1
        while f"{self.number}-K{count}" in taken:
            count += 1
        return f"{self.number}-K{count}"

    def _read_correction(self):
        """What is left to correct for its cause, by the facts as they are now."""
        self._release()
        # What it has itself is no reason to have less of it.
        self._set_state("open")
        day = self.corrects_id
        late = self._late(self.vendor_id, day).get(day.id)
        groups = day._late_groups(late) if late else {}
        found = groups.get((self.cause, self.undoes_id.id))
        return found or replace(load(day._empty_figures()))

    def _note_corrected(self):
        """Corrections of these days are in Fiken."""
        for day in self:
            if day.state == "booked":
                day._set_state("corrected")
        self._find_late_changes()
