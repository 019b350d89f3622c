"""What a day was paid with, as payments on its sales (fiken-api.md §5.8)."""

from odoo import api, models

from .base import Nothing, Prepared, Sent


class SettlementPaymentResource(models.AbstractModel):
    """One payment of one sale by one means; redeemed gift cards are one as well.

    The job's part is ``<sale>:<source>``: how much is fixed when the sale is sent,
    which account it goes to is asked of the ledger each time.
    """

    _name = "fiken.resource.settlement_payment"
    _inherit = "fiken.resource"
    _description = "Fiken Settlement Payment"

    _resource = "settlement_payment"
    _record_model = "fiken.settlement"
    _priority = 65
    _is_told = True

    @api.model
    def _label(self):
        return self.env._("Payment of a settlement")

    @api.model
    def _told_when_done(self):
        return self.env._("Paid in Fiken:")

    @api.model
    def _prepare(self, job, settlement):
        settlements = self.env["fiken.resource.settlement"]
        number, key = job.part.split(":")
        part = settlements._part(int(number) - 1)
        sale = settlements._binding(job.fiken_company_id, settlement, part)
        books = settlement._books()
        payments = dict(settlements._sale_of(books, part).payments)
        if not sale or not payments.get(key):
            raise Nothing(self.env._("The sale that it paid is not in Fiken."))
        body = {
            "date": str(settlement.date),
            "account": settlements._source_code(settlement, key),
            "amount": payments[key],
        }
        return Prepared(
            body,
            job.fiken_company_id._path(f"/sales/{sale.remote_id}/payments"),
            sent_as={"sale": sale.remote_id, **body},
            number=f"{sale.number} · {body['account']}",
        )

    @api.model
    def _find(self, session, fiken_company, sent_as):
        """Equal payments of the sale that are no other job's (fiken-api.md §9)."""
        path = fiken_company._path(f"/sales/{sent_as['sale']}/payments")
        rows = [
            row
            for row in session.get(path).body
            if all(row.get(name) == sent_as[name] for name in KEY)
        ]
        taken = set(
            self.env["fiken.binding"]
            .search(
                [
                    ("fiken_company_id", "=", fiken_company.id),
                    ("resource", "=", self._resource),
                    ("remote_id", "in", [str(row["paymentId"]) for row in rows]),
                ]
            )
            .mapped("remote_id")
        )
        return [
            Sent(str(row["paymentId"]), sent_as["account"])
            for row in rows
            if str(row["paymentId"]) not in taken
        ]

    @api.model
    def _tell(self, jobs):
        super()._tell(jobs)
        self.env["fiken.resource.settlement"]._follow(jobs)


KEY = ("date", "account", "amount")
