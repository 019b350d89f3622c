"""Bills, refunds and receipts of suppliers: Fiken's purchases.

Facts: fiken-api.md §6.1. Amounts in øre; of a document in another currency,
in 1/100 of that, with Odoo's øre beside them.
"""

from dataclasses import replace

from odoo import api, fields, models

from ...figures import bill_match
from ...figures.amounts import Line, split
from ...fiken_api import money, vat
from ..outbox.fiken_resource import Gap, Prepared, Sent, Stop, Waits

# Odoo keeps per cents with two decimals.
ROUNDED = 0.005
RECEIPT = "in_receipt"
REFUND = "in_refund"


class PurchaseResource(models.AbstractModel):
    """A booked purchase: owed to a supplier, or paid on the spot (a receipt)."""

    _name = "fiken.resource.purchase"
    _inherit = ["fiken.resource.booked", "fiken.resource.document"]
    _description = "Fiken Purchase"

    _resource = "purchase"
    _takes_nok = True
    _booked_as = "purchase"
    _drafted_as = "purchase_draft"
    _side = "purchase"

    @api.model
    def _label(self):
        return self.env._("Purchase")

    @api.model
    def _prepare(self, job, move):
        self._check(job, move)
        self._check_not_booked(job, move)
        self._check_refund(job, move)
        lines, note = self._posted_lines(job, move)
        draft = self._draft_to_book(job, move)
        if not draft:
            path, body = "/purchases", self._body(job, move, lines)
        else:
            # *Book in Fiken*: the draft becomes the purchase, with its attachments.
            path = f"{self._drafts()._drafts_at}/{draft.remote_id}/createPurchase"
            body = None
        return Prepared(
            body,
            job.fiken_company_id._path(path),
            sent_as=self._sent_as(job, move),
            number=self._number(job, move),
            note=note,
        )

    # Checks

    @api.model
    def _check_refund(self, job, move):
        vendor = job.vendor_id
        if move.move_type != REFUND or vendor.refund_bill == "negative":
            return
        if vendor.refund_bill == "draft" and self._resource == self._drafted_as:
            return
        raise Gap(
            self.env._(
                "%(name)s is a supplier's refund, which Fiken takes as a negative"
                " purchase only. Choose on %(vendor)s that they go like that, or book"
                " it in Fiken yourself and mark it Do not send.",
                name=move.name,
                vendor=vendor.name,
            ),
            vendor,
        )

    @api.model
    def _check_negative(self, fiken_company, lines):
        """A whole refund is the vendor's choice, a negative line that of the books."""
        if sum(line.gross for line in lines) < 0:
            return None
        return super()._check_negative(fiken_company, lines)

    # Lines

    @api.model
    def _lines(self, job, move):
        """The bill as :class:`Line`s, checked against Odoo's own totals."""
        lines = []
        sign = -1 if move.move_type == REFUND else 1
        is_foreign = self._is_foreign(move)
        for base_line, net, tax, taxes in self._base_lines(move):
            if not net and not tax:
                continue
            line = self._line(job, base_line, net, tax, taxes)
            if is_foreign:
                self._check_foreign(move, line, base_line)
                line.net_currency = net + tax
                line.net, line.vat = self._in_nok(base_line, net, tax), 0
            line = line if sign > 0 else -line
            for part in self._without_base(line):
                lines += split(part, self._shares(job, base_line["record"]))
        self._check_totals(move, lines)
        return lines

    @api.model
    def _check_totals(self, move, lines):
        """A refund goes with negative amounts."""
        if move.move_type == REFUND:
            lines = [-line for line in lines]
        return super()._check_totals(move, lines)

    @api.model
    def _line(self, job, base_line, net, tax, taxes):
        aml = base_line["record"]
        vat_type = self._vat_type(job, aml, taxes, tax)
        if vat_type == "OUTSIDE":
            # VAT that the company cannot deduct is part of what it bought.
            net, tax = net + tax, 0
        return Line(
            account=self._account_code(job, base_line),
            vat_type=vat_type,
            net=net,
            vat=tax,
            text=self._line_name(aml),
        )

    @api.model
    def _without_base(self, line):
        """Import VAT: Fiken's line is the VAT alone, so its base is one of its own."""
        if line.vat_type not in vat.VAT_ONLY_TYPES:
            return [line]
        base = replace(line, vat_type="NONE", vat=0)
        return [base, replace(line, net=0)] if line.net else [line]

    @api.model
    def _account_code(self, job, base_line):
        return job.vendor_id._bill_code(
            base_line["account_id"],
            base_line["product_id"],
            base_line["record"].move_id.fiscal_position_id,
        )

    @api.model
    def _vat_type(self, job, aml, taxes, tax_ore):
        if not job.fiken_company_id._is_vat_registered():
            return "OUTSIDE"
        return super()._vat_type(job, aml, taxes, tax_ore)

    @api.model
    def _type_without_tax(self, vendor):
        """Purchases have one type without VAT, where sales have five (§7)."""
        return "NONE"

    # Other currencies

    @api.model
    def _check_foreign(self, move, line, base_line):
        """Fiken books no Norwegian VAT in another currency (fiken-api.md §6.1)."""
        if vat.charges_vat(line.vat_type):
            raise Stop(
                self.env._(
                    "%(name)s is in %(currency)s and has Norwegian VAT (%(line)s);"
                    " Fiken takes such a purchase in NOK only. Enter the bill in NOK.",
                    name=move.name,
                    currency=move.currency_id.name,
                    line=self._line_name(base_line["record"]),
                )
            )

    @api.model
    def _in_nok(self, base_line, net, tax):
        """Odoo's own øre of a line, net and tax: its rate is the one that counts."""
        amounts = self._amounts(base_line, net, tax)
        return amounts["net"] + amounts["vat"]

    # Projects

    @api.model
    def _shares(self, job, aml):
        """{Fiken's project id: per cent of the line}; what names none is the default's.

        :raise Waits: a project is not in Fiken yet
        """
        vendor = job.vendor_id
        if not vendor.projects_enabled or aml.display_type != "product":
            return {"": 100}
        percents = {}
        for key, percent in (aml.analytic_distribution or {}).items():
            for account in vendor._projects_of_key(key):
                percents[account] = percents.get(account, 0) + percent
        rest = 100 - sum(percents.values())
        if abs(rest) <= ROUNDED * len(percents):
            # Seven sevenths are 100.03 in Odoo: the last one takes what is left.
            rest = 0
        if rest < 0:
            raise Stop(
                self.env._(
                    "The projects of %(line)s add up to more than 100 %%.",
                    line=self._line_name(aml),
                )
            )
        if rest:
            default = vendor.default_project_id
            percents[default] = percents.get(default, 0) + rest
        projects = self.env["fiken.resource.project"]
        return {
            projects._bound_id(job.fiken_company_id, account, vendor)
            if account
            else "": percent
            for account, percent in percents.items()
        }

    # The payload

    @api.model
    def _body(self, job, move, lines):
        body = {
            "identifier": self._key(job, move),
            "date": str(self._date(move)),
            "currency": move.currency_id.name,
            "lines": [self._body_line(move, line) for line in lines],
        }
        if move.move_type == RECEIPT:
            code, date, in_nok = self.env["fiken.receipt.payment"]._of(job, move)
            body.update(
                kind="cash_purchase", paymentAccount=code, paymentDate=str(date)
            )
            if self._is_foreign(move):
                body["paymentAmountInNok"] = in_nok
            return body
        body.update(
            kind="supplier",
            supplierId=int(self._supplier_id(job, move)),
            dueDate=str(move.invoice_date_due or self._date(move)),
        )
        kid = self._kid(move)
        if kid:
            body["kid"] = kid
        return body

    @api.model
    def _body_line(self, move, line):
        values = {
            "description": line.text,
            "vatType": line.vat_type,
            "account": line.account,
            "netPrice": line.net,
            "vat": line.vat,
        }
        if self._is_foreign(move):
            values.update(netPriceInCurrency=line.net_currency, vatInCurrency=0)
        if line.project:
            values["projectId"] = int(line.project)
        return values

    @api.model
    def _key(self, job, move):
        """The supplier's own number; ours where a person entered none."""
        return self._one_line(move.ref) or move.name

    @api.model
    def _number(self, job, move):
        return self._key(job, move)

    @api.model
    def _sent_as(self, job, move):
        is_receipt = move.move_type == RECEIPT
        gross = money.to_ore(move.amount_total)
        sent_as = {
            "key": self._key(job, move),
            "contact": "" if is_receipt else self._supplier_id(job, move),
            "date": str(self._date(move)),
            "gross": -gross if move.move_type == REFUND else gross,
        }
        draft = self._drafts()._binding(job.fiken_company_id, move)
        if draft:
            sent_as["draft_id"] = draft.remote_id
        return sent_as

    @api.model
    def _supplier_id(self, job, move):
        """The Fiken id of the supplier, who must be marked as one there.

        :raise Waits: she is not in Fiken yet, or only as a customer
        """
        contacts = self.env["fiken.resource.contact"]
        fiken_company, partner = job.fiken_company_id, move.commercial_partner_id
        remote_id = contacts._bound_id(fiken_company, partner)
        if not contacts._is_supplier(fiken_company, partner):
            raise Waits(contacts, partner, job.vendor_id)
        return remote_id

    # Asking Fiken

    @api.model
    def _needs_look(self, prepared):
        return True

    @api.model
    def _look_first(self, session, job, prepared):
        """Before a draft is booked, or a bill that may be there is sent."""
        if prepared.body is not None:
            self._check_unknown(session, job, prepared.sent_as)
            return None
        return self._look_at_draft(session, job, prepared)

    @api.model
    def _check_unknown(self, session, job, bill):
        """A bill that somebody booked or scanned in Fiken is shown, not doubled.

        :raise Stop: a person must say whether it is the same
        """
        fiken_company = job.fiken_company_id
        found = [
            {
                "kind": "purchase",
                "id": str(row["purchaseId"]),
                "number": row.get("identifier") or row["date"],
                "url": self._web_page(fiken_company, str(row["purchaseId"])),
            }
            for row in self._nearby(session, fiken_company, bill)
            if bill_match.is_same_bill(row, bill)
            and not self._is_linked(fiken_company, str(row["purchaseId"]))
        ]
        supplier = job._record().commercial_partner_id.name
        found += [
            {
                "kind": "inbox",
                "id": str(row["documentId"]),
                "number": row.get("name") or row.get("filename") or "",
                "url": row.get("documentUrlWithFikenNormalUserCredentials") or "",
            }
            for row in self._inbox(session, fiken_company)
            if bill_match.mentions(row, bill["key"], supplier)
        ]
        found = [one for one in found if not job._is_passed_over(one)]
        if found:
            raise Stop(self._found_text(job, found), found=found)

    @api.model
    def _found_text(self, job, found):
        words = {
            "purchase": self.env._("the purchase %(number)s"),
            "inbox": self.env._("%(number)s in the inbox"),
        }
        return self.env._(
            "%(name)s may be in Fiken already: %(found)s. Look there, then say in this"
            " job whether it is the same.",
            name=job._record().display_name,
            found=", ".join(
                words[one["kind"]] % {"number": one["number"]} for one in found
            ),
        )

    @api.model
    def _nearby(self, session, fiken_company, bill):
        """The purchases of the days around a bill, read once in a run."""
        key = ("purchases", fiken_company.id, bill["date"])
        if key not in session.kept:
            session.kept[key] = list(self._around(session, fiken_company, bill))
        return session.kept[key]

    @api.model
    def _around(self, session, fiken_company, bill):
        day = fields.Date.to_date(bill["date"])
        return session.pages(
            fiken_company._path("/purchases"),
            dateGe=str(day - bill_match.WINDOW),
            dateLe=str(day + bill_match.WINDOW),
        )

    @api.model
    def _inbox(self, session, fiken_company):
        key = ("inbox", fiken_company.id)
        if key not in session.kept:
            rows = session.pages(fiken_company._path("/inbox"), status="unused")
            session.kept[key] = [row for row in rows if not row.get("status")]
        return session.kept[key]

    @api.model
    def _is_linked(self, fiken_company, remote_id):
        """Whether it is another bill of ours."""
        return bool(
            self.env["fiken.binding"].search_count(
                [
                    ("fiken_company_id", "=", fiken_company.id),
                    ("resource", "=", self._booked_as),
                    ("remote_id", "=", remote_id),
                ],
                limit=1,
            )
        )

    @api.model
    def _find(self, session, fiken_company, sent_as):
        """No filter knows the number: the days around it, row by row (§9)."""
        return [
            Sent(
                str(row["purchaseId"]),
                row.get("identifier") or sent_as["key"],
                matches=self._is_ours(row, sent_as),
            )
            for row in self._around(session, fiken_company, sent_as)
            if not row.get("deleted")
            and self._carries_key(row, sent_as)
            and not self._is_linked(fiken_company, str(row["purchaseId"]))
        ]

    @api.model
    def _carries_key(self, row, sent_as):
        if bill_match.contact_of(row) != sent_as["contact"]:
            return False
        if "draft_id" in sent_as and not row.get("identifier"):
            # It is unknown whether a draft's number becomes the purchase's (§13).
            return self._is_ours(row, sent_as)
        return row.get("identifier") == sent_as["key"]

    @api.model
    def _is_ours(self, row, sent_as):
        return (
            row.get("date") == sent_as["date"]
            and bill_match.gross_of(row) == sent_as["gross"]
        )

    @api.model
    def _done(self, session, job, sent):
        job._record()._fiken_owe_settlement()
        self._owe_original(job, sent)

    @api.model
    def _owe_original(self, job, sent):
        files = self.env["fiken.resource.attachment"]
        files._owe_files(job._record()._fiken_original_files(), self, job, sent)

    @api.model
    def _web_page(self, fiken_company, remote_id):
        return fiken_company._web_url(f"/kjop/{remote_id}")

    @api.model
    def _url(self, fiken_company, sent):
        return self._web_page(fiken_company, sent.remote_id)
