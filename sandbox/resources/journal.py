"""Journal entries made by hand, and reading everything that was posted."""

from fastapi import APIRouter
from pydantic import Field

from ..bodies import Account, Body, Date, Ignored, Ore, Text200
from ..books import MANUAL, Line
from ..call import Incoming, listed, present, takes
from ..chart import WITH_SUBACCOUNTS
from ..errors import Refusal, bad_request
from ..filters import CHANGED, Filters
from ..money import share
from ..store import field
from ..vat import BY_CODE
from . import purchases, sales
from .attachments import presented as attachment
from .orders import books_for, check_description

router = APIRouter(prefix="/companies/{slug}")

# Fiken puts this before every description, and counts it in.
PREFIX = "Fri postering registrert via API: "
LONGEST = 200

ENTRY_FILTERS = Filters().dates("date").dates(**CHANGED)
TRANSACTION_FILTERS = Filters().dates(**CHANGED)


class JournalLine(Body):
    amount: Ore = Field(gt=0)
    debitAccount: Account | None = None
    creditAccount: Account | None = None
    debitVatCode: int | None = None
    creditVatCode: int | None = None
    account: Ignored = None
    vatCode: Ignored = None
    projectId: Ignored = None
    lastModifiedDate: Ignored = None


class JournalEntry(Body):
    # No length here: too long is answered with 500 below, not with 400.
    description: str
    date: Date
    lines: list[JournalLine] = Field(min_length=1)
    journalEntryId: Ignored = None
    createdDate: Ignored = None
    lastModifiedDate: Ignored = None
    transactionId: Ignored = None
    offsetTransactionId: Ignored = None
    journalEntryNumber: Ignored = None
    attachments: Ignored = None


class GeneralJournalEntry(Body):
    journalEntries: list[JournalEntry] = Field(min_length=1)
    description: Text200 | None = None
    open: bool = False


# -- presenting ------------------------------------------------------------------------


def presented_entry(call, entry) -> dict:
    return present(
        journalEntryId=entry.id,
        createdDate=entry.created,
        lastModifiedDate=entry.modified,
        transactionId=entry["transactionId"],
        offsetTransactionId=entry.get("offsetTransactionId"),
        journalEntryNumber=entry["journalEntryNumber"],
        description=entry["description"],
        date=entry["date"],
        lines=[
            present(
                amount=line["amount"],
                account=line["account"],
                vatCode=None if line["vatCode"] is None else str(line["vatCode"]),
                projectId=[line["project"]] if line["project"] else [],
                lastModifiedDate=entry.modified,
            )
            for line in entry["lines"]
        ],
        attachments=[attachment(call, item) for item in entry["attachments"]],
    )


def presented_transaction(call, transaction) -> dict:
    entries = (
        call.store.get(call.slug, "journalEntry", identity)
        for identity in transaction["entries"]
    )
    return present(
        transactionId=transaction.id,
        createdDate=transaction.created,
        lastModifiedDate=transaction.modified,
        description=transaction["description"],
        type=transaction["type"],
        entries=[presented_entry(call, entry) for entry in entries if entry],
        deleted=transaction["deleted"],
    )


# -- booking ---------------------------------------------------------------------------


def _coded_side(
    account: str, amount: int, code: int, sign: int, where: str
) -> list[Line]:
    """A side with a VAT code: its amount is net, the VAT comes on top of it, on the
    same side.
    """
    if code not in BY_CODE:
        raise bad_request(f"{where}: unknown VAT code {code}")
    vat_type, selling = BY_CODE[code]
    lines = [Line(account, sign * amount, code)]
    vat = share(amount, vat_type.rate)
    if not vat:
        return lines
    if vat_type.way == "direct":
        raise bad_request(f"{where}: VAT code {code} cannot be used here")
    if vat_type.way == "plain":
        return [
            *lines,
            Line(vat_type.output if selling else vat_type.input, sign * vat, code),
        ]
    if vat_type.way == "cost":
        return [
            Line(account, sign * (amount + vat), code),
            Line(vat_type.output, -sign * vat, code),
        ]
    return [
        *lines,
        Line(vat_type.input, sign * vat, code),
        Line(vat_type.output, -sign * vat, code),
    ]


