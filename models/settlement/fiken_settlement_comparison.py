from odoo import api, fields, models

from ...figures.amounts import Line
from ...figures.booking import Booking
from ...figures.day_comparison import (
    Sums,
    account_of,
    entry_differences,
    turnover_of,
)
from ...fiken_api import errors, money, vat
from ..connection.sentence import Amount, _lt, joined
from .fiken_settlement import DRAFT, JOURNAL, PAYMENT, RATED, SALE
from .part import PaymentPart, SalePart

# What is compared besides accounts.
NET, PAID, VAT = "net", "paid", "VAT"


class FikenSettlement(models.Model):
    """Fiken's figures of a day beside Odoo's."""

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
            settlement._keep_figures_of_fiken(found)
            if found["deleted"]:
                settlement._note_deleted(found["deleted"])
            elif settlement.differs:
                settlement._todo(settlement._difference_note())
            elif settlement.state != "failed" and not settlement.late_text:
                self.env["fiken.notifier"]._close_todos(settlement)

    def _keep_figures_of_fiken(self, found):
        self.write(
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
                "difference_text": joined(*found["differences"]),
            }
        )

    def _difference_note(self):
        """What is not as it should be, for the to-do."""
        sentences = []
        if money.to_ore(self.difference) or money.to_ore(self.paid_difference):
            sentences.append(
                _lt(
                    "%(number)s: gross %(odoo)s in Odoo, %(fiken)s in Fiken; payments"
                    " %(paid)s in Odoo, %(fiken_paid)s in Fiken.",
                    number=self.number,
                    odoo=Amount(money.to_ore(self.gross)),
                    fiken=Amount(money.to_ore(self.fiken_gross)),
                    paid=Amount(money.to_ore(self.paid)),
                    fiken_paid=Amount(money.to_ore(self.fiken_paid)),
                )
            )
        if self.difference_text:
            sentences.append(
                _lt("%(number)s is not in Fiken as it was sent.", number=self.number)
            )
            sentences.append(self.difference_text)
        return joined(*sentences)

    def _read_days(self, session):
        """All that Fiken has of these days, of one Fiken company.

        What no list has, or has otherwise than it was sent, is asked for by itself:
        lists may lag behind, or have a part of it only.

        :return: {resource: {remote id: Fiken's row, of a journal entry its rows, or
            None}}
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
            row = rows.get(link.remote_id)
            if row is None or (
                link.resource == JOURNAL and self._entry_differences(link, row)
            ):
                try:
                    row = strategy._read_row(session, fiken_company, link.remote_id)
                except errors.NotFound:
                    row = None
                rows[link.remote_id] = row
            if link.resource == JOURNAL and not strategy._stands(row):
                self._follow_entry(link, rows)
        return there

    @api.model
    def _follow_entry(self, link, rows):
        """An entry that somebody edited may be taken back and booked anew by Fiken."""
        strategy = self.env["fiken.resource.journal_entry"]
        key = strategy._text(self.browse(link.res_id))
        found = strategy._standing(rows, key, link.sent_values or {})
        if len(found) == 1:
            link.remote_id = found[0]

    def _figures_in_fiken(self, there):
        """What Fiken has of a settlement, in øre, and what of it is not as it was sent.

        :param there: what ``_read_days`` returned
        :return: {gross, net, vat, rounding, paid, types: {VAT type: VAT}, differences:
            sentences, deleted: links}, or None when nothing of it is there to compare
        """
        links = self._own_links((SALE, JOURNAL))
        if not links:
            return None
        found = dict.fromkeys(("gross", "net", "vat", "rounding", "paid"), 0)
        found |= {"types": {}, "deleted": self.env["fiken.binding"], "differences": []}
        # What moved without a receipt, and gift cards, are no payments of the day.
        found["paid"] = self._day().paid - self._planned_money()
        self._add_sales(found, links.filtered(lambda one: one.resource == SALE), there)
        for link in links.filtered(lambda one: one.resource == JOURNAL):
            self._add_journal(found, link, there[JOURNAL].get(link.remote_id))
        if not found["deleted"] and self._is_complete():
            self._compare_with_odoo(found)
        return found

    def _add_sales(self, found, links, there):
        """The day's sales, and what was paid of them on which account."""
        strategy = self.env["fiken.resource.settlement"]
        plan = Booking.from_json(self.booking)
        paid_links = self._own_links((PAYMENT,))
        sent, has = Sums(), Sums()
        for link in links:
            figures = strategy._figures_of(there[SALE].get(link.remote_id))
            if not figures:
                found["deleted"] |= link
                continue
            lines, paid = figures
            part = SalePart.parse(link.part)
            for line in plan.sales[part.index].lines:
                sent.add(f"{line.account} {line.vat_type}", line.net, line.vat)
            for line in lines:
                has.add(f"{line.account} {line.vat_type}", line.net, line.vat)
                self._add(found, line)
            for account, amount in paid.items():
                has.add(f"{PAID} {account}", amount)
                found["paid"] += amount
            for own in paid_links:
                if PaymentPart.parse(own.part).sale == part:
                    for account, amount in (own.sent_values or {}).items():
                        sent.add(f"{PAID} {account}", amount)
        self._tell_differences(found, sent.differences(has))

    def _add_journal(self, found, link, rows):
        """The day's journal entry: as planned, and what somebody changed of it."""
        if not self.env["fiken.resource.journal_entry"]._stands(rows):
            found["deleted"] |= link
            return
        entries = Booking.from_json(self.booking).entries
        for entry in entries:
            if entry.source:
                found["paid"] += entry.amount
            else:
                self._add_posted(found, entry.account, entry.vat_type, entry.amount)
        differences = self._entry_differences(link, rows)
        words = _lt("journal entry,")
        self._tell_differences(
            found,
            [
                (joined(words, name, separator=" "), *amounts)
                for name, *amounts in differences
            ],
        )
        others = {entry.account for entry in entries}
        for name, (sent,), (there,) in differences:
            account, change = account_of(name), there - sent
            if name in (link.sent_values or {}) and account not in others:
                # Whatever else is in it is on accounts of means of payment.
                found["paid"] += change
            else:
                self._add_posted(found, account, turnover_of(name), change)

    def _add_posted(self, found, account, vat_type, amount):
        """A line of the journal entry, debit positive, as far as it is turnover."""
        if vat_type:
            tax = money.vat_of(amount, vat.RATES[vat_type])
            self._add(found, Line(account, vat_type, -amount, -tax))
        elif account == self.vendor_id.ledger_id.rounding_code:
            self._add(found, Line(account, "", -amount, 0))

    @api.model
    def _entry_differences(self, link, rows):
        """What of a journal entry is not as it was sent."""
        strategy = self.env["fiken.resource.journal_entry"]
        return entry_differences(link.sent_values or {}, strategy._posted(rows))

    def _add(self, found, line):
        found["gross"] += line.gross
        if line.account == self.vendor_id.ledger_id.rounding_code:
            found["rounding"] += line.net
            return
        found["net"] += line.net
        found["vat"] += line.vat
        types = found["types"]
        types[line.vat_type] = types.get(line.vat_type, 0) + line.vat

    def _compare_with_odoo(self, found):
        """Net, and VAT of each type with the øre that were known beforehand."""
        residues = Booking.from_json(self.booking).residues
        known = {one.vat_type: one.difference for one in residues}
        odoo, fiken = Sums(), Sums()
        odoo.add(NET, money.to_ore(self.net))
        fiken.add(NET, found["net"])
        for vat_type, name in RATED.items():
            words = f"{VAT} {vat_type}"
            there = found["types"].get(vat_type, 0) + known.get(vat_type, 0)
            odoo.add(words, money.to_ore(self[f"vat_{name}"]))
            fiken.add(words, there)
        self._tell_differences(found, odoo.differences(fiken))

    def _tell_differences(self, found, differences):
        for name, sent, there in differences:
            found["differences"].append(
                _lt(
                    "%(what)s: %(odoo)s from Odoo, %(fiken)s in Fiken.",
                    what=self._in_words(name),
                    odoo=joined(*map(Amount, sent), separator=" + "),
                    fiken=joined(*map(Amount, there), separator=" + "),
                )
            )

    @api.model
    def _in_words(self, name):
        """What is compared, as :meth:`_add_sales` and others name it."""
        if not isinstance(name, str):
            return name
        kind, _space, rest = name.partition(" ")
        words = {PAID: _lt("payment on %s", rest), VAT: _lt("VAT %s", rest)}
        return _lt("net") if kind == NET else words.get(kind, name)

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
        reason = _lt(
            "Deleted in Fiken: %(names)s. Press Send to send it again, or Skip.",
            names=names,
        )
        self._set_state("failed", reason)
        self._log_sentence(reason)
        self._todo(reason)
