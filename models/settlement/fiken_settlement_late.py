from odoo import fields, models
from odoo.exceptions import UserError

from ...figures.pos_day import load
from ...fiken_api import money


class FikenSettlement(models.Model):
    """What changed on a day after it was sent, and the correction of it."""

    _inherit = "fiken.settlement"

    # Actions

    def action_find_late_changes(self):
        """Whether orders of the day were changed after it was sent."""
        self._check_user()
        self.sudo()._find_late_changes()

    def action_correct(self):
        """Propose a settlement, dated today, of what changed after the day was sent."""
        self._check_user()
        correction = self.sudo()._propose_correction()
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": correction.id,
            "view_mode": "form",
            "views": [(False, "form")],
        }

    # Business: late changes

    def _find_late_changes(self):
        """Orders that were invoiced, edited or delivered after the day was sent."""
        for settlement in self:
            if settlement.kind != "day" or settlement.state not in (
                "sent",
                "booked",
                "corrected",
            ):
                continue
            change = settlement._change()
            text = settlement._change_text(change)
            if text == (settlement.late_text or ""):
                continue
            settlement.write(
                {"late_text": text or False, "late_at": fields.Datetime.now()}
            )
            if text:
                settlement._message_log(body=text)
                settlement._todo(text)

    def _change(self):
        """The figures of the day now, less what was sent and what corrected it."""
        self.ensure_one()
        now = self.env["fiken.pos.day"]._read(self.vendor_id, self.day)
        change = now.since(load(self.figures))
        for correction in self.correction_ids.filtered(
            lambda one: one.state != "skipped"
        ):
            change = change.since(load(correction.figures))
        return change

    def _change_text(self, change):
        """What changed, in a sentence; '' when nothing that is booked did."""
        if not (change.lines or change.payments or change.others):
            return ""
        late = self.env["fiken.pos.day"]._late(
            self.vendor_id, self.day, load(self.figures).order_ids
        )
        parts = [
            self.env._(
                "After %(number)s was sent, the day changed: turnover %(gross)s,"
                " payments %(paid)s.",
                number=self.number,
                gross=money.kroner(change.gross),
                paid=money.kroner(change.paid),
            )
        ]
        for ids, words in (
            (late.came, self.env._("Came afterwards:")),
            (late.invoiced, self.env._("Invoiced afterwards:")),
            (late.gone, self.env._("No longer part of the day:")),
        ):
            if ids:
                orders = self.env["pos.order"].sudo().browse(ids).exists()
                parts.append(f"{words} {', '.join(orders.mapped('name')) or len(ids)}.")
        if late.came:
            parts.append(
                self.env._("Settle the day later if sales come after its time of day.")
            )
        return " ".join(parts)

    def _propose_correction(self):
        """A settlement of the difference, dated now: a day is never booked anew."""
        self.ensure_one()
        self._lock()
        proposed = self.correction_ids.filtered(
            lambda one: one.state in ("open", "ready", "failed") and not one._is_fixed()
        )
        proposed.unlink()
        change = self._change()
        if not (change.lines or change.payments or change.others):
            raise UserError(
                self.env._(
                    "Nothing of %(number)s has changed since it was sent.",
                    number=self.number,
                )
            )
        today = fields.Date.context_today(self.with_context(tz=self.vendor_id.tz))
        correction = self.create(
            {
                "kind": "correction",
                "corrects_id": self.id,
                "vendor_id": self.vendor_id.id,
                "fiken_company_id": self.fiken_company_id.id,
                "company_id": self.company_id.id,
                "day": self.day,
                "date": today,
                "number": self._correction_number(),
                "mode": self.mode,
            }
        )
        correction._store_figures(change)
        correction._update_readiness()
        return correction

    def _correction_number(self):
        """The next free one: numbers of corrections that were sent are not reused."""
        taken = {one.number for one in self.correction_ids}
        count = 1
        while f"{self.number}-K{count}" in taken:
            count += 1
        return f"{self.number}-K{count}"
