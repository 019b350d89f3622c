"""What of a day is no income, as one general journal entry (fiken-api.md §6.2)."""

from collections import defaultdict

from odoo import api, models

from ...figures.day_comparison import account_of, entry_name
from ...fiken_api import vat
from ..connection.sentence import _lt
from ..outbox.exceptions import NothingToSend
from ..outbox.fiken_resource import Endpoint, Identity, Sent
from .fiken_settlement import JOURNAL

# Fiken adds 34 characters of its own to 200 (§6.2).
TEXT_LIMIT = 166


class EntryIdentity(Identity):
    """An entry carries no reference: its lines tell it from another one.

    :ivar lines: {line: øre, debit positive}, as ``entry_name`` names lines
    """

    lines: dict


class JournalEntryResource(models.AbstractModel):
    """Gift cards sold, tips, cash in and out, differences, and what was taken back.

    Fiken keeps no reference of ours on it but the description, and no project.
    """

    _name = "fiken.resource.journal_entry"
    _inherit = ["fiken.planned.mixin", "fiken.resource"]
    _description = "Fiken Journal Entry"

    _resource = JOURNAL
    _record_model = "fiken.settlement"
    _priority = 57
    _title = _lt("Journal entry")
    _done_text = _lt("Journal entry in Fiken:")
    _stage = "booked"
    # It is posted elsewhere, and its description only ends with our key.
    _endpoint = Endpoint("/journalEntries", id="transactionId")
    _notifies = True

    @api.model
    def _read_ahead(self, settlements):
        self.env["fiken.resource.settlement"]._read_ahead(settlements)

    @api.model
    def _prepare(self, job, settlement):
        booking = settlement._checked_booking()
        if not booking.entries:
            raise NothingToSend(_lt("The day has nothing besides its sales."))
        text = self._text(settlement)
        lines = [self._line(settlement, entry) for entry in booking.entries]
        entry = {"description": text, "date": str(settlement.date), "lines": lines}
        return self._planned(
            settlement,
            booking,
            {"description": text, "journalEntries": [entry]},
            job.fiken_company_id._path("/generalJournalEntries"),
            identity=EntryIdentity(
                key=text, date=str(settlement.date), lines=self._sums(lines)
            ),
            number=settlement.number,
        )

    @api.model
    def _sums(self, lines):
        """{line: øre} of what is sent, debit positive; VAT comes on top of it."""
        sums = defaultdict(int)
        for line in lines:
            side, sign = ("debit", 1) if "debitAccount" in line else ("credit", -1)
            name = entry_name(line[f"{side}Account"], line.get(f"{side}VatCode"))
            sums[name] += sign * line["amount"]
        return {name: amount for name, amount in sums.items() if amount}

    @api.model
    def _posted(self, rows):
        """The same of a transaction's entries in Fiken."""
        sums = defaultdict(int)
        for row in rows:
            for line in row["lines"]:
                name = entry_name(line["account"], line.get("vatCode"))
                sums[name] += line["amount"]
        return {name: amount for name, amount in sums.items() if amount}

    @api.model
    def _text(self, settlement):
        fiken_company = settlement.fiken_company_id
        former = settlement._count_retired((JOURNAL,))
        number = f"{settlement.number}/{former + 1}" if former else settlement.number
        name = self._shortened(
            fiken_company.settlement_customer_name, TEXT_LIMIT - len(number) - 1
        )
        return f"{name} {number}"

    @api.model
    def _line(self, settlement, entry):
        account = entry.account
        if entry.source:
            account = settlement._source_code(entry.source)
        side = "debit" if entry.amount > 0 else "credit"
        line = {"amount": abs(entry.amount), f"{side}Account": account}
        if entry.vat_type and settlement.fiken_company_id._is_vat_registered():
            # With a code Fiken reads the amount as net, on either side (§6.2).
            line[f"{side}VatCode"] = vat.SALE_CODE_OF_TYPE[entry.vat_type]
        return line

    @api.model
    def _find(self, session, fiken_company, identity: EntryIdentity):
        """Transactions of the day whose text ends with ours."""
        there = self._transactions(
            session.pages(
                fiken_company._path(self._endpoint.path), date=identity["date"]
            )
        )
        return [
            Sent(
                remote_id,
                identity["key"],
                matches=self._is_as(there[remote_id], identity["lines"]),
            )
            for remote_id in self._standing(there, identity["key"], identity["lines"])
        ]

    @api.model
    def _standing(self, there, key, lines):
        """Ids of what ends with our key, is booked, and takes nothing back.

        What takes ours back may end so as well. It is told by what is taken back, which
        names it, and by its sides: texts are Fiken's own.

        :param there: {transaction id: its entries}
        :param lines: as they were sent
        """
        back = {
            str(row["offsetTransactionId"])
            for rows in there.values()
            for row in rows or ()
            if row.get("offsetTransactionId")
        }
        return [
            remote_id
            for remote_id, rows in there.items()
            if self._stands(rows)
            and remote_id not in back
            and any(row["description"].endswith(key) for row in rows)
            and not self._is_as(rows, lines, sign=-1)
        ]

    @api.model
    def _transactions(self, rows):
        """{transaction id: its entries}: there may be several in one."""
        there = {}
        for row in rows:
            there.setdefault(str(row[self._endpoint.id]), []).append(row)
        return there

    @api.model
    def _is_as(self, rows, lines, sign=1):
        """Whether entries have these sums on these accounts; VAT is on others."""
        wanted, there = self._by_account(lines), self._by_account(self._posted(rows))
        return all(there[account] == sign * wanted[account] for account in wanted)

    @api.model
    def _by_account(self, lines):
        sums = defaultdict(int)
        for name, amount in lines.items():
            sums[account_of(name)] += amount
        return sums

    @api.model
    def _read_between(self, session, fiken_company, since, until):
        """{id: its entries} of all transactions between two dates."""
        return self._transactions(
            session.pages(
                fiken_company._path(self._endpoint.path),
                dateGe=str(since),
                dateLe=str(until),
            )
        )

    @api.model
    def _read_row(self, session, fiken_company, remote_id):
        """The entries of a transaction; None when it was deleted."""
        path = fiken_company._path(f"/transactions/{remote_id}")
        transaction = session.get(path).row
        if not transaction or transaction.get("deleted"):
            return None
        return transaction["entries"]

    @api.model
    def _files_path(self, fiken_company, entry_id):
        """Where the files of one entry are."""
        return fiken_company._path(f"{self._endpoint.path}/{entry_id}/attachments")

    @api.model
    def _stands(self, rows):
        """Whether a transaction is still booked, and was not taken back."""
        return bool(rows) and not any(row.get("offsetTransactionId") for row in rows)

    @api.model
    def _done(self, session, job, sent):
        """Its voucher follows; and what it holds is kept, whatever is mapped later."""
        settlement = job._record()
        job.invalidate_recordset(["identity"], flush=False)
        self._own_binding(job).sent_values = job.identity["lines"]
        reports = self.env["fiken.resource.settlement_report"]
        reports._enqueue_files(settlement, self, job, sent)

    @api.model
    def _notify(self, jobs):
        notified = super()._notify(jobs)
        self.env["fiken.resource.settlement"]._follow(jobs)
        return notified
