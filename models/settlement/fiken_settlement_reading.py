from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..connection.sentence import _lt, joined
from .fiken_settlement import BEFORE, RATED


class FikenSettlement(models.Model):
    """How a day gets its figures from the point of sale, and what it waits for."""

    _inherit = "fiken.settlement"

    # Actions

    def action_read(self):
        """Read the day from the point of sale anew."""
        self._check_user()
        gone = self.filtered(lambda settlement: settlement.state not in BEFORE)
        if self and gone == self:
            raise UserError(
                self.env._(
                    "%(days)s went to Fiken already and keep their figures. Look for"
                    " Changes says what the point of sale has changed since.",
                    days=", ".join(gone.mapped("display_name")),
                )
            )
        self.sudo()._read()

    # Business: its figures

    @api.model
    def _of_days(self, vendor, days):
        """The settlements of a vendor's days, made where they are missing.

        :param days: dates
        """
        vendor = vendor.sudo()
        fiken_company = vendor.fiken_company_id
        mode = "draft" if vendor.settlement_mode == "draft" else "booked"
        days = [day for day in days if vendor._is_active_on(day)]
        self.flush_model()
        for day in days:
            # Two servers may find the same day: the second one finds it taken.
            self.env.cr.execute(
                SQL(
                    """INSERT INTO fiken_settlement (vendor_id, fiken_company_id,
                              company_id, day, date, number, kind, mode, state,
                              create_uid, write_uid, create_date, write_date)
                       VALUES (%s, %s, %s, %s, %s, %s, 'day', %s, 'open', %s, %s,
                              now() at time zone 'UTC', now() at time zone 'UTC')
                  ON CONFLICT (vendor_id, day) WHERE kind = 'day' DO NOTHING""",
                    vendor.id,
                    fiken_company.id,
                    vendor.company_id.id,
                    day,
                    day,
                    f"{vendor.code}-{day}",
                    mode,
                    self.env.uid,
                    self.env.uid,
                )
            )
        self.invalidate_model(flush=False)
        return self.sudo().search(
            [("vendor_id", "=", vendor.id), ("kind", "=", "day"), ("day", "in", days)],
            order="day",
        )

    def _read(self):
        """Take the figures from the point of sale; say what the day waits for.

        :return: {id: its :class:`Day`} of those that were read
        """
        return {
            settlement.id: settlement._read_anew()
            for settlement in self
            if settlement.state in BEFORE
            and not settlement._is_left_out()
            and settlement._may_be_read()
        }

    def _read_anew(self):
        self.ensure_one()
        if self.kind == "day":
            days = self.env["fiken.pos.day"]
            day = days._read(self.vendor_id, self.day)
            self.begin_at, self.end_at = days._bounds(self.vendor_id, self.day)
            self.journals = days._journals_of(day.sessions)
        else:
            day = self._read_correction()
        self._store_figures(day)
        if self.kind == "day":
            self._take_notice(day)
        self._update_readiness()
        if self.kind == "day":
            self._note_unsent_invoices()
        return day

    def _store_figures(self, day):
        """Keep a day's figures, in columns and lines for people and pivots."""
        self.ensure_one()
        self = self.with_company(self.company_id)
        self.write(
            {
                "figures": day.dump(),
                "booking": False,
                "is_stale": False,
                "read_at": fields.Datetime.now(),
                "gross": day.gross / 100,
                "net": day.net / 100,
                "vat": day.vat / 100,
                **{
                    f"vat_{name}": self._vat_of_type(day, vat_type) / 100
                    for vat_type, name in RATED.items()
                },
                "paid": day.paid / 100,
                "sale_count": day.sales,
                "sale_gross": day.sales_gross / 100,
                "return_count": day.returns,
                "return_gross": day.returns_gross / 100,
                "discount_count": day.discounts,
                "discount_gross": day.discounts_gross / 100,
                "invoiced_count": len(day.invoiced),
                "receipt_count": len(day.order_ids),
                "first_receipt": day.first_receipt,
                "last_receipt": day.last_receipt,
                **self._part_commands(day),
            }
        )

    def _vat_of_type(self, day, vat_type):
        """Odoo's VAT of one VAT type of Fiken, in øre."""
        taxes = self.env["account.tax"].sudo()
        return sum(
            line.vat
            for line in day.lines
            if line.tax_ids and taxes.browse(line.tax_ids)[0].fiken_vat_type == vat_type
        )

    def _part_commands(self, day):
        parts = {
            "line_ids": [
                *self.env["fiken.settlement.line"]._of_lines(day.lines),
                *self.env["fiken.settlement.line"]._of_others(day.others),
            ],
            "payment_ids": self.env["fiken.settlement.payment"]._of_day(day, self),
            "group_ids": self.env["fiken.settlement.group"]._of_day(day),
            "session_ids": self.env["fiken.settlement.session"]._of_day(day),
        }
        return {
            name: [
                fields.Command.clear(),
                *(fields.Command.create(values) for values in rows),
            ]
            for name, rows in parts.items()
        }

    # Business: whether it can be sent

    def _update_readiness(self):
        """Open, ready, or nothing to send; and why."""
        self.ensure_one()
        day = self._day()
        waits = self._what_it_waits_for(day)
        if waits:
            self._set_state("open", waits)
        elif not (day.lines or day.payments or day.others):
            self.skipped_by_id = False
            self._set_state("skipped", self._why_nothing(day))
        else:
            self._set_state("ready")
            self._close_todos()

    def _what_it_waits_for(self, day):
        """Why the day cannot be sent yet, or ''."""
        sentences = []
        if day.open_sessions:
            sentences.append(
                _lt(
                    "These sessions are still open: %(names)s. Close them in the point"
                    " of sale.",
                    names=", ".join(session.name for session in day.open_sessions),
                )
            )
        if day.pay_later:
            sentences.append(
                _lt(
                    "Invoice these orders: %(names)s. What is paid later must be an"
                    " invoice and is never part of a settlement.",
                    names=", ".join(order.name for order in day.pay_later),
                )
            )
        return joined(*sentences, separator=" ")

    def _why_nothing(self, day):
        if self.kind == "correction":
            return _lt("Nothing is left to correct.")
        if day.foreign or day.unfit:
            return self.notice
        if day.invoiced:
            return _lt("Everything that was sold goes as invoices.")
        if day.order_ids:
            return _lt(
                "What was sold was given back by the same means: nothing is left to"
                " book."
            )
        return _lt("Nothing was sold on this day.")
