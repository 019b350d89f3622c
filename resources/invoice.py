"""Invoices that Fiken issues: a draft with our uuid, then ``createInvoice``.

Facts: fiken-api.md §5.3 and §5.4. Unit prices are net, in øre; quantity and discount
are decimals. Fiken computes line totals and VAT itself.
"""

import uuid

from odoo import api, models
from odoo.tools import html2plaintext

from odoo.addons.fiken_connector.fiken_api import errors, money, vat

from .amounts import Line, settle_vat
from .base import Gap, Prepared, Sent, Stop

COMMENT_LIMIT = 200
TEXT_LIMIT = 500
REFERENCE_LIMIT = 100


class InvoiceDraftResource(models.AbstractModel):
    """The draft; its total is compared with Odoo's before anything is booked."""

    _name = "fiken.resource.invoice_draft"
    _inherit = "fiken.resource.document"
    _description = "Fiken Invoice Draft"

    _resource = "invoice_draft"
    _is_awaited = True

    @api.model
    def _label(self):
        return self.env._("Invoice draft")

    @api.model
    def _told_when_done(self):
        return self.env._("Draft in Fiken:")

    @api.model
    def _prepare(self, job, move):
        self._check(job, move)
        self._check_not_booked(job, move, "invoice")
        lines, note = self._invoice_lines(job, move)
        key = self._uuid(job, move)
        prepared = Prepared(
            {
                "type": "invoice",
                "uuid": key,
                "issueDate": str(self._date(move)),
                "daysUntilDueDate": self._days_until_due(move),
                "customerId": self._customer_id(job, move),
                "bankAccountNumber": self._bank_account_number(job.vendor_id),
                "currency": "NOK",
                "ourReference": self._shortened(move.name, REFERENCE_LIMIT),
                **self._optional_fields(move),
                "lines": lines,
            },
            job.fiken_company_id._path("/invoices/drafts"),
            sent_as={
                "key": key,
                "contact": str(self._customer_id(job, move)),
                "date": str(self._date(move)),
                "gross": money.to_ore(move.amount_total),
            },
            number=move.name,
            note=note,
        )
        binding = self._binding(job.fiken_company_id, move)
        if binding:
            prepared.change(binding.remote_id)
        return prepared

    @api.model
    def _uuid(self, job, move):
        """The same for the same invoice, another one for every other (§9)."""
        database = self.env["ir.config_parameter"].sudo().get_param("database.uuid")
        name = f"{database}/{job.fiken_company_id.slug}/{move._name}/{move.id}/{job.part}"
        return str(uuid.uuid5(uuid.NAMESPACE_URL, name))

    @api.model
    def _days_until_due(self, move):
        due = move.invoice_date_due or self._date(move)
        return max((due - self._date(move)).days, 0)

    @api.model
    def _bank_account_number(self, vendor):
        bank = vendor.bank_account_id
        if not bank or bank.bank_inactive or not bank.bank_account_number:
            raise Gap(
                self.env._(
                    "Fiken issues the invoices of %(vendor)s and prints a bank account"
                    " on them. Choose an open one on the vendor.",
                    vendor=vendor.name,
                ),
                vendor,
            )
        return bank.bank_account_number

    @api.model
    def _optional_fields(self, move):
        fields = {
            "yourReference": move.partner_id.name
            if move.partner_id != move.commercial_partner_id
            else "",
            "orderReference": move.ref,
            "invoiceText": move.narration and html2plaintext(move.narration),
        }
        limits = {"invoiceText": TEXT_LIMIT}
        return {
            name: self._shortened(value, limits.get(name, REFERENCE_LIMIT))
            for name, value in fields.items()
            if value
        }

    # Lines

    @api.model
    def _invoice_lines(self, job, move):
        """The lines as Fiken prints them, with what its arithmetic leaves to 7740."""
        comments = self._comments(move)
        lines, figures = [], []
        # Quantities and prices are Odoo's; net and VAT of each line must come out.
        for base_line, net, tax, taxes in self._base_lines(move):
            aml = base_line["record"]
            vat_type = self._vat_type(job, aml, taxes, tax)
            if vat_type not in vat.INVOICE_TYPES:
                raise Stop(
                    self.env._(
                        "Fiken issues no invoices with the VAT type of %(line)s (%(tax)s).",
                        line=aml.name,
                        tax=", ".join(taxes.mapped("name")),
                    )
                )
            account = job.vendor_id._account_code(base_line["account_id"])
            values, as_piece = self._quantity_and_price(aml, net)
            texts = [*comments.get(aml.id, []), *as_piece]
            if texts:
                values["comment"] = self._shortened(" · ".join(texts), COMMENT_LIMIT)
            lines.append(
                {
                    "description": self._shortened(aml.name or aml.product_id.name or "-"),
                    "incomeAccount": account,
                    "vatType": vat_type,
                    **values,
                    **self._product(job, aml),
                }
            )
            figures.append(Line(account, vat_type, net, tax))
        self._check_total(
            money.to_ore(move.amount_total), sum(line.gross for line in figures)
        )
        self._check_negative(job.fiken_company_id, figures)
        _settled, residues = settle_vat(figures, 0)
        self._check_cap(job.fiken_company_id, residues)
        for line in self._residue_lines(job, residues):
            lines.append(
                {
                    "description": line.text,
                    "incomeAccount": line.account,
                    "vatType": line.vat_type,
                    "quantity": 1,
                    "unitPrice": line.net,
                }
            )
        return lines, self._residue_note(job, residues)

    @api.model
    def _quantity_and_price(self, aml, net):
        """Quantity, price and discount as in Odoo where they give Odoo's net.

        Fiken's price is whole øre without VAT. A price with more decimals, or with
        VAT in it, may not multiply to Odoo's net: then the line is sent as one piece
        at its net, and a comment tells quantity and price.

        :return: (Fiken's fields, list of comments)
        """
        price = money.exact_ore(aml.price_unit)
        quantity, discount = money.decimal(aml.quantity), money.decimal(aml.discount)
        includes_vat = any(aml.tax_ids.mapped("price_include"))
        if (
            price is not None
            and not includes_vat
            and money.line_net(quantity, price, discount) == net
        ):
            values = {"quantity": float(quantity), "unitPrice": price}
            if discount:
                values["discount"] = float(discount)
            return values, []
        return {"quantity": 1, "unitPrice": net}, [self._calculation(aml)]

    @api.model
    def _calculation(self, aml):
        """Quantity × price − discount as a Norwegian reader writes it."""
        quantity, price, discount = (
            f"{money.decimal(value).normalize():f}".replace(".", ",")
            for value in (aml.quantity, aml.price_unit, aml.discount)
        )
        return f"{quantity} × {price}" + (f" − {discount} %" if aml.discount else "")

    @api.model
    def _comments(self, move):
        """{line id: texts} of the sections and notes that stand with a line.

        A section stands above its first line, a note below the line it follows.
        """
        comments, above, last = {}, [], None
        for aml in move.invoice_line_ids.sorted("sequence"):
            if aml.display_type in ("line_section", "line_subsection"):
                above.append(aml.name or "")
            elif aml.display_type == "line_note":
                if last is None:
                    above.append(aml.name or "")
                else:
                    comments.setdefault(last, []).append(aml.name or "")
            elif aml.display_type == "product":
                comments.setdefault(aml.id, []).extend(above)
                above, last = [], aml.id
        return comments

    @api.model
    def _product(self, job, aml):
        """The Fiken product of a line, so that Fiken's sales statistics know it."""
        if not aml.product_id:
            return {}
        products = self.env["fiken.resource.product"]
        remote_id = products._bound_id(job.fiken_company_id, aml.product_id)
        return {"productId": int(remote_id)}

    # After the write

    @api.model
    def _find(self, session, fiken_company, sent_as):
        """By our uuid, among drafts and, if somebody finished it, invoices (§9)."""
        key = sent_as["key"]
        return [
            Sent(
                str(row["draftId"]),
                row.get("ourReference") or "",
                matches=row.get("issueDate") == sent_as["date"]
                and row.get("gross") == sent_as["gross"],
            )
            for row in session.pages(fiken_company._path("/invoices/drafts"), uuid=key)
            if row.get("uuid") == key
        ]

    @api.model
    def _url(self, fiken_company, sent):
        return fiken_company._web_url(f"/faktura/utkast/{sent.remote_id}")


