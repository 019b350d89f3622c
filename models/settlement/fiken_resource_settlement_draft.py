from odoo import api, models

from ...figures.day_books import Books
from ..outbox.fiken_resource import Prepared, Stop
from .part import SalePart


class SettlementDraftResource(models.AbstractModel):
    """The same sale as a draft that an accountant looks at (fiken-api.md §5.9)."""

    _name = "fiken.resource.settlement_draft"
    _inherit = [
        "fiken.sale.draft.mixin",
        "fiken.resource.draft",
        "fiken.resource.settlement",
    ]
    _description = "Fiken Settlement Draft"

    _resource = "settlement_draft"
    _record_model = "fiken.settlement"
    _priority = 51
    _booked_as = "settlement"
    _drafted_as = "settlement_draft"

    @api.model
    def _label(self):
        return self.env._("Draft of a daily settlement")

    @api.model
    def _told_when_done(self):
        return self.env._("Draft in Fiken:")

    @api.model
    def _prepare(self, job, settlement):
        books = settlement._fixed_books()
        if not books.sales:
            raise Stop(
                self.env._(
                    "Nothing of this day fits a sale, and Fiken keeps no drafts of"
                    " journal entries. Choose Booked on it and press Send."
                )
            )
        sale = self._sale_of(books, job.part)
        sent_as = self._sent_as(job, settlement, sale)
        return Prepared(
            self._body(job, settlement, sale),
            job.fiken_company_id._path("/sales/drafts"),
            sent_as=sent_as,
            number=sent_as["key"],
            note=self._note(settlement, books),
        )

    @api.model
    def _needs_look(self, prepared):
        return False

    @api.model
    def _body(self, job, settlement, sale):
        body = {
            "cash": False,
            "paid": False,
            "invoiceNumber": self._key(job, settlement),
            "invoiceIssueDate": str(settlement.date),
            "dueDate": str(settlement.date),
            "currency": "NOK",
            "contactId": self._customer_id(job, settlement),
            "lines": [
                {
                    "text": line.text,
                    "vatType": line.vat_type,
                    "incomeAccount": line.account,
                    "net": line.net,
                    "gross": line.gross,
                }
                for line in sale.lines
            ],
        }
        body.update(self._project_fields(job, sale))
        return body

    @api.model
    def _done(self, session, job, sent):
        """The drafts of the other projects follow the first one."""
        settlement = job._record()
        if job.part:
            return
        self._owe_report(job, sent)
        books = Books.from_json(settlement.books)
        settlement._owe(
            [
                (self._resource, str(SalePart(index)))
                for index in range(1, len(books.sales))
            ]
        )
