"""What Fiken says is paid of a sale or purchase (fiken-api.md §5.3, §5.7, §6.1).

Amounts in øre of the document's currency, fees in øre of NOK.
"""

from dataclasses import dataclass, field

# The list of payments in Fiken's sale and in its purchase.
LISTS = ("salePayments", "payments")


@dataclass
class FikenPayment:
    """One payment on a document in Fiken.

    :ivar in_nok: øre of NOK, None where the document is in NOK
    """

    remote_id: str
    date: str
    account: str
    amount: int
    in_nok: int = None
    fee: int = 0


@dataclass
class Standing:
    """How a sale or purchase stands in Fiken.

    :ivar total: øre of the document's currency, as its lines say
    :ivar left: øre of what is outstanding; None where Fiken does not say
    """

    remote_id: str
    payments: list = field(default_factory=list)
    total: int = 0
    left: int = None
    is_settled: bool = False
    is_written_off: bool = False
    is_deleted: bool = False

    @property
    def paid(self):
        return sum(payment.amount for payment in self.payments)

    @property
    def fees(self):
        return sum(payment.fee for payment in self.payments)

    @property
    def fees_pay_claim(self):
        """Whether a fee is part of what the customer paid; None where it is unclear.

        Unknown of Fiken (fiken-api.md §13), but its own balance tells.
        """
        if self.left == self.total - self.paid - self.fees:
            return True
        return False if self.left in (None, self.total - self.paid) else None

    @property
    def unpaid(self):
        """Øre of the total that no payment covers."""
        fees = self.fees if self.fees_pay_claim else 0
        return self.total - self.paid - fees

    @property
    def open(self):
        """Øre that somebody still owes, or has to their credit."""
        return 0 if self.is_deleted or self.is_written_off else self.unpaid


def standing(row):
    """How a sale or purchase, as Fiken answers it, stands.

    Payments of an invoice stand on its sale: see :func:`sale_of`.

    :param dict row: of ``/sales`` or ``/purchases``
    :return Standing:
    """
    return Standing(
        remote_id=str(row.get("saleId") or row.get("purchaseId")),
        payments=[_payment(payment) for payment in payments(row)],
        total=sum(_line_total(line) for line in row.get("lines", [])),
        left=outstanding(row),
        is_settled=bool(row.get("settled") or row.get("paid")),
        is_written_off=bool(row.get("writeOff")),
        is_deleted=bool(row.get("deleted")),
    )


def payments(row):
    """The payments of a sale or purchase, as Fiken answers them.

    Fiken reverses those of a document that it deletes: there are none.
    """
    if row.get("deleted"):
        return []
    return next((row[name] for name in LISTS if row.get(name)), [])


def outstanding(row):
    """Øre that are left to pay; None where Fiken does not say."""
    left = row.get("outstandingBalanceInCurrency")
    return row.get("outstandingBalance") if left is None else left


def sale_of(invoice):
    """The sale behind an invoice that Fiken issued; None while there is none."""
    return invoice.get("sale")


def sale_id_of(invoice):
    """The id of the sale behind an invoice or credit note; '' while there is none."""
    return str((sale_of(invoice) or {}).get("saleId") or "")


def is_of_invoice(sale):
    """Whether a sale is that of an invoice which Fiken issued."""
    return sale.get("kind") == "invoice"


def _line_total(line):
    if line.get("netPriceInCurrency") is not None:
        return line["netPriceInCurrency"] + (line.get("vatInCurrency") or 0)
    return (line.get("netPrice") or 0) + (line.get("vat") or 0)


def _payment(row):
    foreign = (row.get("currency") or "NOK") != "NOK"
    return FikenPayment(
        remote_id=str(row["paymentId"]),
        date=row["date"],
        account=row["account"],
        amount=row["amount"],
        in_nok=row.get("amountInNok") if foreign else None,
        fee=row.get("fee") or 0,
    )
