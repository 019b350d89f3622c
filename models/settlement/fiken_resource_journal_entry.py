"""What of a day is no income, as one general journal entry (fiken-api.md §6.2)."""

from odoo import api, models
from odoo.tools.translate import LazyTranslate

from ...fiken_api import vat
from ..outbox.exceptions import NothingToSend
from ..outbox.fiken_resource import Endpoint, Identity, Prepared, Sent
from .fiken_settlement import JOURNAL

_lt = LazyTranslate(__name__)

# Fiken adds 34 characters of its own to 200 (§6.2).
TEXT_LIMIT = 166


class EntryIdentity(Identity):
    """An entry carries no reference: its debit side tells it from another one.

    :ivar debit: øre
    """

    debit: int


class JournalEntryResource(models.AbstractModel):
    """Gift cards sold, tips, cash in and out, differences, and what was taken back.

    Fiken keeps no reference of ours on it but the description, and no project.
    """

    _name = "fiken.resource.journal_entry"
    _inherit = "fiken.resource"
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
        booking = settlement._fixed_booking()
        if not booking.entries:
            raise NothingToSend(self.env._("The day has nothing besides its sales."))
        text = self._text(settlement)
        return Prepared(
            {
                "description": text,
                "journalEntries": [
                    {
                        "description": text,
                        "date": str(settlement.date),
                        "lines": [
                            self._line(settlement, entry) for entry in booking.entries
                        ],
                    }
                ],
            },
            job.fiken_company_id._path("/generalJournalEntries"),
            identity=EntryIdentity(
                key=text,
                date=str(settlement.date),
                debit=sum(max(entry.total, 0) for entry in booking.entries),
            ),
            number=settlement.number,
        )

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
        """Entries of the day whose description ends with ours."""
        rows = session.pages(
            fiken_company._path(self._endpoint.path), date=identity["date"]
        )
        return [
            Sent(
                str(row[self._endpoint.id]),
                identity["key"],
                matches=self._is_ours(row, identity),
            )
            for row in rows
            if row["description"].endswith(identity["key"])
            and not row.get("offsetTransactionId")
            and not row["description"].startswith("Reversering")
        ]

    @api.model
    def _is_ours(self, row, identity: EntryIdentity):
        debit = sum(max(line["amount"], 0) for line in row["lines"])
        return row["date"] == identity["date"] and debit == identity["debit"]

    @api.model
    def _read_between(self, session, fiken_company, since, until):
        """{id: Fiken's row} of the entries between two dates, whoever made them."""
        rows = session.pages(
            fiken_company._path(self._endpoint.path),
            dateGe=str(since),
            dateLe=str(until),
        )
        return {str(row[self._endpoint.id]): row for row in rows}

    @api.model
    def _read_row(self, session, fiken_company, remote_id):
        path = fiken_company._path(f"/transactions/{remote_id}")
        transaction = session.get(path).row
        if not transaction or transaction.get("deleted"):
            return None
        return transaction["entries"][0]

    @api.model
    def _stands(self, row):
        """Whether an entry is still booked, and was not reversed."""
        return bool(row) and not row.get("offsetTransactionId")

    @api.model
    def _notify(self, jobs):
        notified = super()._notify(jobs)
        self.env["fiken.resource.settlement"]._follow(jobs)
        return notified
