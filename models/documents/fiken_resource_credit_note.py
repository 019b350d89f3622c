"""Credit notes that Fiken issues (fiken-api.md §5.6). Amounts in øre, positive.

A credit note of an invoice in Fiken is booked at once and linked with it, in full or in
part. As a draft, and without an invoice, it stands alone.
"""

from collections import Counter

from odoo import api, models

from ...figures.amounts import Line
from ...fiken_api import money, vat
from ..connection.sentence import Amount, _lt, joined
from ..outbox.exceptions import MissingSetting, NeedsReview, WaitsFor
from ..outbox.fiken_resource import Endpoint, Identity, Prepared, Verb
from .fiken_invoice_lines import TEXT_LIMIT
from .fiken_sale_mixin import SALE_PAGE


class CreditNoteIdentity(Identity):
    """One made of a draft is found by its uuid, a linked one by what it says.

    :ivar text: ours on a linked credit note
    """

    text: str


class CreditNoteResource(models.AbstractModel):
    """A booked credit note: linked with its invoice, or made of a draft."""

    _name = "fiken.resource.credit_note"
    _inherit = [
        "fiken.invoice.mixin",
        "fiken.resource.booked",
        "fiken.resource.document",
    ]
    _description = "Fiken Credit Note"

    _resource = "credit_note"
    _title = _lt("Credit note")
    _endpoint = Endpoint(
        "/creditNotes",
        id="creditNoteId",
        key="creditNoteDraftUuid",
        filter="creditNoteDraftUuid",
        number="creditNoteNumber",
        page=SALE_PAGE,
    )
    _move_types = ("out_refund",)
    _issuer = "fiken"
    _book_action = "createCreditNote"
    _takes_files = False
    _booked_as = "credit_note"
    _drafted_as = "credit_note_draft"
    _papers = "credit_note_papers"

    @api.model
    def _prepare_document(self, job, move):
        self._check(job, move)
        self._check_not_booked(job, move)
        invoice = self._credited(job, move)
        draft, wanted = self._draft_to_book(job, move)
        if draft:
            return self._booking(
                job,
                draft,
                identity=self._identity(job, move),
                wanted=wanted,
                note=self._note_on_draft(move),
            )
        if not invoice:
            raise WaitsFor(self._drafts(), move, job.vendor_id)
        return self._linked(job, move, invoice)

    @api.model
    def _linked(self, job, move, invoice):
        """A partial credit note; it becomes a full one where Fiken's lines are ours."""
        drafts = self._drafts()
        lines, notes = drafts._invoice_lines(job, move)
        text = self._text(move)
        optional = drafts._optional_fields(move)
        optional.pop("invoiceText", None)
        project = self._project_fields(job, move).get("projectId")
        body = {
            "issueDate": str(self._date(move)),
            "invoiceId": int(invoice.remote_id),
            "currency": "NOK",
            "ourReference": move.name,
            "creditNoteText": text,
            **optional,
            "lines": lines,
        }
        if project:
            # Its other name is that of partial credit notes only (§4.5).
            body["project"] = project
        return Prepared(
            body,
            job.fiken_company_id._path(f"{self._endpoint.path}/partial"),
            identity={**self._identity(job, move), "text": text},
            note=joined(*notes, separator=" "),
        )

    @api.model
    def _text(self, move):
        """Odoo's number first: a linked credit note has no other key (§9)."""
        reason = self._drafts()._optional_fields(move).get("invoiceText", "")
        return self._shortened(": ".join(filter(None, [move.name, reason])), TEXT_LIMIT)

    @api.model
    def _identity(self, job, move) -> CreditNoteIdentity:
        return {
            **super()._identity(job, move),
            "gross": abs(money.to_ore(move.amount_total_signed)),
        }

    # Asking Fiken

    @api.model
    def _preflight(self, session, job, prepared):
        if prepared.verb is Verb.BOOK:
            return super()._preflight(session, job, prepared)
        self._check_series(session, job.fiken_company_id)
        invoice = self._read_invoice(session, job, prepared)
        over = self._over(session, job, prepared, invoice)
        body = prepared.body
        body["invoiceId"] = invoice["invoiceId"]
        if self._is_whole(invoice, body["lines"]):
            prepared.path = job.fiken_company_id._path(f"{self._endpoint.path}/full")
            prepared.body = {
                name: body[name]
                for name in ("issueDate", "invoiceId", "creditNoteText")
            }
        elif over:
            self._leave_out(job, prepared, over)
        return None

    @api.model
    def _read_invoice(self, session, job, prepared):
        papers = self.env["fiken.resource.invoice_papers"]
        original = job._record().reversed_entry_id
        invoices = self.env["fiken.resource.invoice"]
        issued = self.env["fiken.job"]._latest(
            original._name, original.ids, [invoices._resource]
        )
        return papers._read(
            session,
            job.fiken_company_id,
            prepared.body["invoiceId"],
            papers._draft_uuid(issued.get(original.id, job), original),
        )

    @api.model
    def _over(self, session, job, prepared, invoice):
        """Øre that it is more than what is left: parts are rounded one by one.

        :raise NeedsReview: more than that; somebody may have credited the invoice in
            Fiken already
        """
        credited = 0
        for note_id in invoice.get("associatedCreditNotes") or []:
            path = job.fiken_company_id._path(f"{self._endpoint.path}/{note_id}")
            credited += abs(session.get(path).row["gross"])
        ours = prepared.identity["gross"]
        over = credited + ours - invoice["gross"]
        cap = min(job.fiken_company_id.rounding_cap_ore, ours - 1)
        if credited and 0 < over <= cap:
            return over
        if over > 0:
            raise NeedsReview(
                _lt(
                    "Invoice %(number)s of %(gross)s is credited in Fiken by"
                    " %(credited)s already, so this credit note of %(ours)s is more"
                    " than what is left.",
                    number=invoice["invoiceNumber"],
                    gross=Amount(invoice["gross"]),
                    credited=Amount(credited),
                    ours=Amount(ours),
                )
            )
        return 0

    @api.model
    def _leave_out(self, job, prepared, over):
        """Give the invoice's last øre back to the rounding account they came from."""
        fiken_company, drafts = job.fiken_company_id, self._drafts()
        line = Line(
            account=drafts._rounding_account(fiken_company, job.vendor_id),
            vat_type=drafts._type_of_rounding(fiken_company),
            net=-over,
            vat=0,
            text=self.env._("Rounding of what was credited before"),
        )
        prepared.body["lines"].append(drafts._piece(line))
        prepared.identity["gross"] -= over
        note = _lt(
            "%(left)s was left to credit in Fiken, and it is %(odoo)s in Odoo: the"
            " difference is on %(account)s.",
            left=Amount(prepared.identity["gross"]),
            odoo=Amount(prepared.identity["gross"] + over),
            account=line.account,
        )
        prepared.note = joined(prepared.note, note, separator=" ")

    @api.model
    def _is_whole(self, invoice, lines):
        """Whether it credits all that the invoice in Fiken has, account by account."""
        if invoice.get("associatedCreditNotes"):
            return False
        there, ours = Counter(), Counter()
        for line in invoice["lines"]:
            key = line.get("incomeAccount"), (line.get("vatType") or "").upper()
            there[(*key, "net")] += line["net"]
            there[(*key, "vat")] += line["vat"]
        for line in lines:
            key = line["incomeAccount"], line["vatType"]
            net = money.line_net(
                line["quantity"], line["unitPrice"], line.get("discount") or 0
            )
            ours[(*key, "net")] += net
            ours[(*key, "vat")] += money.vat_of(net, vat.RATES[line["vatType"]])
        return there == ours

    @api.model
    def _check_series(self, session, fiken_company):
        if fiken_company.credit_series_started:
            return
        if not fiken_company._check_credit_series(session):
            raise MissingSetting(
                _lt(
                    "The credit note numbers of %(company)s have not been started in"
                    " Fiken. Choose the first number on the Fiken company and start"
                    " them. If they were started in Fiken since, press Retry.",
                    company=fiken_company.name,
                ),
                fiken_company,
            )

    @api.model
    def _find(self, session, fiken_company, identity: CreditNoteIdentity):
        if "text" not in identity:
            return super()._find(session, fiken_company, identity)
        rows = session.pages(
            fiken_company._path(self._endpoint.path),
            customerId=identity["contact"],
            issueDate=identity["date"],
        )
        return [
            self._hit(row, identity)
            for row in rows
            if row.get("creditNoteText") == identity["text"]
        ]

    @api.model
    def _is_ours(self, row, identity: CreditNoteIdentity):
        """Fiken gives the amounts of credit notes below zero (§5.6)."""
        return super()._is_ours({**row, "gross": abs(row["gross"])}, identity)
