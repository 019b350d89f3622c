"""Double-entry books: transactions made of journal entries whose lines add up to
nothing.
"""

from dataclasses import dataclass

from .chart import WITH_SUBACCOUNTS
from .dates import today
from .errors import Refusal, bad_request
from .money import kroner, share
from .store import Record, Store
from .vat import VatType

# Thousands of such still add up to a number that SQLite knows.
MOST_POSTED = 10**15
# The type of transactions that people and the API enter themselves.
MANUAL = "General Journal Entry"


@dataclass(frozen=True)
class Line:
    """Debit is positive, credit negative."""

    account: str
    amount: int
    vat_code: int | None = None
    project: int | None = None


def vat_lines(
    account: str,
    net: int,
    vat: int,
    vat_type: VatType,
    side: int,
    project: int | None = None,
) -> list[Line]:
    """The postings of one document line; ``side`` is -1 for income, 1 for cost. What is
    paid is net + vat, whatever the type.
    """
    code = (
        vat_type.sale_code
        if side < 0 and vat_type.sale_code is not None
        else vat_type.purchase_code
    )
    if code is None:
        code = vat_type.sale_code
    lines = []
    if net:
        lines.append(Line(account, side * net, code, project))
    if vat_type.way == "reverse":
        own = share(net, vat_type.rate)
        lines += [
            Line(vat_type.input, side * own, code),
            Line(vat_type.output, -side * own, code),
        ]
    elif vat_type.way == "cost":
        # the line carries net including the VAT and the VAT as a negative amount
        lines.append(Line(vat_type.output, side * vat, code))
    elif vat:
        lines.append(
            Line(vat_type.output if side < 0 else vat_type.input, side * vat, code)
        )
    return lines


class Books:
    def __init__(self, store: Store, company: dict, switches):
        self.store = store
        self.company = company
        self.slug = company["slug"]
        self.switches = switches

    # -- accounts ----------------------------------------------------------------------

    def check_account(self, code: str | None, field: str) -> str:
        if not code:
            raise bad_request(f"'{field}' er påkrevd")
        if self.store.account_name(self.slug, code) is None:
            if code in WITH_SUBACCOUNTS:
                raise bad_request(
                    f"Kan ikke opprette konto {code}: bruk en underkonto ({field})"
                )
            raise bad_request(f"{field}: account {code} does not exist")
        return code

    def check_payment_account(self, code: str | None, field: str) -> str:
        self.check_account(code, field)
        if code == "1901" and self.switches["account_1901"] == "refuse":
            raise bad_request(f"{field}: account 1901 cannot be used for payments")
        if code in WITH_SUBACCOUNTS:
            raise bad_request(f"{field}: account {code} needs a sub-account")
        return code

    def check_open(self, date: str) -> None:
        start = self.company.get("accountingStartDate")
        early = start and date < start
        if early and self.switches["before_accounting_start"] == "refuse":
            raise bad_request(f"{date} er før regnskapet starter ({start})")
        closed = self.switches["closed_period_to"]
        if closed and date <= closed:
            raise bad_request(f"Perioden er lukket: {date} er ikke etter {closed}")

    # -- posting -----------------------------------------------------------------------

    def post(
        self,
        kind: str,
        date: str,
        description: str,
        lines: list[Line],
        open: bool = False,
    ) -> Record:
        """A transaction with one journal entry."""
        return self.post_entries(kind, description, [(date, description, lines)], open)

    def post_entries(
        self,
        kind: str,
        description: str,
        entries,
        open: bool = False,
        reversing: int | None = None,
    ) -> Record:
        transaction = self.store.insert(
            self.slug,
            "transaction",
            {
                "description": description,
                "type": kind,
                "deleted": False,
                "open": open,
                "entries": [],
            },
        )
        if reversing:
            transaction["reversing"] = reversing
        if not reversing:
            for date, _text, lines in entries:
                self.check_open(date)
                self.check_balance(lines)
            entries = self._as_switched(kind, entries)
        for date, text, lines in entries:
            transaction["entries"].append(
                self._enter(transaction.id, date, text, lines).id
            )
        self.store.save(transaction)
        return transaction

    def _as_switched(self, kind: str, entries):
        """What was entered as one, in as many entries as the switch says."""
        if kind != MANUAL or self.switches["entries_in_transaction"] == "one":
            return entries
        return [
            (date, text, lines[at : at + 1])
            for date, text, lines in entries
            for at in range(len(lines))
        ]

    def check_balance(self, lines: list[Line]) -> None:
        difference = sum(line.amount for line in lines)
        if difference:
            raise Refusal(
                400, f"Summen av posteringslinjene er ikke null: {kroner(difference)}"
            )

    def _enter(
        self, transaction: int, date: str, description: str, lines: list[Line]
    ) -> Record:
        self.check_open(date)
        lines = [line for line in lines if line.amount]
        for line in lines:
            self.check_account(line.account, "account")
            if abs(line.amount) > MOST_POSTED:
                raise bad_request(f"The amount {line.amount} is too large")
        entry = self.store.insert(
            self.slug,
            "journalEntry",
            {
                "transactionId": transaction,
                "journalEntryNumber": self.store.next_number(self.slug, "journalEntry"),
                "description": description[:200],
                "date": date,
                "lines": [
                    {
                        "account": line.account,
                        "amount": line.amount,
                        "vatCode": line.vat_code,
                        "project": line.project,
                    }
                    for line in lines
                ],
                "attachments": [],
            },
        )
        self.store.add_postings(
            [
                (
                    entry.id,
                    self.slug,
                    line.account,
                    date,
                    line.amount,
                    None if line.vat_code is None else str(line.vat_code),
                )
                for line in lines
            ]
        )
        return entry

    # -- taking back -------------------------------------------------------------------

    def reverse(self, transaction_id: int, description: str) -> None:
        """Books stay as they are; a second transaction takes the first one back."""
        transaction = self.store.get(self.slug, "transaction", transaction_id)
        entries = [
            self.store.get(self.slug, "journalEntry", entry)
            for entry in transaction["entries"]
        ]
        transaction["deleted"] = True
        self.store.save(transaction)
        if transaction["open"]:
            # An open entry is simply taken out.
            for entry in entries:
                self.check_open(entry["date"])
                self.store.drop_postings(entry.id)
                self.store.delete(entry)
            return
        word = self.switches["reversal_word"]
        date = today() if self.switches["reversal_date"] == "today" else None
        offset = self.post_entries(
            transaction["type"],
            f"{word}: {description}",
            [
                (
                    date or entry["date"],
                    f"{word}: {entry['description']}",
                    [
                        Line(
                            line["account"],
                            -line["amount"],
                            line["vatCode"],
                            line["project"],
                        )
                        for line in entry["lines"]
                    ],
                )
                for entry in entries
            ],
            reversing=transaction.id,
        )
        if self.switches["reversal_points_back"]:
            for entry_id in offset["entries"]:
                entry = self.store.get(self.slug, "journalEntry", entry_id)
                entry["offsetTransactionId"] = transaction.id
                self.store.save(entry)
        for entry in entries:
            entry["offsetTransactionId"] = offset.id
            self.store.save(entry)
