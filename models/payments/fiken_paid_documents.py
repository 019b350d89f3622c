"""What Fiken says is paid of its sales and purchases (fiken-api.md §5.3, §5.7, §6.1).

Amounts in øre of the document's currency, fees in øre of NOK. Read only.
"""

from dataclasses import dataclass, field

from odoo import api, models

from .fiken_resource_document_payment import LISTS


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


class PaidDocuments(models.AbstractModel):
    _name = "fiken.paid.documents"
    _description = "What Is Paid in Fiken"

    @api.model
    def _places(self):
        """{resource: its path} of booked documents that take payments in Fiken."""
        names = self.env["fiken.resource"]._names("booked", "account.move")
        places = {name: self.env[f"fiken.resource.{name}"]._paid_at for name in names}
        return {name: place for name, place in places.items() if place}

    @api.model
    def _linked_domain(self, fiken_company):
        """The links of such documents."""
        return [
            ("fiken_company_id", "=", fiken_company.id),
            ("resource", "in", list(self._places())),
            ("res_model", "=", "account.move"),
        ]

    @api.model
    def _changed(self, session, fiken_company, resources, since):
        """Documents that changed on or after a day.

        Fiken's filter counts whole Norwegian days (fiken-api.md §2). Where it does not
        know the filter it returns every document, which is slow but right. A payment
        may leave an invoice's own date alone, so its sale is read as well.

        :param resources: those of :meth:`_places` that are wanted
        :param date since: the first day
        :return: yields lists of (resource, remote id, :class:`Standing`); the resource
            of the sale behind an invoice is ``invoice_sale``
        """
        if "invoice" in resources:
            rows = self._rows(session, fiken_company, "/invoices", since)
            yield [
                ("invoice", str(row["invoiceId"]), self._standing(row["sale"]))
                for row in rows
                if row.get("sale")
            ]
        if "invoice" in resources or "sale" in resources:
            rows = self._rows(session, fiken_company, "/sales", since)
            yield [
                (
                    "invoice_sale" if row.get("kind") == "invoice" else "sale",
                    str(row["saleId"]),
                    self._standing(row),
                )
                for row in rows
            ]
        if "purchase" in resources:
            rows = self._rows(session, fiken_company, "/purchases", since)
            yield [
                ("purchase", str(row["purchaseId"]), self._standing(row))
                for row in rows
            ]

    @api.model
    def _rows(self, session, fiken_company, path, since):
        return list(session.pages(fiken_company._path(path), lastModifiedGe=str(since)))

    @api.model
    def _read(self, session, fiken_company, resource, remote_id):
        """One document as it is now.

        :param str resource: one of :meth:`_places`
        :raise NotFound: Fiken does not have it
        :return Standing:
        """
        place = self._places()[resource]
        row = session.get(fiken_company._path(f"{place}/{remote_id}")).body
        return self._standing(row["sale"] if resource == "invoice" else row)

    @api.model
    def _standing(self, row):
        payments = next((row[name] for name in LISTS if row.get(name)), [])
        if row.get("deleted"):
            payments = []  # Fiken reversed them with the document
        left = row.get("outstandingBalanceInCurrency", row.get("outstandingBalance"))
        return Standing(
            remote_id=str(row.get("saleId") or row.get("purchaseId")),
            payments=[self._payment(payment) for payment in payments],
            total=sum(self._line_total(line) for line in row.get("lines", [])),
            left=left,
            is_settled=bool(row.get("settled") or row.get("paid")),
            is_written_off=bool(row.get("writeOff")),
            is_deleted=bool(row.get("deleted")),
        )

    @api.model
    def _line_total(self, line):
        if line.get("netPriceInCurrency") is not None:
            return line["netPriceInCurrency"] + (line.get("vatInCurrency") or 0)
        return (line.get("netPrice") or 0) + (line.get("vat") or 0)

    @api.model
    def _payment(self, row):
        foreign = row.get("currency", "NOK") != "NOK"
        return FikenPayment(
            remote_id=str(row["paymentId"]),
            date=row["date"],
            account=row["account"],
            amount=row["amount"],
            in_nok=row.get("amountInNok") if foreign else None,
            fee=row.get("fee") or 0,
        )