def _postings(call, line: JournalLine, where: str) -> list[Line]:
    """A side without a code is booked as it is, or takes what stands against it: of a
    line with both sides and one code the other side carries the VAT too.
    """
    coded, plain = [], []
    for account, code, sign in (
        (line.debitAccount, line.debitVatCode, 1),
        (line.creditAccount, line.creditVatCode, -1),
    ):
        if account is None:
            continue
        if account in WITH_SUBACCOUNTS:
            raise bad_request(f"Kan ikke opprette konto {account}: bruk en underkonto")
        if code and call.company["vatType"] == "no":
            raise bad_request("No VAT code: the company is not VAT registered")
        if code is None:
            plain.append((account, sign * line.amount))
        else:
            coded += _coded_side(account, line.amount, code, sign, where)
    if not coded and not plain:
        raise bad_request(f"{where}: debitAccount or creditAccount is required")
    if coded and plain:
        plain = [(account, -sum(one.amount for one in coded)) for account, _ in plain]
    return [*coded, *(Line(account, amount) for account, amount in plain)]


def _lines(call, entry: JournalEntry, where: str) -> list[Line]:
    return [
        posting
        for index, line in enumerate(entry.lines)
        for posting in _postings(call, line, f"{where}.lines[{index}]")
    ]


@router.post("/generalJournalEntries")
async def create_journal_entry(call: Incoming):
    body = call.body(GeneralJournalEntry)
    entries = []
    for index, entry in enumerate(body.journalEntries):
        description = PREFIX + entry.description
        if len(description) > LONGEST:
            raise Refusal(
                500, f"Transaksjonsbeskrivelse kan ikke være på mer enn {LONGEST} tegn"
            )
        entries.append(
            (entry.date, description, _lines(call, entry, f"journalEntries[{index}]"))
        )
    transaction = books_for(call).post_entries(
        MANUAL,
        body.description or entries[0][1],
        entries,
        open=body.open,
    )
    # The id of a transaction, although a journal entry was posted.
    return call.located("transactions", transaction.id)


# -- reading and taking back -----------------------------------------------------------


@router.get("/journalEntries")
@listed
async def journal_entries(call: Incoming):
    return call.listing("journalEntry", ENTRY_FILTERS, presented_entry)


@router.get("/journalEntries/{entry_id:int}")
async def journal_entry(call: Incoming, entry_id: int):
    return call.answer(
        presented_entry(call, call.get("journalEntry", entry_id)), "journalEntry"
    )


@router.get("/transactions")
@listed
async def transactions(call: Incoming):
    return call.listing("transaction", TRANSACTION_FILTERS, presented_transaction)


@router.get("/transactions/{transaction_id:int}")
async def transaction(call: Incoming, transaction_id: int):
    transaction = call.get("transaction", transaction_id)
    return call.answer(presented_transaction(call, transaction), "transaction")


@router.patch("/transactions/{transaction_id:int}/delete")
@takes("description")
async def delete_transaction(call: Incoming, transaction_id: int):
    transaction = call.get("transaction", transaction_id)
    description = check_description(call)
    if transaction["deleted"] or transaction.get("reversing"):
        raise bad_request(
            "The transaction is deleted already, or takes back another one"
        )
    if not _delete_document(call, transaction_id, description):
        if transaction["type"] != MANUAL:
            raise bad_request(
                "A transaction of a payment or an invoice is not deleted here"
            )
        books_for(call).reverse(transaction_id, description)
    transaction = call.get("transaction", transaction_id)
    return call.answer(presented_transaction(call, transaction), "transaction")


def _delete_document(call, transaction_id: int, description: str) -> bool:
    """A transaction that is a sale's or purchase's takes the document with it."""
    for kind, module in (("sale", sales), ("purchase", purchases)):
        for document in call.store.find(
            call.slug, kind, f"{field('transactionId')} = ?", (transaction_id,)
        ):
            module.delete_booked(call, document, description)
            return True
    return False
