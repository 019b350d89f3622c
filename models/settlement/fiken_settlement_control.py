import logging
from datetime import timedelta

from psycopg2 import OperationalError

from odoo import api, fields, models

from ...figures.booking import Booking
from ...fiken_api import errors, money, vat
from ..connection.fiken_gate import GateBusy
from ..connection.fiken_session import (
    FikenSession,
    NeedsConsent,
)
from .fiken_settlement import DRAFT, JOURNAL, RATED, SALE

_logger = logging.getLogger(__name__)

# How far back the nightly look goes; a button looks at any day.
LOOK_BACK = timedelta(days=62)


class FikenSettlement(models.Model):
    """A day beside what Fiken has of it, and the nightly look at all days."""

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

    # Cron

    @api.model
    def _cron_control(self):
        """Nightly: missing days, late changes, and Fiken's figures beside Odoo's."""
        since = fields.Date.today() - LOOK_BACK
        for vendor in self.env["fiken.vendor"].search(
            [("settlement_mode", "!=", "off")]
        ):
            if vendor._settles():
                self._run_isolated(self._control_vendor, vendor, since)
        for fiken_company in self.env["fiken.company"].search(
            [("connection_id.state", "=", "connected"), ("has_api_access", "=", True)]
        ):
            self._run_isolated(self._control_company, fiken_company, since)

    @api.model
    def _run_isolated(self, work, *args):
        """What goes wrong with one must not keep the others from being looked at."""
        try:
            with self.env.cr.savepoint():
                work(*args)
        except OperationalError:
            raise
        except (GateBusy, NeedsConsent, errors.FikenError) as error:
            _logger.warning("Fiken's settlements were not compared: %s", error)
        except Exception:
            _logger.exception("Settlements could not be looked at")
        self.env["ir.cron"]._commit_progress(1)

    @api.model
    def _control_vendor(self, vendor, since):
        vendor._open_due_days(thorough=True)
        days = self.search([("vendor_id", "=", vendor.id)])
        waiting = days.filtered(lambda one: one.state in ("open", "ready"))
        waiting._read()
        for settlement in waiting.filtered("is_missing"):
            settlement._todo(settlement.reason or settlement._why_missing())
        self._look_at_former_days(vendor, since)
        # Odoo switches a cron off that failed several times, and tells nobody.
        vendor._update_settlement_cron()

    def _why_missing(self):
        if not self.vendor_id.daily_schedule:
            return self.env._(
                "%(number)s is not in Fiken: nobody has sent it, and the vendor has no"
                " daily schedule.",
                number=self.number,
            )
        return self.env._("%(number)s is not in Fiken yet.", number=self.number)

    @api.model
    def _control_company(self, fiken_company, since):
        settlements = self.search(
            [
                ("fiken_company_id", "=", fiken_company.id),
                ("state", "in", ("sent", "failed", "booked", "corrected")),
                ("date", ">=", since),
            ]
        )
        if settlements and not fiken_company.connection_id.is_elsewhere:
            with FikenSession(fiken_company.connection_id.sudo()) as session:
                settlements._compare(session)
