"""A vendor's day as sales of kind ``external_invoice`` on one common customer.

Income lines only, one per account and VAT type; one sale per project. Facts:
fiken-api.md §5.7 and §5.9. All amounts in øre, NOK.
"""

from collections import defaultdict

from odoo import api, models

from ...figures.amounts import Line
from ...fiken_api import balance
from ..connection.sentence import _lt, joined
from ..documents.fiken_document_refusal import NEGATIVE, names
from ..documents.fiken_sale_mixin import SaleIdentity
from ..outbox.exceptions import MissingSetting, NeedsReview, NothingToSend, WaitsFor
from ..outbox.fiken_resource import Target
from .fiken_settlement import DRAFT, SALE
from .part import SalePart


class SettlementResource(models.AbstractModel):
    _name = "fiken.resource.settlement"
    _inherit = [
        "fiken.planned.mixin",
        "fiken.sale.mixin",
        "fiken.resource.booked",
        "fiken.resource.document",
    ]
    _description = "Fiken Settlement"

    _resource = SALE
    _flow = "settlement"
    _record_model = "fiken.settlement"
    _priority = 56
    _title = _lt("Daily settlement")
    _paid_at = "/sales"
    _booked_as = SALE
    _drafted_as = DRAFT

    @api.model
    def _read_ahead(self, settlements):
        """Of which nothing is in Fiken yet, that is read anew before it goes."""
        settlements._take_again()

    # The write

    @api.model
    def _prepare(self, job, settlement):
        booking = settlement._checked_booking()
        if not booking.sales:
            raise NothingToSend(
                _lt(
                    "Nothing of this day fits a sale: all of it is in the journal"
                    " entry."
                )
            )
        sale = self._sale_of(booking, job.part)
        identity = self._identity(job, settlement, sale)
        draft = self._drafts()._binding(job.fiken_company_id, settlement, job.part)
        values = {
            "identity": identity,
            "number": identity["key"],
            "note": self._note(settlement, booking),
        }
        if draft:
            identity["draft_id"] = draft.remote_id
            return self._booking(job, draft, **values)
        path = job.fiken_company_id._path(self._endpoint.path)
        body = self._body(job, settlement, sale)
        return self._planned(settlement, booking, body, path, **values)

    @api.model
    def _body(self, job, settlement, sale):
        body = {
            "kind": "external_invoice",
            "saleNumber": self._key(job, settlement),
            "date": str(settlement.date),
            "dueDate": str(settlement.date),
            "currency": "NOK",
            "customerId": self._customer_id(job, settlement),
            "lines": [self._order_line(settlement, line) for line in sale.lines],
        }
        body.update(self._project_fields(job, sale))
        return body

    @api.model
    def _is_foreign(self, settlement):
        """Orders in another currency are no part of a day."""
        return False

    @api.model
    def _project_fields(self, job, sale):
        if not sale.project:
            return {}
        project = self.env["account.analytic.account"].browse(sale.project)
        remote_id = self.env["fiken.resource.project"]._bound_id(
            job.fiken_company_id, project, job.vendor_id
        )
        return {"projectId": int(remote_id)}

    @api.model
    def _customer_id(self, job, settlement):
        return int(
            self.env["fiken.resource.contact"]._bound_id(
                job.fiken_company_id,
                job.fiken_company_id.settlement_partner_id,
                job.vendor_id,
            )
        )

    @api.model
    def _note(self, settlement, booking):
        if not booking.residues:
            return ""
        return _lt(
            "VAT: %(figures)s The difference is on %(account)s.",
            figures=self._residue_figures(booking.residues),
            account=settlement.vendor_id.ledger_id.rounding_code,
        )

    @api.model
    def _key(self, job, settlement):
        """Vendor, date, part; and which one it is when former ones were deleted."""
        number = settlement.number
        if job.part:
            number += f"-{job.part}"
        former = settlement._count_retired((SALE, DRAFT), job.part)
        return f"{number}/{former + 1}" if former else number

    @api.model
    def _identity(self, job, settlement, sale=None) -> SaleIdentity:
        sale = sale or self._sale_of(settlement._booking(), job.part)
        return SaleIdentity(
            key=self._key(job, settlement),
            contact=str(self._customer_id(job, settlement)),
            date=str(settlement.date),
            gross=sale.gross,
        )

    @api.model
    def _sale_of(self, booking, part):
        """The sale that a job or link is about.

        :raise NothingToSend: the day has no such sale any more
        """
        index = SalePart.parse(part).index
        if index >= len(booking.sales):
            raise NothingToSend(_lt("The day has no such sale any more."))
        return booking.sales[index]

    @api.model
    def _lost_below(self, session, job):
        """The contact of settlements is ours: nobody gives it another role."""

    @api.model
    def _gap(self, job, error):
        """Whether Fiken takes negative lines, and 7740 on a sale, is unknown (§13)."""
        settlement, vendor = job._record(), job.vendor_id
        lines = self._sale_of(settlement._booking(), job.part).lines
        advice, setting = [], None
        ledger = vendor.ledger_id
        rounding = ledger.rounding_code
        if names(error.message, rounding) and any(
            line.account == rounding for line in lines
        ):
            setting = ledger
            advice.append(self._rounding_advice(ledger))
        if NEGATIVE.search(error.message) and any(line.gross < 0 for line in lines):
            setting = vendor
            advice.append(
                _lt(
                    "If it does not take negative amounts, choose on %(vendor)s that"
                    " they go in the day's journal entry.",
                    vendor=vendor.name,
                )
            )
        if not advice:
            return None
        refused = _lt("Fiken refused the day: %(why)s.", why=error.message.rstrip("."))
        return MissingSetting(joined(refused, *advice, separator=" "), setting)

    @api.model
    def _done(self, session, job, sent):
        settlement = job._record()
        settlement._enqueue_rest()
        self._enqueue_report(job, sent)

    @api.model
    def _enqueue_report(self, job, sent):
        """The day's report is the voucher of each of its sales."""
        reports = self.env["fiken.resource.settlement_report"]
        reports._enqueue_files(job._record(), self, job, sent)

    @api.model
    def _notify(self, jobs):
        notified = super()._notify(jobs)
        self._follow(jobs)
        return notified

    @api.model
    def _follow(self, jobs):
        """The day's state is what became of its jobs."""
        self.env["fiken.settlement"].browse(jobs.mapped("res_id")).exists()._follow()

    # Drafts, and what is deleted in Fiken

    @api.model
    def _finished_in_fiken(self, session, job):
        settlement = job._record()
        link = self._drafts()._binding(job.fiken_company_id, settlement, job.part)
        found = self._find(
            session, job.fiken_company_id, self._booked()._identity(job, settlement)
        )
        if len(found) == 1 and found[0].matches:
            return found[0]
        if not found:
            settlement._retire_links(link)
        raise NeedsReview(self._draft_is_gone(settlement, found))

    @api.model
    def _draft_is_gone(self, settlement, found):
        if found:
            return _lt(
                "The draft was finished in Fiken as %(number)s, but customer, date or"
                " amount differ from %(name)s in Odoo. Make them equal in Fiken, then"
                " press Try Again.",
                number=found[0].number,
                name=settlement.number,
            )
        return _lt(
            "The draft was deleted in Fiken: neither it nor a booked %(name)s is there."
            " Press Send to send it again, or Skip.",
            name=settlement.number,
        )

    @api.model
    def _sync_draft_of(self, session, settlement, link):
        """Notice what an accountant did to a draft; reads only.

        :param link: the draft's binding
        """
        fiken_company = settlement.fiken_company_id
        at = self._drafts()._endpoint.path
        path = fiken_company._path(f"{at}/{link.remote_id}")
        booked = self._booked()._binding(fiken_company, settlement, link.part)
        if booked or self._read_draft(session, path) is not None:
            return
        target = Target(fiken_company, settlement.vendor_id, link.part)
        try:
            found = self._find(
                session, fiken_company, self._identity(target, settlement)
            )
        except WaitsFor:
            return
        if len(found) == 1 and found[0].matches:
            self.env["fiken.binding"]._bind(
                self, fiken_company, settlement, found[0], link.part
            )
            settlement._enqueue_rest()
            settlement._follow()
            return
        if not found:
            settlement._retire_links(link)
        reason = self._draft_is_gone(settlement, found)
        settlement._set_state("failed", reason)
        settlement._todo(reason)

    # What is in Fiken

    @api.model
    def _read_between(self, session, fiken_company, since, until):
        """{id: Fiken's row} of the sales between two dates on the common customer."""
        rows = session.pages(
            fiken_company._path(self._endpoint.path),
            contactId=self.env["fiken.resource.contact"]
            ._binding(fiken_company, fiken_company.settlement_partner_id)
            .remote_id,
            dateGe=str(since),
            dateLe=str(until),
        )
        return {str(row[self._endpoint.id]): row for row in rows}

    @api.model
    def _read_row(self, session, fiken_company, remote_id):
        path = fiken_company._path(f"{self._endpoint.path}/{remote_id}")
        return session.get(path).row

    @api.model
    def _figures_of(self, row):
        """([:class:`Line`], {account: what was paid on it}) of a row.

        None when it was deleted.
        """
        if not row or row.get("deleted"):
            return None
        lines = [
            Line(
                account=line["account"],
                vat_type=line["vatType"].upper(),
                net=line["netPrice"],
                vat=line["vat"],
            )
            for line in row["lines"]
        ]
        paid = defaultdict(int)
        for payment in balance.payments(row):
            paid[payment["account"]] += payment["amount"]
        return lines, paid
