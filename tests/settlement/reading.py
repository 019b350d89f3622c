"""Days of the point of sale, held against what Odoo posts."""

from collections import defaultdict
from datetime import date

from ...figures import pos_day as figures
from .pos import PosCase

DAY = "2026-03-16"
NEXT = "2026-03-17"
MORNING = "2026-03-16 07:00:00"
NOON = "2026-03-16 11:00:00"
AFTERNOON = "2026-03-16 14:00:00"
EVENING = "2026-03-16 19:00:00"
NEXT_MORNING = "2026-03-17 07:00:00"
NEXT_EVENING = "2026-03-17 19:00:00"
SEED = 20260316


class DayCase(PosCase):
    def of_kind(self, day, *kinds):
        return [other for other in day.others if other.kind in kinds]

    def code(self, account_id):
        account = self.env["account.account"].browse(account_id)
        return account.with_company(self.company).code

    def whole(self, session):
        return self.env["fiken.pos.day"]._read_session(self.vendor, session)

    def days(self, since, until, vendor=None):
        found = self.env["fiken.pos.day"]._days(
            vendor or self.vendor, date.fromisoformat(since), date.fromisoformat(until)
        )
        return [str(day) for day in found]

    def assert_as_posted(self, session, ignored=()):
        """The session's figures are its closing entry, account by account, tax by tax.

        :param ignored: codes of accounts of goods and stock
        """
        self.env.flush_all()
        day = self.whole(session)
        posted = defaultdict(int)
        for aml in session.move_id.line_ids:
            if aml.account_id.code not in ignored:
                posted[aml.account_id, aml.tax_line_id] -= round(aml.balance * 100)
        figured = self.as_entry(day)
        self.assertEqual(
            {key: amount for key, amount in figured.items() if amount},
            {key: amount for key, amount in posted.items() if amount},
        )
        self.assertTrue(session.move_id.line_ids, "Nothing was compared.")
        return day

    def as_entry(self, day):
        """{(account, tax): øre to credit} of a day, as Odoo's closing entry has it."""
        entry = defaultdict(int)
        accounts, taxes = self.env["account.account"], self.env["account.tax"]
        for line in day.lines:
            entry[accounts.browse(line.account_id), taxes] += line.net
            if line.vat:
                tax = taxes.browse(line.tax_ids)
                repartition = tax.invoice_repartition_line_ids.filtered("account_id")
                entry[repartition.account_id, tax] += line.vat
        for other in day.others:
            if other.kind in figures.ON_RECEIPTS:
                entry[accounts.browse(other.account_id), taxes] += other.amount
        shared = self.company.account_default_pos_receivable_account_id
        for payment in day.payments:
            entry[self.receivable(payment.means_id), taxes] -= payment.amount
        for order in day.invoiced:
            for means_id, amount in order.payments:
                entry[self.receivable(means_id), taxes] -= amount
                entry[shared, taxes] += amount
        return entry

    def receivable(self, means_id):
        method = self.env["pos.payment.method"].browse(means_id)
        if method.split_transactions:
            return self.customer.property_account_receivable_id
        return (
            method.receivable_account_id
            or self.company.account_default_pos_receivable_account_id
        )
