"""What sales documents have in common: their lines as Fiken accounts and VAT types.

Fiken has credit notes of its own invoices only. A credit note that Odoo issued is a
sale with negative amounts there, which no source has seen accepted: the vendor decides
(fiken-api.md §5.6, §6.1).
"""

from odoo import api, fields, models

from ...figures.amounts import Line, grouped, settle_vat
from ...fiken_api import errors, kid, money
from ..outbox.fiken_resource import Gap, Nothing, Prepared, Stop, Waits, read_along

TEXT_LIMIT = 200


class DocumentResource(models.AbstractModel):
    """An invoice of Odoo on its way to Fiken, whoever issues it."""

    _name = "fiken.resource.document"
    _inherit = "fiken.resource"
    _description = "Fiken Document"

    _record_model = "account.move"
    _priority = 50
    _is_told = True

    # The resources of the booked document and of its draft.
    _booked_as = ""
    _drafted_as = ""
    # Which of a tax's VAT types is meant: sale or purchase.
    _side = "sale"
    # Where Fiken keeps the drafts, below the company.
    _drafts_at = ""
    # Whether Fiken takes Odoo's NOK beside the amounts in another currency.
    _takes_nok = False

    # Checks

    @api.model
    def _check(self, job, move):
        """What holds for every document before its figures are looked at."""
        fiken_company, vendor = job.fiken_company_id, job.vendor_id
        if move.state != "posted":
            raise Nothing(self.env._("It is no longer posted in Odoo."))
        if not vendor._is_active_on(self._date(move)):
            raise Nothing(
                self.env._(
                    "It is dated %(date)s, before %(vendor)s was enabled for Fiken"
                    " (%(since)s).",
                    date=self._date(move),
                    vendor=vendor.name,
                    since=vendor.enabled_since or "-",
                )
            )
        if move.company_currency_id.name != "NOK":
            raise Stop(
                self.env._(
                    "Fiken keeps its books in NOK, but %(company)s keeps them in"
                    " %(currency)s.",
                    company=move.company_id.name,
                    currency=move.company_currency_id.name,
                )
            )
        self._check_anything(move.line_ids.mapped("balance"))
        self._check_currency(move)
        start = fiken_company.accounting_start_date
        if start and self._date(move) < start:
            raise Stop(
                self.env._(
                    "It is dated %(date)s, before the books in Fiken start"
                    " (%(start)s).",
                    date=self._date(move),
                    start=start,
                )
            )

    @api.model
    def _check_not_booked(self, job, move):
        """A document is booked once, whatever happens to it in Odoo afterwards."""
        booked = self._booked()._binding(job.fiken_company_id, move)
        if booked:
            raise Nothing(
                self.env._(
                    "It is booked in Fiken already (%(number)s).",
                    number=booked.display_name,
                )
            )

    @api.model
    def _date(self, move):
        return move.invoice_date or move.date

    @api.model
    def _date_note(self, move):
        """Odoo moves the accounting date out of a locked period; Fiken has one date."""
        if move.date == self._date(move):
            return ""
        return self.env._(
            "Odoo books it on %(odoo)s, Fiken on the date of the document, %(fiken)s.",
            odoo=move.date,
            fiken=self._date(move),
        )

    # Currency

    @api.model
    def _is_foreign(self, move):
        return move.currency_id != move.company_currency_id

    @api.model
    def _check_currency(self, move):
        """Odoo's amounts in NOK are what is booked, or nothing is.

        Fiken's order lines take both amounts (fiken-api.md §5.7); its drafts and
        invoices take the currency's only, and Fiken would use a rate of its own.
        """
        if not self._is_foreign(move):
            return
        if not self._takes_nok:
            raise Stop(self._why_not_in_currency(move.currency_id.name))
        if not self._has_rate(move):
            raise Stop(
                self.env._(
                    "Odoo has no rate for %(currency)s on %(date)s and counted it as"
                    " NOK one to one. Enter the rate, reset the document to draft and"
                    " confirm it again.",
                    currency=move.currency_id.name,
                    date=self._date(move),
                )
            )
        if move.currency_id.decimal_places > 2:
            raise Stop(
                self.env._(
                    "It is in %(currency)s, which has more than two decimals. Fiken"
                    " takes two.",
                    currency=move.currency_id.name,
                )
            )

    @api.model
    def _has_rate(self, move):
        """Whether its rate was given: Odoo takes 1 where it knows none."""
        if move.invoice_currency_rate != 1:
            return True
        rates = move.currency_id.sudo().rate_ids
        companies = (False, move.company_id.root_id)
        return any(
            (rate.company_id or False) in companies and rate.name <= self._date(move)
            for rate in rates
        )

    @api.model
    def _why_not_in_currency(self, currency):
        if self._booked()._takes_nok:
            return self.env._(
                "It is in %(currency)s. A draft in Fiken has no room for Odoo's amounts"
                " in NOK, so Fiken would use a rate of its own. Choose Booked for it.",
                currency=currency,
            )
        return self.env._(
            "It is in %(currency)s, and Fiken would count it into NOK at a rate of its"
            " own. Book it in Fiken yourself.",
            currency=currency,
        )

    @api.model
    def _amounts(self, base_line, net, tax):
        """A line's amounts for :class:`Line`, from those in its own currency (øre).

        In another currency the NOK are those of Odoo's journal, at Odoo's rate.
        """
        aml = base_line["record"]
        move = aml.move_id
        if not self._is_foreign(move):
            return {"net": net, "vat": tax}
        taxes = base_line["tax_details"]["taxes_data"]
        return {
            "net": money.to_ore(aml.balance) * move.direction_sign,
            "vat": money.to_ore(sum(data["tax_amount"] for data in taxes)),
            "net_currency": net,
            "vat_currency": tax,
        }

    # Lines

    @api.model
    def _read_ahead(self, moves):
        # Odoo's helper would read these for one document at a time.
        moves.line_ids.fetch(["tax_ids", "tax_tag_ids"])

    @api.model
    def _base_lines(self, move):
        """Odoo's own rounded figures, one entry per line that carries an amount.

        The net is the journal's: what the helper computes would follow a rounding
        method that was changed since. VAT by line is the helper's, which spreads the
        tax that is in the journal over the lines. Cost of goods is no part of it.
        """
        base_lines, _tax_lines = move._get_rounded_base_and_tax_lines()
        for base_line in sorted(base_lines, key=self._place):
            net = base_line["record"].amount_currency * move.direction_sign
            taxes = base_line["tax_details"]["taxes_data"]
            tax = sum(data["tax_amount_currency"] for data in taxes)
            yield (
                base_line,
                money.to_ore(net),
                money.to_ore(tax),
                self.env["account.tax"].union(*(data["tax"] for data in taxes)),
            )

    @api.model
    def _place(self, base_line):
        """Where a line stands on the printed invoice."""
        aml = base_line["record"]
        return aml.display_type != "product", aml.sequence, aml.id

    @api.model
    def _lines(self, job, move):
        """The document as :class:`Line`s, checked against Odoo's own totals."""
        lines = []
        for base_line, net, tax, taxes in self._base_lines(move):
            aml = base_line["record"]
            if not net and not tax:
                continue
            lines.append(
                Line(
                    account=self._account_code(job, base_line),
                    vat_type=self._vat_type(job, aml, taxes, tax),
                    text=self._line_name(aml),
                    **self._amounts(base_line, net, tax),
                )
            )
        self._check_totals(move, lines)
        return lines

    @api.model
    def _check_totals(self, move, lines):
        """The lines against Odoo's totals, which confirmed are never below zero."""
        self._check_total(
            abs(money.to_ore(move.amount_total_signed)),
            sum(line.gross for line in lines),
        )
        if self._is_foreign(move):
            self._check_total(
                money.to_ore(move.amount_total),
                sum(line.gross_currency for line in lines),
            )

    @api.model
    def _account_code(self, job, base_line):
        return job.vendor_id._document_code(
            base_line["account_id"],
            base_line["product_id"],
            "income",
            base_line["record"].move_id.fiscal_position_id,
        )

    @api.model
    def _line_name(self, aml):
        return aml.name or aml.product_id.name or aml.account_id.name

    @api.model
    def _check_anything(self, amounts):
        if not any(amounts):
            raise Nothing(
                self.env._("There is nothing to book: every amount on it is zero.")
            )

    @api.model
    def _check_total(self, odoo, computed):
        if odoo != computed:
            raise Stop(
                self.env._(
                    "The figures do not add up, so nothing was sent. Odoo's total:"
                    " %(odoo)s. Fiken's: %(fiken)s.",
                    odoo=money.kroner(odoo),
                    fiken=money.kroner(computed),
                )
            )

    @api.model
    def _vat_type(self, job, aml, taxes, tax_ore):
        """The one VAT type of a line; five different zero taxes are told apart."""
        fiken_company = job.fiken_company_id
        if not fiken_company._is_vat_registered():
            if tax_ore:
                raise Stop(
                    self.env._(
                        "%(line)s has VAT, but %(company)s is not registered for VAT in"
                        " Fiken. Remove the tax, or register the company in Fiken and"
                        " press Test connection.",
                        line=self._line_name(aml),
                        company=fiken_company.name,
                    )
                )
            return "OUTSIDE"
        if aml.display_type == "rounding":
            return self._type_of_rounding(fiken_company)
        if aml.display_type == "epd":
            raise Stop(
                self.env._(
                    "Its payment term lowers the VAT for an early payment already on"
                    " the invoice. In Fiken the VAT of a line is its rate. Choose on"
                    " the payment term that the discount lowers the VAT on early"
                    " payment, or never."
                )
            )
        if not taxes:
            return self._type_without_tax(job)
        if len(taxes) > 1:
            raise Stop(
                self.env._(
                    "%(line)s has several taxes (%(taxes)s). Fiken takes one VAT type a"
                    " line: split the line.",
                    line=self._line_name(aml),
                    taxes=", ".join(taxes.mapped("name")),
                )
            )
        return taxes._fiken_type(self._side)

    @api.model
    def _type_without_tax(self, job):
        return job.vendor_id._type_without_tax()

    @api.model
    def _posted_lines(self, job, move):
        """The lines that are posted in Fiken, with the rounding account's, and a note.

        One by one, as a company that rounds tax per line, or summed per account and
        VAT type, as one that rounds globally: Fiken's arithmetic meets Odoo's in one
        of the two, whatever the company's setting was when the invoice was confirmed.
        Negative lines are always summed, since Fiken may refuse them.
        """
        fiken_company = job.fiken_company_id
        lines = self._lines(job, move)
        summed = [line for line in grouped(lines) if line]
        per_line = move.company_id.tax_calculation_rounding_method == "round_per_line"
        ways = [lines, summed] if per_line else [summed, lines]
        if any(line.gross < 0 for line in lines):
            ways = [summed]
        self._check_anything(line.gross for line in summed)
        self._check_negative(fiken_company, ways[0])
        lines, residues = min(
            (settle_vat(way, fiken_company.vat_tolerance_ore) for way in ways),
            key=lambda settled: sum(residue.size for residue in settled[1]),
        )
        self._check_cap(fiken_company, residues)
        lines += self._residue_lines(job, residues)
        self._check_totals(move, lines)
        for line in lines:
            line.text = self._shortened(line.text, TEXT_LIMIT)
        notes = [self._residue_note(job, residues), self._date_note(move)]
        return lines, " ".join(filter(None, notes))

    @api.model
    def _residue_lines(self, job, residues):
        if not residues:
            return []
        account = self._rounding_account(job.fiken_company_id, job.vendor_id)
        return [
            Line(
                account=account,
                vat_type=self._type_of_rounding(job.fiken_company_id),
                net=residue.difference,
                vat=0,
                net_currency=residue.difference_currency,
                text=self.env._("Rounding of VAT, %(type)s", type=residue.vat_type),
            )
            for residue in residues
        ]

    @api.model
    def _rounding_account(self, fiken_company, vendor):
        ledger = vendor.ledger_id
        chart = self.env["fiken.account"]._codes(fiken_company)
        if chart and ledger.rounding_code not in chart:
            raise Gap(
                self.env._(
                    "Øre of VAT are left over, but the rounding account %(code)s of the"
                    " ledger %(ledger)s is not in Fiken's chart.",
                    code=ledger.rounding_code,
                    ledger=ledger.name,
                ),
                ledger,
            )
        return ledger.rounding_code

    @api.model
    def _residue_note(self, job, residues):
        account = job.vendor_id.ledger_id.rounding_code
        notes = [
            self.env._(
                "VAT %(type)s: Odoo %(odoo)s, Fiken %(fiken)s; the difference is on"
                " %(account)s.",
                type=residue.vat_type,
                odoo=money.kroner(residue.odoo_vat),
                fiken=money.kroner(residue.fiken_vat),
                account=account,
            )
            for residue in residues
            if residue.difference
        ]
        notes += [
            self.env._(
                "VAT %(type)s in the document's currency: Odoo %(odoo)s, Fiken"
                " %(fiken)s; the difference is on %(account)s.",
                type=residue.vat_type,
                odoo=money.kroner(residue.odoo_currency),
                fiken=money.kroner(residue.fiken_currency),
                account=account,
            )
            for residue in residues
            if residue.difference_currency
        ]
        return " ".join(notes)

    @api.model
    def _type_of_rounding(self, fiken_company):
        return "NONE" if fiken_company._is_vat_registered() else "OUTSIDE"

    @api.model
    def _check_cap(self, fiken_company, residues):
        total = sum(residue.size for residue in residues)
        if total > fiken_company.rounding_cap_ore:
            raise Stop(
                self.env._(
                    "VAT in Odoo and at Fiken's rate differ by more than the rounding"
                    " cap. %(figures)s",
                    figures=self._residue_figures(residues),
                )
            )

    @api.model
    def _residue_figures(self, residues):
        return " ".join(
            self.env._(
                "%(type)s: Odoo %(odoo)s, Fiken %(fiken)s.",
                type=residue.vat_type,
                odoo=money.kroner(residue.odoo_vat),
                fiken=money.kroner(residue.fiken_vat),
            )
            for residue in residues
        )

    @api.model
    def _check_negative(self, fiken_company, lines):
        negative = [line for line in lines if line.gross < 0]
        if negative and fiken_company.negative_lines == "stop":
            raise Gap(
                self.env._(
                    "The amount of account %(account)s is negative (%(amount)s), and it"
                    " is not certain that Fiken takes that. Allow it on the Fiken"
                    " company, or book this one in Fiken yourself.",
                    account=negative[0].account,
                    amount=money.kroner(negative[0].gross),
                ),
                fiken_company,
            )

    # Drafts

    @api.model
    def _booked(self):
        return self.env[f"fiken.resource.{self._booked_as}"]

    @api.model
    def _drafts(self):
        return self.env[f"fiken.resource.{self._drafted_as}"]

    @api.model
    def _draft_to_book(self, job, move):
        """The link to the draft in Fiken that this job books, if there is one.

        What an accountant changed in it stays; what changed in Odoo goes there first.

        :raise Waits: the draft is still to be sent
        """
        drafts, fiken_company = self._drafts(), job.fiken_company_id
        if read_along(
            move,
            ("owed", fiken_company.id, drafts._resource),
            lambda moves: self.env["fiken.job"]._owed(drafts, fiken_company, moves),
        ):
            raise Waits(drafts, move, job.vendor_id)
        return drafts._binding(job.fiken_company_id, move)

    @api.model
    def _read_draft(self, session, path):
        """The draft as Fiken has it now, or None when it is gone."""
        try:
            return session.get(path).body
        except errors.NotFound:
            return None

    @api.model
    def _as_draft(self, job, move, body, note):
        """The write of a draft: a new one, or a change of the one that is there."""
        prepared = Prepared(
            body,
            job.fiken_company_id._path(self._drafts_at),
            sent_as=self._sent_as(job, move),
            number=self._number(job, move),
            note=note,
        )
        binding = self._binding(job.fiken_company_id, move)
        if binding:
            prepared.change(binding.remote_id)
        return prepared

    @api.model
    def _number(self, job, move):
        """What a person calls it in Fiken."""
        return move.name

    @api.model
    def _look_at_draft(self, session, job, prepared):
        """What an accountant did to the draft is noticed before it is booked.

        :return Sent: it is booked already; None: it is as we left it
        :raise Stop: its total is another one, or it was deleted
        """
        draft = self._read_draft(session, prepared.path.rsplit("/", 1)[0])
        if draft is None:
            return self._finished_in_fiken(session, job)
        there = sum(line["gross"] for line in draft["lines"])
        self._check_total(prepared.sent_as["gross"], there)
        return None

    @api.model
    def _finished_in_fiken(self, session, job):
        """What a draft became that is gone from Fiken.

        :return Sent: the document that somebody finished it to
        :raise Stop: it differs from ours, or the draft was deleted
        """
        fiken_company, move = job.fiken_company_id, job._record()
        booked = self._booked()
        found = booked._find(session, fiken_company, booked._sent_as(job, move))
        if len(found) == 1 and found[0].matches:
            return found[0]
        if found:
            raise Stop(
                self.env._(
                    "The draft was finished in Fiken as %(number)s, but customer, date"
                    " or amount differ from %(name)s in Odoo. Make them equal, then try"
                    " again.",
                    number=found[0].number,
                    name=move.name,
                )
            )
        draft = self._drafts()._binding(fiken_company, move)
        draft.write({"resource": f"{draft.resource}_deleted", "part": draft.remote_id})
        raise Stop(
            self.env._(
                "The draft was deleted in Fiken: neither it nor a booked %(name)s is"
                " there. Press Send to Fiken to send it anew; choose Do not send if it"
                " is not wanted, or is booked there without its number.",
                name=move.name,
            )
        )

    @api.model
    def _look_for_draft(self, session, job, prepared):
        """Before a draft is changed: is it one still?"""
        if self._read_draft(session, prepared.path) is not None:
            return None
        fiken_company, booked = job.fiken_company_id, self._booked()
        sent = self._finished_in_fiken(session, job)
        self.env["fiken.binding"].create(
            {
                "fiken_company_id": fiken_company.id,
                "company_id": job.company_id.id,
                "resource": booked._resource,
                "res_model": job.res_model,
                "res_id": job.res_id,
                "remote_id": sent.remote_id,
                "number": sent.number,
                "url": booked._url(fiken_company, sent),
                "sent_at": fields.Datetime.now(),
            }
        )
        booked._done(session, job, sent)
        raise Nothing(
            self.env._(
                "Somebody finished the draft in Fiken: it is booked as %(number)s.",
                number=sent.number,
            )
        )

    @api.model
    def _key(self, job, move):
        """What it is found by in Fiken."""
        raise NotImplementedError

    @api.model
    def _sent_as(self, job, move):
        """What tells our document from another one with the same key."""
        return {
            "key": self._key(job, move),
            "contact": str(self._customer_id(job, move)),
            "date": str(self._date(move)),
            "gross": money.to_ore(move.amount_total_signed),
        }

    # Customer

    @api.model
    def _customer_id(self, job, move):
        """The Fiken id of the commercial partner; deliveries to a child are hers."""
        return int(
            self.env["fiken.resource.contact"]._id_as(
                "customer", job.fiken_company_id, move.commercial_partner_id
            )
        )

    # Project

    @api.model
    def _project_fields(self, job, move):
        """Fiken takes one project a sales document (fiken-api.md §4.5)."""
        vendor = job.vendor_id
        if not vendor.projects_enabled:
            return {}
        lines = move.invoice_line_ids.filtered(
            lambda aml: aml.display_type == "product"
        )
        projects = vendor._projects_of(lines) or vendor.default_project_id
        if len(projects) > 1:
            if vendor.several_projects == "without":
                return {}
            raise Gap(
                self.env._(
                    "Its lines name several projects (%(projects)s), and Fiken takes"
                    " one for the whole document. Split the invoice, or choose on"
                    " %(vendor)s that such invoices go without a project.",
                    projects=", ".join(projects.mapped("name")),
                    vendor=vendor.name,
                ),
                vendor,
            )
        if not projects:
            return {}
        remote_id = self.env["fiken.resource.project"]._bound_id(
            job.fiken_company_id, projects, vendor
        )
        return {"projectId": int(remote_id)}

    # Credit notes

    @api.model
    def _is_credit(self, move):
        return move.move_type == "out_refund"

    @api.model
    def _credited(self, job, move):
        """The link to the booked document that a credit note credits, or None.

        :raise Waits: it is on its way to Fiken
        :raise Gap: it is not there, and the vendor does not say that this is no matter
        """
        original = move.reversed_entry_id
        if not original:
            return None
        family = self.env[f"fiken.resource.{original._fiken_family()}"]
        booked = family._binding(job.fiken_company_id, original)
        if booked:
            return booked
        for strategy in (family, family._drafts()):
            if self._is_owed(strategy, job.fiken_company_id, original):
                raise Waits(strategy, original, job.vendor_id)
        if job.vendor_id.credit_without_original == "stop":
            raise Gap(
                self.env._(
                    "It credits %(original)s, which is not booked in Fiken. Send that"
                    " one first, or choose on %(vendor)s that such credit notes go on"
                    " their own.",
                    original=original.name,
                    vendor=job.vendor_id.name,
                ),
                job.vendor_id,
            )
        return None

    @api.model
    def _is_owed(self, strategy, fiken_company, move):
        return bool(self.env["fiken.job"]._owed(strategy, fiken_company, move))

    @api.model
    def _check_credit_way(self, job):
        """Whether this vendor sends credit notes of Odoo's as negative sales at all."""
        if job.vendor_id.credit_note_way == "stop":
            raise Gap(
                self.env._(
                    "Fiken has no credit notes for invoices that Odoo issues, and it is"
                    " not certain that it takes a sale with negative amounts. Choose on"
                    " %(vendor)s how they go, or book this one in Fiken yourself and"
                    " mark it Do not send.",
                    vendor=job.vendor_id.name,
                ),
                job.vendor_id,
            )

    # References

    @api.model
    def _kid(self, move):
        """The payment reference when it is a KID: digits with a right check digit."""
        reference = (move.payment_reference or "").replace(" ", "")
        return reference if kid.is_kid(reference) else ""