class InvoiceResource(models.AbstractModel):
    """``createInvoice``: Fiken books the draft and gives number, KID and PDF."""

    _name = "fiken.resource.invoice"
    _inherit = "fiken.resource.document"
    _description = "Fiken Invoice"

    _resource = "invoice"
    _priority = 55

    @api.model
    def _label(self):
        return self.env._("Invoice")

    @api.model
    def _told_when_done(self):
        return self.env._("Booked in Fiken:")

    @api.model
    def _prepare(self, job, move):
        self._check(job, move)
        self._check_not_booked(job, move, "invoice")
        drafts = self.env["fiken.resource.invoice_draft"]
        draft_id = drafts._bound_id(job.fiken_company_id, move, job.vendor_id)
        return Prepared(
            None,
            job.fiken_company_id._path(f"/invoices/drafts/{draft_id}/createInvoice"),
            sent_as={
                "key": drafts._uuid(job, move),
                "contact": str(self._customer_id(job, move)),
                "date": str(self._date(move)),
                "gross": money.to_ore(move.amount_total),
                "draft_id": draft_id,
            },
        )

    @api.model
    def _needs_look(self, prepared):
        return True

    @api.model
    def _look_first(self, session, job, prepared):
        """Fiken's own total of the draft against Odoo's, and whether it can number."""
        fiken_company = job.fiken_company_id
        draft_id = prepared.sent_as["draft_id"]
        try:
            draft = session.get(
                fiken_company._path(f"/invoices/drafts/{draft_id}")
            ).body
        except errors.NotFound as error:
            booked = self._find(session, fiken_company, prepared.sent_as)
            if len(booked) == 1 and booked[0].matches:
                return booked[0]
            raise Stop(
                self.env._(
                    "The draft was deleted in Fiken. Send the invoice anew, or say that"
                    " it is not wanted."
                )
            ) from error
        self._check_total(prepared.sent_as["gross"], draft["gross"])
        if not fiken_company.invoice_series_started:
            if not fiken_company._check_invoice_series(session):
                raise Gap(
                    self.env._(
                        "The invoice numbers of %(company)s have not been started in"
                        " Fiken. Choose the first number there, then press Test"
                        " connection.",
                        company=fiken_company.name,
                    ),
                    fiken_company,
                )
        return None

    @api.model
    def _done(self, session, job, sent):
        papers = self.env["fiken.resource.invoice_papers"]
        papers._owe(job._record(), job.fiken_company_id, job.vendor_id, wake=False)

    @api.model
    def _setting_of_cause(self, job, cause):
        return {
            "number_series": job.fiken_company_id,
            "bank_account_missing": job.vendor_id,
            "bank_account_unverified": job.vendor_id,
        }.get(cause)

    @api.model
    def _find(self, session, fiken_company, sent_as):
        key = sent_as["key"]
        rows = session.pages(fiken_company._path("/invoices"), invoiceDraftUuid=key)
        return [
            Sent(
                str(row["invoiceId"]),
                str(row["invoiceNumber"]),
                matches=row.get("issueDate") == sent_as["date"]
                and abs(row.get("gross", 0)) == sent_as["gross"],
            )
            for row in rows
            if row.get("invoiceDraftUuid") == key
        ]

    @api.model
    def _url(self, fiken_company, sent):
        return fiken_company._web_url(f"/faktura/{sent.remote_id}")


