from odoo import api, fields, models
from odoo.exceptions import UserError

from ...figures.booking import Booking
from ...figures.pos_day import load
from ...fiken_api import errors, money, vat
from .fiken_settlement import DRAFT, JOURNAL, RATED, SALE


class FikenSettlement(models.Model):
    """What is done about a day after it was sent: compare, find changes, correct."""

    _inherit = "fiken.settlement"

    # Actions

    def action_compare(self):
        """Read what Fiken has of these days now."""
        self._check_user()
        for fiken_company, settlements in (
            self.sudo().grouped("fiken_company_id").items()
        ):
            with fiken_company.connection_id._click_session() as session:
                settlements._compare(session)

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

    # Business: Fiken's figures beside Odoo's

    def _compare(self, session):
        """Take Fiken's figures of these settlements, of one Fiken company.

        What was deleted in Fiken is noticed, and so is a draft that somebody finished.
        """
        strategy = self.env["fiken.resource.settlement"]
        drafts = self.filtered(lambda one: one.state in ("sent", "failed"))
        for settlement in drafts:
            for link in settlement._own_links((DRAFT,)):
                strategy._sync_draft_of(session, settlement, link)
        booked = self.filtered(lambda one: one.state in ("sent", "booked", "corrected"))
        booked = booked.filtered(lambda one: one.booking)
        if not booked:
            return
        there = booked._read_days(session)
        for settlement in booked:
            found = settlement._figures_in_fiken(there)
            if found is None:
                continue
            settlement.write(
                {
                    "checked_at": fields.Datetime.now(),
                    "fiken_gross": found["gross"] / 100,
                    "fiken_net": found["net"] / 100,
                    "fiken_vat": found["vat"] / 100,
                    "fiken_rounding": found["rounding"] / 100,
                    "fiken_paid": found["paid"] / 100,
                    **{
                        f"fiken_vat_{name}": found["types"].get(vat_type, 0) / 100
                        for vat_type, name in RATED.items()
                    },
                }
            )
            if found["deleted"]:
                settlement._note_deleted(found["deleted"])
            elif settlement.differs:
                settlement._todo(
                    self.env._(
                        "%(number)s: gross %(odoo)s in Odoo, %(fiken)s in Fiken;"
                        " payments %(paid)s in Odoo, %(fiken_paid)s in Fiken.",
                        number=settlement.number,
                        odoo=money.kroner(money.to_ore(settlement.gross)),
                        fiken=money.kroner(money.to_ore(settlement.fiken_gross)),
                        paid=money.kroner(money.to_ore(settlement.paid)),
                        fiken_paid=money.kroner(money.to_ore(settlement.fiken_paid)),
                    )
                )
            elif settlement.state != "failed" and not settlement.late_text:
                self.env["fiken.notifier"]._close_todos(settlement)

    def _read_days(self, session):
        """All that Fiken has of these days, of one Fiken company.

        What no list has is asked for by itself: lists may lag behind.

        :return: {resource: {remote id: Fiken's row, or None}}
        """
        fiken_company, dates = self.fiken_company_id, self.mapped("date")
        strategies = {
            SALE: self.env["fiken.resource.settlement"],
            JOURNAL: self.env["fiken.resource.journal_entry"],
        }
        there = {
            resource: strategy._read_between(
                session, fiken_company, min(dates), max(dates)
            )
            for resource, strategy in strategies.items()
        }
        links = self._links((SALE, JOURNAL)).values()
        for link in self.env["fiken.binding"].union(*links):
            rows, strategy = there[link.resource], strategies[link.resource]
            if link.remote_id not in rows:
                try:
                    row = strategy._read_row(session, fiken_company, link.remote_id)
                except errors.NotFound:
                    row = None
                rows[link.remote_id] = row
        return there

    def _figures_in_fiken(self, there):
        """What Fiken has of a settlement, in øre.

        What the journal entry holds of turnover and means counts as it was sent: it
        carries no reference of its own to tell its lines apart by.

        :param there: what ``_read_days`` returned
        :return: {gross, net, vat, rounding, paid, types: {VAT type: VAT}, deleted:
            links}, or None when nothing of it is there to compare
        """
        links = self._own_links((SALE, JOURNAL))
        if not links:
            return None
        rounding = self.vendor_id.ledger_id.rounding_code
        found = dict.fromkeys(("gross", "net", "vat", "rounding", "paid"), 0)
        found |= {"types": {}, "deleted": self.env["fiken.binding"]}
        # What moved without a receipt, and gift cards, are no payments of the day.
        found["paid"] = self._day().paid - self._planned_money()
        sales = self.env["fiken.resource.settlement"]
        for link in links.filtered(lambda link: link.resource == SALE):
            figures = sales._figures_of(there[SALE].get(link.remote_id))
            if not figures:
                found["deleted"] |= link
                continue
            lines, paid = figures
            found["paid"] += paid
            for line in lines:
                is_rounding = line.account == rounding
                self._add(found, is_rounding, line.vat_type, line.net, line.vat)
        entries = self.env["fiken.resource.journal_entry"]
        for link in links.filtered(lambda link: link.resource == JOURNAL):
            if entries._stands(there[JOURNAL].get(link.remote_id)):
                self._add_entries(found, rounding)
            else:
                found["deleted"] |= link
        return found

    @api.model
    def _add(self, found, is_rounding, vat_type, net, tax):
        found["gross"] += net + tax
        if is_rounding:
            found["rounding"] += net
            return
        found["net"] += net
        found["vat"] += tax
        found["types"][vat_type] = found["types"].get(vat_type, 0) + tax

    def _add_entries(self, found, rounding):
        for entry in Booking.from_json(self.booking).entries:
            if entry.vat_type:
                tax = money.vat_of(entry.amount, vat.RATES[entry.vat_type])
                self._add(found, False, entry.vat_type, -entry.amount, -tax)
            elif entry.account == rounding:
                self._add(found, True, "", -entry.amount, 0)
            elif entry.source:
                found["paid"] += entry.amount

    def _planned_money(self):
        """All that sales' payments and the journal entry move on means, in øre."""
        booking = Booking.from_json(self.booking)
        paid = sum(amount for sale in booking.sales for _key, amount in sale.payments)
        return paid + sum(entry.amount for entry in booking.entries if entry.source)

    def _note_deleted(self, links):
        """Its documents were deleted in Fiken: a person decides what comes next.

        Their links are put away; sending it again makes the next generation.
        """
        self.ensure_one()
        names = ", ".join(link.display_name for link in links)
        self._retire_links(links)
        reason = self.env._(
            "Deleted in Fiken: %(names)s. Press Send to send it again, or Skip.",
            names=names,
        )
        self._set_state("failed", reason)
        self._message_log(body=reason)
        self._todo(reason)

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

    def _why_missing(self):
        if not self.vendor_id.daily_schedule:
            return self.env._(
                "%(number)s is not in Fiken: nobody has sent it, and the vendor has no"
                " daily schedule.",
                number=self.number,
            )
        return self.env._("%(number)s is not in Fiken yet.", number=self.number)
