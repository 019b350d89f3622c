"""What is drafted before Fiken issues it, with our uuid (fiken-api.md §5.3)."""

import uuid

from odoo import api, models

from ...fiken_api import money, vat
from ..connection.sentence import _lt, joined
from ..outbox.fiken_resource import Identity
from .fiken_invoice_lines import TEXT_LIMIT

REFERENCE_LIMIT = 100
# By its uuid: the page of its id is not found (fiken-api.md §10.1).
DRAFT_PAGE = "/fakturautkast/%s"


class InvoiceDraftMixin(models.AbstractModel):
    """The draft of an invoice or a credit note.

    Its total is compared with Odoo's before anything is booked. A kind says
    ``_fields_of_kind``.
    """

    _name = "fiken.invoice.draft.mixin"
    _inherit = "fiken.invoice.page.mixin"
    _description = "Fiken Draft of an Invoice or Credit Note"

    @api.model
    def _why_not_in_currency(self, currency):
        return _lt(
            "It is in %(currency)s. Fiken counts its own invoices and credit notes into"
            " NOK at a rate of its own, which is not Odoo's. Let Odoo issue it: choose"
            " that on the shop of its journal, or use another journal.",
            currency=currency,
        )

    @api.model
    def _prepare(self, job, move):
        self._check(job, move)
        self._check_not_booked(job, move)
        lines, notes = self._invoice_lines(job, move)
        body = {
            "uuid": self._key(job, move),
            "issueDate": str(self._date(move)),
            "customerId": self._customer_id(job, move),
            "currency": "NOK",
            "ourReference": self._shortened(move.name, REFERENCE_LIMIT),
            **self._fields_of_kind(job, move),
            **self._optional_fields(move),
            **self._project_fields(job, move),
            "lines": lines,
        }
        return self._as_draft(job, move, body, joined(*notes, separator=" "))

    @api.model
    def _fields_of_kind(self, job, move):
        """What the drafts of invoices and of credit notes do not have in common."""
        raise NotImplementedError

    @api.model
    def _key(self, job, move):
        """A uuid: the same for the same invoice, another one for every other (§9).

        A draft that takes the place of a deleted one has a uuid of its own.
        """
        database = self.env["ir.config_parameter"].sudo().get_param("database.uuid")
        name = (
            f"{database}/{job.fiken_company_id.slug}/{move._name}/{move.id}/{job.part}"
        )
        links = self.env["fiken.binding"].with_context(active_test=False)
        deleted = links.search_count(
            [
                ("fiken_company_id", "=", job.fiken_company_id.id),
                ("resource", "=", self._drafted_as),
                ("active", "=", False),
                ("res_model", "=", move._name),
                ("res_id", "=", move.id),
            ]
        )
        if deleted:
            name += f"/{deleted}"
        return str(uuid.uuid5(uuid.NAMESPACE_URL, name))

    @api.model
    def _key_there(self, job, move, link):
        """A uuid stays, whatever number it bears."""
        return self._key(job, move)

    @api.model
    def _optional_fields(self, move):
        fields = {
            "yourReference": move.partner_id.name
            if move.partner_id != move.commercial_partner_id
            else "",
            "orderReference": move.ref,
            "invoiceText": self._narration(move),
        }
        limits = {"invoiceText": TEXT_LIMIT}
        return {
            name: self._shortened(value, limits.get(name, REFERENCE_LIMIT))
            for name, value in fields.items()
            if value
        }

    # What stands in Fiken

    @api.model
    def _gross_of_draft(self, draft):
        return draft["gross"]

    @api.model
    def _amounts_of_draft_line(self, line):
        net = money.line_net(
            line["quantity"], line.get("unitPrice") or 0, line.get("discount") or 0
        )
        return net, net + money.vat_of(net, vat.rate_of(line["vatType"].upper()))

    @api.model
    def _sums_as_wanted(self, lines, wanted):
        """Fiken may write a discount of 10 % as 0.1 (fiken-api.md §5.2)."""
        scaled = [
            {**line, "discount": money.decimal(line.get("discount") or 0) * 100}
            for line in lines
        ]
        if self._sums_of_draft(scaled) == wanted:
            return wanted
        return self._sums_of_draft(lines)

    @api.model
    def _write(self, session, job, prepared):
        sent = super()._write(session, job, prepared)
        sent.page_id = prepared.body["uuid"]
        return sent

    @api.model
    def _page_id_in(self, row):
        return row.get("uuid") or ""

    @api.model
    def _is_ours(self, row, identity: Identity):
        """Fiken's total is looked at when it is booked, not here."""
        customers = [
            str(customer["contactId"]) for customer in row.get("customers") or []
        ]
        return (
            row.get("issueDate") == identity["date"]
            and identity["contact"] in customers
        )