class InvoicePapersResource(models.AbstractModel):
    """Number, KID and PDF of an invoice that Fiken issued, fetched for Odoo.

    A job of its own, so that a network that fails after ``createInvoice`` costs
    nothing: it only reads, and may be repeated.
    """

    _name = "fiken.resource.invoice_papers"
    _inherit = "fiken.resource.document"
    _description = "Papers of a Fiken Invoice"

    _resource = "invoice_papers"
    _priority = 60

    @api.model
    def _label(self):
        return self.env._("Number, KID and PDF")

    @api.model
    def _told_when_done(self):
        return self.env._("Number, KID and PDF came from Fiken:")

    @api.model
    def _prepare(self, job, move):
        invoices = self.env["fiken.resource.invoice"]
        return Prepared(None, invoices._bound_id(job.fiken_company_id, move, job.vendor_id))

    @api.model
    def _write(self, session, job, prepared):
        move, fiken_company = job._record(), job.fiken_company_id
        row = self._read(session, fiken_company, prepared.path, self._draft_uuid(job, move))
        pdf = row.get("invoicePdf") or {}
        if not pdf.get("downloadUrl"):
            raise errors.Busy(self.env._("Fiken has not made the PDF yet."))
        return Sent(
            str(row["invoiceId"]),
            str(row["invoiceNumber"]),
            url=pdf.get("downloadUrlWithFikenNormalUserCredentials") or "",
            data={
                "kid": row.get("kid") or "",
                "pdf": session.download(pdf["downloadUrl"]),
            },
        )

    @api.model
    def _draft_uuid(self, job, move):
        return self.env["fiken.resource.invoice_draft"]._uuid(job, move)

    @api.model
    def _read(self, session, fiken_company, invoice_id, draft_uuid):
        """The booked invoice. One source says that createInvoice's Location held the
        sale's id (fiken-api.md §5.4), so its uuid is checked.
        """
        try:
            row = session.get(fiken_company._path(f"/invoices/{invoice_id}")).body
            if row.get("invoiceDraftUuid") == draft_uuid:
                return row
        except errors.NotFound:
            pass
        for row in session.pages(
            fiken_company._path("/invoices"), invoiceDraftUuid=draft_uuid
        ):
            if row.get("invoiceDraftUuid") == draft_uuid:
                return row
        raise Stop(
            self.env._("The invoice cannot be found in Fiken. Look for it there.")
        )

    @api.model
    def _done(self, session, job, sent):
        move = job._record()
        invoice = self.env["fiken.resource.invoice"]._binding(job.fiken_company_id, move)
        invoice.write(
            {
                "remote_id": sent.remote_id,
                "number": sent.number,
                "url": self.env["fiken.resource.invoice"]._url(job.fiken_company_id, sent),
            }
        )
        move._fiken_take_papers(sent.number, sent.data["kid"], sent.data["pdf"])
