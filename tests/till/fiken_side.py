"""Fiken's side: the vouchers in the sandbox's books, posting by posting."""

import re
from collections import Counter
from datetime import date

from . import chart

# The number of a day, in sales and in descriptions of journal entries.
NUMBER = re.compile(r"\b(?:MAIN|KIOSK)-(\d{4}-\d\d-\d\d)")
OF_A_CORRECTION = re.compile(r"-K\d+")


class FikenSide:
    """:param books: what the sandbox says of the company's books

    :ivar nets: {(account, VAT code): øre}, debit positive
    :ivar vats: {VAT code: øre}
    :ivar money: {account: øre} of everything else
    :ivar days: {day: øre of receipts}, by the numbers on the vouchers
    :ivar misdated: {number: øre} of days that are booked on another one
    :ivar unpaid: {number: øre} of days that were not paid for
    :ivar invoices: {number: [(øre, øre that are owed) of each sale with it]}
    :ivar set_off: {number: øre} that are neither paid nor owed
    """

    def __init__(self, books, begin):
        self.nets, self.vats, self.money = Counter(), Counter(), Counter()
        self.days, self.misdated = Counter(), {}
        self.unpaid, self.invoices, self.set_off = {}, {}, {}
        self._begin = begin
        for entry in books["journal"]:
            for line in entry["lines"]:
                self._add(line)
        owned = set()
        for sale in books["sales"]:
            if not sale["deleted"]:
                self._add_sale(sale)
            owned.add(sale["transactionId"])
        for entry in books["journal"]:
            if entry["transactionId"] not in owned:
                self._add_entry(entry)

    def _add(self, line):
        account, ore = line["account"], line["amount"]
        code = None if line["vatCode"] is None else str(line["vatCode"])
        if account in chart.FIKEN_VAT:
            self.vats[code] += ore
        elif chart.is_income(account):
            self.nets[account, code or chart.WITHOUT_TAX] += ore
        elif account.startswith(chart.RECEIVABLE):
            self.money[chart.RECEIVABLE] += ore
        else:
            self.money[account] += ore

    def _day(self, text):
        found = NUMBER.search(text or "")
        return found and (date.fromisoformat(found[1]) - self._begin).days

    def _add_sale(self, sale):
        paid = sum(payment["amount"] for payment in sale["payments"])
        if sale["gross"] - paid != sale["outstanding"]:
            self.set_off[sale["saleNumber"]] = sale["gross"] - paid
        day = self._day(sale["saleNumber"])
        if day is None:
            own = self.invoices.setdefault(sale["saleNumber"], [])
            own.append((sale["gross"], sale["outstanding"]))
            return
        # What a gift card paid is no money that a receipt brought.
        cards = sum(
            payment["amount"]
            for payment in sale["payments"]
            if chart.is_on_receipts(payment["account"])
        )
        self.days[day] += sale["gross"] - cards
        number = sale["saleNumber"]
        if sale["date"] not in number and not OF_A_CORRECTION.search(number):
            self.misdated[number] = sale["gross"]
        if sale["outstanding"]:
            self.unpaid[number] = sale["outstanding"]

    def _add_entry(self, entry):
        day = self._day(entry["description"])
        if day is not None and not any(
            line["account"].startswith(chart.RECEIVABLE) for line in entry["lines"]
        ):
            self.days[day] -= sum(
                line["amount"]
                for line in entry["lines"]
                if chart.is_on_receipts(line["account"])
            )
