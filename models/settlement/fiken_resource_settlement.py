"""A vendor's day as sales of kind ``external_invoice`` on one common customer.

Income lines only, one per account and VAT type; one sale per project. Facts:
fiken-api.md §5.7 and §5.9. All amounts in øre, NOK.
"""

from odoo import api, fields, models

from ...figures.amounts import Line
from ...figures.day_books import (
    Books,
    Other,
    Source,
    Ways,
    keep_books,
)
from ...fiken_api import errors, money, vat
from ..outbox.fiken_resource import (
    Gap,
    Nothing,
    Prepared,
    Stop,
    Waits,
)

TEXT_LIMIT = 200
METHOD = "pos.payment.method"
# How keys name sources: a means of payment, its fee, or the account of gift cards.
MEANS, FEE, ACCOUNT = "m", "f", "a"
# Of ``Day.others``: a payment with a gift card, and what no receipt holds.
REDEEMED = "gift_redeemed"
MOVED = ("cash_in", "cash_out", "difference")
# What is owed to somebody: gift cards and tips.
DEBTS = ("gift_sold", "tip")
# Fiken's accounts of income begin with it (NS 4102).
INCOME_CLASS = "3"
# What Fiken's sentences about negative amounts have in them, in either language.
NEGATIVE = "negativ"


class SettlementResource(models.AbstractModel):
    _name = "fiken.resource.settlement"
    _inherit = "fiken.resource.sale"
    _description = "Fiken Settlement"

    _resource = "settlement"
    _record_model = "fiken.settlement"
    _priority = 56
    _is_awaited = True
    _booked_as = "settlement"
    _drafted_as = "settlement_draft"

    @api.model
    def _label(self):
        return self.env._("Daily settlement")

    @api.model
    def _read_ahead(self, settlements):
        """Each day is built from its own figures."""

    # The write

    @api.model
    def _prepare(self, job, settlement):
        books = self._fixed_books(settlement)
        if not books.sales:
            self._owe_rest(settlement)
            raise Nothing(
                self.env._(
                    "Nothing of this day fits a sale: all of it is in the journal"
                    " entry."
                )
            )
        sale = self._sale_of(books, job.part)
        sent_as = self._sent_as(job, settlement, sale)
        draft = self._drafts()._binding(job.fiken_company_id, settlement, job.part)
        if not draft:
            path, body = "/sales", self._body(job, settlement, sale)
        else:
            path, body = f"/sales/drafts/{draft.remote_id}/createSale", None
            sent_as["draft_id"] = draft.remote_id
        return Prepared(
            body,
            job.fiken_company_id._path(path),
            sent_as=sent_as,
            number=sent_as["key"],
            note=self._note(settlement, books),
        )

    @api.model
    def _body(self, job, settlement, sale):
        body = {
            "kind": "external_invoice",
            "saleNumber": self._key(job, settlement),
            "date": str(settlement.date),
            "dueDate": str(settlement.date),
            "currency": "NOK",
            "customerId": self._customer_id(job, settlement),
            "lines": [
                {
                    "description": line.text,
                    "vatType": line.vat_type,
                    "account": line.account,
                    "netPrice": line.net,
                    "vat": line.vat,
                }
                for line in sale.lines
            ],
        }
        body.update(self._project_fields(job, sale))
        return body

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
                job.fiken_company_id._settlement_partner(),
                job.vendor_id,
            )
        )

    @api.model
    def _key(self, job, settlement):
        """Vendor, date, part; and which one it is when former ones were deleted."""
        number = settlement.number
        if job.part:
            number += f"-{job.part}"
        former = self._count_put_away(settlement, job.part)
        return f"{number}/{former + 1}" if former else number

    @api.model
    def _sent_as(self, job, settlement, sale=None):
        sale = sale or self._sale_of(self._fixed_books(settlement), job.part)
        return {
            "key": self._key(job, settlement),
            "contact": str(self._customer_id(job, settlement)),
            "date": str(settlement.date),
            "gross": sale.gross,
        }

    @api.model
    def _sale_of(self, books, part):
        """The sale that a job or link is about: '' is the first, '2' the second …

        :raise Nothing: the day has no such sale any more
        """
        index = int(part or 1) - 1
        if index >= len(books.sales):
            raise Nothing(self.env._("The day has no such sale any more."))
        return books.sales[index]

    @api.model
    def _write(self, session, job, prepared):
        try:
            return super()._write(session, job, prepared)
        except errors.Refused as error:
            gap = self._refusal_gap(job, error)
            if error.status != 400 or not gap:
                raise
            raise gap from error

    @api.model
    def _refusal_gap(self, job, error):
        """Whether Fiken takes negative lines, and 7740 on a sale, is unknown.

        :return Gap: or None when it is something else that it says (fiken-api.md §13)
        """
        settlement, vendor = job._record(), job.vendor_id
        lines = self._sale_of(self._fixed_books(settlement), job.part).lines
        advice, setting = [], None
        rounding = vendor.ledger_id.rounding_code
        if rounding in error.message and any(
            line.account == rounding for line in lines
        ):
            setting = vendor.ledger_id
            advice.append(
                self.env._(
                    "If it does not take øre of VAT on %(account)s, choose another"
                    " rounding account in the ledger %(ledger)s.",
                    account=rounding,
                    ledger=setting.name,
                )
            )
        if NEGATIVE in error.message.lower() and any(line.gross < 0 for line in lines):
            setting = vendor
            advice.append(
                self.env._(
                    "If it does not take negative amounts, choose on %(vendor)s that"
                    " they go in the day's journal entry.",
                    vendor=vendor.name,
                )
            )
        if not advice:
            return None
        refused = self.env._(
            "Fiken refused the day: %(why)s.", why=error.message.rstrip(".")
        )
        return Gap(" ".join([refused, *advice]), setting)

    @api.model
    def _done(self, session, job, sent):
        settlement = job._record()
        self._owe_rest(settlement)
        self._owe_report(job, sent)

    @api.model
    def _owe_report(self, job, sent):
        """The report is the voucher of the day's first sale."""
        if not job.part:
            reports = self.env["fiken.resource.settlement_report"]
            reports._owe_files(job._record(), self, job, sent)

    @api.model
    def _tell(self, jobs):
        told = super()._tell(jobs)
        self._follow(jobs)
        return told

    @api.model
    def _follow(self, jobs):
        """The day's state is what became of its jobs."""
        self.env["fiken.settlement"].browse(jobs.mapped("res_id")).exists()._follow()

    # What belongs to a day

    @api.model
    def _part(self, index):
        return str(index + 1) if index else ""

    @api.model
    def _documents(self, settlement):
        """[(resource, part)] of everything that the day is to be in Fiken."""
        if not settlement.books:
            return []
        books = Books.from_json(settlement.books)
        documents = []
        for index, sale in enumerate(books.sales):
            documents.append((self._booked_as, self._part(index)))
            documents += [
                ("settlement_payment", f"{index + 1}:{key}")
                for key, _amount in sale.payments
            ]
        if books.entries:
            documents.append(("journal_entry", ""))
        return documents

    @api.model
    def _owe_rest(self, settlement):
        """Owe what of the day is not in Fiken yet; a payment when its turn has come."""
        there = {(link.resource, link.part) for link in self._links_of(settlement)}
        paid = {part for resource, part in there if resource == "settlement_payment"}
        owed = self.env["fiken.job"].search(
            [
                ("res_model", "=", settlement._name),
                ("res_id", "=", settlement.id),
                ("state", "in", ("pending", "sending", "blocked", "failed")),
            ]
        )
        there |= {(job.resource, job.part) for job in owed}
        bound = {
            link.part
            for link in self._links_of(settlement)
            if link.resource == self._booked_as
        }
        documents = self._documents(settlement)
        if settlement.mode == "draft" and not bound:
            # Nothing but drafts before somebody has looked at them.
            documents = [
                (self._drafted_as, part)
                for resource, part in documents
                if resource == self._booked_as
            ]
        settlement._owe(
            [
                (resource, part)
                for resource, part in documents
                if (resource, part) not in there
                and (
                    resource != "settlement_payment"
                    or self._part(int(part.split(":")[0]) - 1) in bound
                    and not self._payments_before(settlement, part) - paid
                )
            ]
        )

    @api.model
    def _payments_before(self, settlement, part):
        """What was paid back on a sale goes before what paid it.

        The other way round a payment would be more than what is outstanding, which
        Fiken may refuse (fiken-api.md §13).

        :param part: of a payment's job
        :return: parts of payments
        """
        number, key = part.split(":")
        sale = Books.from_json(settlement.books).sales[int(number) - 1]
        back = {one for one, amount in sale.payments if amount * sale.gross < 0}
        return set() if key in back else {f"{number}:{one}" for one in back}

    @api.model
    def _links_of(self, settlement):
        return settlement._links().get(settlement.id, self.env["fiken.binding"])

    # How the day is booked

    @api.model
    def _fixed_books(self, settlement):
        """How the day is booked, from now on: kept before anything is sent."""
        books = settlement._books()
        self._check_day(settlement)
        if not settlement._is_fixed():
            settlement.books = books.to_json()
        return books

    @api.model
    def _books_of_json(self, data):
        return Books.from_json(data)

    @api.model
    def _check_day(self, settlement):
        """Nothing before the start, on either side; and the day is over.

        :raise Nothing, Stop: it is not to be sent
        """
        vendor, books = settlement.vendor_id, settlement.fiken_company_id
        if not vendor._is_active_on(settlement.day):
            raise Nothing(
                self.env._(
                    "It is dated %(date)s, before %(vendor)s was enabled for Fiken"
                    " (%(since)s).",
                    date=settlement.day,
                    vendor=vendor.name,
                    since=vendor.enabled_since or "-",
                )
            )
        start = books.accounting_start_date
        if start and settlement.date < start:
            raise Stop(
                self.env._(
                    "It is dated %(date)s, before the books in Fiken start"
                    " (%(start)s).",
                    date=settlement.date,
                    start=start,
                )
            )

    @api.model
    def _books(self, settlement):
        """How the day is booked by today's settings.

        :return Books:
        :raise Gap, Stop, Unbalanced: it cannot be booked like this
        """
        vendor, books = settlement.vendor_id, settlement.fiken_company_id
        day = settlement._day()
        if day is None:
            raise Stop(self.env._("The day has not been read yet."))
        if settlement.company_id.currency_id.name != "NOK":
            raise Stop(
                self.env._(
                    "Fiken keeps its books in NOK, but %(company)s keeps them in"
                    " %(currency)s.",
                    company=settlement.company_id.name,
                    currency=settlement.company_id.currency_id.name,
                )
            )
        kept = keep_books(
            [self._line(settlement, line) for line in day.lines],
            self._sources(settlement, day),
            [
                self._other(settlement, other)
                for other in day.others
                if other.kind != REDEEMED
            ],
            Ways(
                tolerance=books.vat_tolerance_ore,
                rounding=lambda: self._rounding_account(books, vendor),
                rounding_type=self._type_of_rounding(books),
                negative=vendor.settlement_negative,
                rounding_text=self.env._("Rounding of VAT"),
            ),
        )
        for source in {*(entry.source for entry in kept.entries)} - {""}:
            self._source_code(settlement, source)
        for sale in kept.sales:
            for key, _amount in sale.payments:
                self._source_code(settlement, key)
            for line in sale.lines:
                line.text = self._shortened(line.text, TEXT_LIMIT)
        self._check_day_cap(vendor, kept.residues)
        return kept

    @api.model
    def _line(self, settlement, line):
        """(project id, :class:`Line`) of a line of the day's turnover."""
        vendor = settlement.vendor_id
        category = self.env["product.category"].browse(line.category_id)
        account = self.env["account.account"].sudo().browse(line.account_id)
        code = ""
        if category:
            code = vendor.ledger_id._category_code(category, "income")
        code = (
            vendor._checked_code(code, category)
            if code
            else vendor._account_code(account)
        )
        vat_type = self._vat_type_of_line(settlement, line, account)
        text = category.name or account.name
        return (
            self._project(settlement, line),
            Line(code, vat_type, line.net, line.vat, text),
        )

    @api.model
    def _vat_type_of_line(self, settlement, line, account):
        fiken_company = settlement.fiken_company_id
        name = settlement.vendor_id._account_name(account)
        if not fiken_company._is_vat_registered():
            if line.vat:
                raise Stop(
                    self.env._(
                        "%(line)s has VAT, but %(company)s is not registered for VAT in"
                        " Fiken. Remove the tax, or register the company in Fiken and"
                        " press Test connection.",
                        line=name,
                        company=fiken_company.name,
                    )
                )
            return "OUTSIDE"
        taxes = self.env["account.tax"].sudo().browse(line.tax_ids)
        if not taxes:
            return settlement.vendor_id._type_without_tax()
        if len(taxes) > 1:
            raise Stop(
                self.env._(
                    "Sales on %(line)s have several taxes (%(taxes)s). Fiken takes one"
                    " VAT type a line: give the product one tax.",
                    line=name,
                    taxes=", ".join(taxes.mapped("name")),
                )
            )
        return taxes._fiken_type("sale")

    @api.model
    def _project(self, settlement, line):
        """The analytic account whose project in Fiken the turnover belongs to, or 0."""
        vendor = settlement.vendor_id
        if not vendor.projects_enabled:
            return 0
        if len(line.project_ids) > 1:
            if vendor.several_projects == "without":
                return 0
            projects = self.env["account.analytic.account"].browse(line.project_ids)
            raise Gap(
                self.env._(
                    "Sales of the day belong to several projects at once"
                    " (%(projects)s), and Fiken takes one. Choose on %(vendor)s that"
                    " such sales go without a project, or change the analytic"
                    " distribution.",
                    projects=", ".join(projects.mapped("name")),
                    vendor=vendor.name,
                ),
                vendor,
            )
        return line.project_ids[0] if line.project_ids else vendor.default_project_id.id

    @api.model
    def _sources(self, settlement, day):
        """What the day was paid with; fees and redeemed gift cards are part of it.

        A fee is a payment on its own account, not the ``fee`` of a payment: whether
        that counts as paid is unknown. A gift card was paid for when it was sold:
        redeeming it lowers that debt.
        """
        fees = {
            payment.means_id: money.to_ore(payment.fee)
            for payment in settlement.payment_ids
        }
        sources = []
        for payment in day.payments:
            number, fee = payment.means_id, fees.get(payment.means_id, 0)
            name = self._method(number).name or ""
            sources.append(Source(f"{MEANS}{number}", payment.amount - fee, name))
            if fee:
                text = self.env._("Fee, %(means)s", means=name)
                sources.append(Source(f"{FEE}{number}", fee, text))
        redeemed = {}
        for other in day.others:
            if other.kind == REDEEMED:
                key = f"{ACCOUNT}{other.account_id}"
                redeemed[key] = redeemed.get(key, 0) - other.amount
        return sources + [
            Source(key, amount, self._words_of_redeemed())
            for key, amount in redeemed.items()
        ]

    @api.model
    def _words_of_redeemed(self):
        return self.env._("Gift cards redeemed")

    @api.model
    def _other(self, settlement, other):
        account = self.env["account.account"].sudo().browse(other.account_id)
        if not account:
            raise Stop(
                self.env._(
                    "%(what)s has no account in Odoo, so it cannot be booked.",
                    what=other.label or other.kind,
                )
            )
        kind = self.env["fiken.settlement.line"]._fields["kind"]
        words = dict(kind._description_selection(self.env))[other.kind]
        code = (
            self._debt_code(settlement.vendor_id, account, words)
            if other.kind in DEBTS
            else settlement.vendor_id._account_code(account)
        )
        return Other(
            code,
            other.amount,
            f"{words}: {other.label}" if other.label else words,
            f"{MEANS}{other.means_id}" if other.kind in MOVED else "",
        )

    @api.model
    def _debt_code(self, vendor, account, words):
        """Fiken's account of what is owed to somebody.

        :param words: what it is, for the sentence
        :raise Gap: it would be booked as income without VAT
        """
        code = vendor._account_code(account)
        if code.startswith(INCOME_CLASS):
            raise Gap(
                self.env._(
                    "%(what)s stand on the account %(account)s and would be income"
                    " without VAT on %(code)s in Fiken. Give their product an account"
                    " of debt as income account in Odoo, map it in the ledger"
                    " %(ledger)s, and press Send.",
                    what=words,
                    account=vendor._account_name(account),
                    code=code,
                    ledger=vendor.ledger_id.name,
                ),
                vendor.ledger_id,
            )
        return code

    @api.model
    def _method(self, means_id):
        if METHOD not in self.env:
            return self.env["res.partner"]
        return self.env[METHOD].sudo().browse(means_id).exists()

    @api.model
    def _source_code(self, settlement, key):
        """Fiken's account of a source, by the ledger as it is now.

        :param str key: of a :class:`Source`
        :raise Gap: it is not mapped
        """
        vendor, number = settlement.vendor_id, int(key[1:])
        if key[0] == ACCOUNT:
            account = self.env["account.account"].sudo().browse(number)
            return self._debt_code(vendor, account, self._words_of_redeemed())
        if key[0] == FEE:
            return self._fee_code(vendor)
        method, ledger = self._method(number), vendor.ledger_id
        code = ledger._code_of(method) if method else ""
        if not code:
            raise Gap(
                self.env._(
                    "The means of payment %(name)s is not mapped to a Fiken account in"
                    " the ledger %(ledger)s.",
                    name=method.display_name or number,
                    ledger=ledger.name,
                ),
                ledger,
            )
        return vendor._checked_code(code, method)

    @api.model
    def _fee_code(self, vendor):
        chart = self.env["fiken.account"]._codes(vendor.fiken_company_id)
        if chart and vendor.settlement_fee_code not in chart:
            raise Gap(
                self.env._(
                    "The fee account %(code)s of %(vendor)s is not in Fiken's chart.",
                    code=vendor.settlement_fee_code,
                    vendor=vendor.name,
                ),
                vendor,
            )
        return vendor.settlement_fee_code

    @api.model
    def _check_day_cap(self, vendor, residues):
        total = sum(abs(residue.difference) for residue in residues)
        if total > vendor.settlement_cap_ore:
            raise Gap(
                self.env._(
                    "VAT of the receipts and at Fiken's rate differ by %(total)s, more"
                    " than the rounding cap of a day of %(vendor)s. %(figures)s",
                    total=money.kroner(total),
                    vendor=vendor.name,
                    figures=self._residue_figures(residues),
                ),
                vendor,
            )

    @api.model
    def _note(self, settlement, books):
        if not books.residues:
            return ""
        return self.env._(
            "VAT: %(figures)s The difference is on %(account)s.",
            figures=self._residue_figures(books.residues),
            account=settlement.vendor_id.ledger_id.rounding_code,
        )

    @api.model
    def _vat_of_type(self, day, vat_type):
        """Odoo's VAT of one VAT type of Fiken, in øre."""
        taxes = self.env["account.tax"].sudo()
        return sum(
            line.vat
            for line in day.lines
            if line.tax_ids and taxes.browse(line.tax_ids)[0].fiken_vat_type == vat_type
        )

    # Drafts, and what is deleted in Fiken

    @api.model
    def _finished_in_fiken(self, session, job):
        settlement = job._record()
        link = self._drafts()._binding(job.fiken_company_id, settlement, job.part)
        found = self._find(
            session, job.fiken_company_id, self._booked()._sent_as(job, settlement)
        )
        if len(found) == 1 and found[0].matches:
            return found[0]
        if not found:
            self._put_away(settlement, link)
        raise Stop(self._draft_is_gone(settlement, found))

    @api.model
    def _draft_is_gone(self, settlement, found):
        if found:
            return self.env._(
                "The draft was finished in Fiken as %(number)s, but customer, date or"
                " amount differ from %(name)s in Odoo. Make them equal in Fiken, then"
                " press Try Again.",
                number=found[0].number,
                name=settlement.number,
            )
        return self.env._(
            "The draft was deleted in Fiken: neither it nor a booked %(name)s is there."
            " Press Send to send it again, or Skip.",
            name=settlement.number,
        )

    @api.model
    def _look_after_draft(self, session, settlement, link):
        """Notice what an accountant did to a draft; reads only.

        :param link: the draft's binding
        """
        fiken_company = settlement.fiken_company_id
        path = fiken_company._path(f"/sales/drafts/{link.remote_id}")
        booked = self._booked()._binding(fiken_company, settlement, link.part)
        if booked or self._read_draft(session, path) is not None:
            return
        job = self.env["fiken.job"].new(
            {
                "fiken_company_id": fiken_company.id,
                "vendor_id": settlement.vendor_id.id,
                "res_model": settlement._name,
                "res_id": settlement.id,
                "part": link.part,
            }
        )
        try:
            found = self._find(session, fiken_company, self._sent_as(job, settlement))
        except Waits:
            return
        if len(found) == 1 and found[0].matches:
            self.env["fiken.binding"].create(
                {
                    "fiken_company_id": fiken_company.id,
                    "company_id": settlement.company_id.id,
                    "resource": self._resource,
                    "res_model": settlement._name,
                    "res_id": settlement.id,
                    "part": link.part,
                    "remote_id": found[0].remote_id,
                    "number": found[0].number,
                    "url": self._url(fiken_company, found[0]),
                    "sent_at": fields.Datetime.now(),
                }
            )
            self._owe_rest(settlement)
            settlement._follow()
            return
        if not found:
            self._put_away(settlement, link)
        reason = self._draft_is_gone(settlement, found)
        settlement._set_state("failed", reason)
        settlement._todo(reason)

    @api.model
    def _put_away(self, settlement, links):
        """Links to what was deleted in Fiken; a sale's payments went with it."""
        for link in links:
            own = link
            if link.resource == self._resource:
                prefix = f"{link.part or 1}:"
                own |= self._links_of(settlement).filtered(
                    lambda other, prefix=prefix: other.resource == "settlement_payment"
                    and other.part.startswith(prefix)
                )
            for one in own:
                one.write(
                    {
                        "resource": f"{one.resource}_deleted",
                        "part": f"{one.part}#{one.remote_id}",
                    }
                )

    @api.model
    def _count_put_away(self, settlement, part):
        """How many of this sale were in Fiken and were deleted there."""
        return self.env["fiken.binding"].search_count(
            [
                ("res_model", "=", settlement._name),
                ("res_id", "=", settlement.id),
                (
                    "resource",
                    "in",
                    [f"{self._booked_as}_deleted", f"{self._drafted_as}_deleted"],
                ),
                ("part", "=like", f"{part}#%"),
            ]
        )

    # Fiken's figures

    @api.model
    def _read_days(self, session, settlements):
        """All that Fiken has of some days, for ``_figures_in_fiken``.

        :param settlements: of one Fiken company
        :return: ({sale id: sale}, {transaction id: journal entry})
        """
        fiken_company = settlements.fiken_company_id
        window = {
            "dateGe": str(min(settlements.mapped("date"))),
            "dateLe": str(max(settlements.mapped("date"))),
        }
        sales = session.pages(
            fiken_company._path("/sales"),
            contactId=self.env["fiken.resource.contact"]
            ._binding(fiken_company, fiken_company._settlement_partner())
            .remote_id,
            **window,
        )
        entries = session.pages(fiken_company._path("/journalEntries"), **window)
        sales = {str(row["saleId"]): row for row in sales}
        entries = {str(row["transactionId"]): row for row in entries}
        for link in self.env["fiken.binding"].union(*settlements._links().values()):
            if link.resource == self._resource and link.remote_id not in sales:
                path = fiken_company._path(f"/sales/{link.remote_id}")
                sales[link.remote_id] = self._read_one(session, path)
            if link.resource == "journal_entry" and link.remote_id not in entries:
                path = fiken_company._path(f"/transactions/{link.remote_id}")
                entries[link.remote_id] = self._entry_of(self._read_one(session, path))
        return sales, entries

    @api.model
    def _read_one(self, session, path):
        """What no list has is asked for by itself: lists may lag behind.

        :return: Fiken's object, or None
        """
        try:
            return session.get(path).body
        except errors.NotFound:
            return None

    @api.model
    def _entry_of(self, transaction):
        if not transaction or transaction.get("deleted"):
            return None
        return transaction["entries"][0]

    @api.model
    def _figures_in_fiken(self, settlement, there):
        """What Fiken has of a settlement, in øre.

        What the journal entry holds of turnover and means counts as it was sent: it
        carries no reference of its own to tell its lines apart by.

        :param there: what ``_read_days`` returned
        :return: {gross, net, vat, rounding, paid, types: {VAT type: VAT}, deleted:
            links}, or None when nothing of it is there to compare
        """
        sales, entries = there
        links = self._links_of(settlement)
        own = links.filtered(lambda link: link.resource == self._resource)
        journal = links.filtered(lambda link: link.resource == "journal_entry")
        if not own and not journal:
            return None
        rounding = settlement.vendor_id.ledger_id.rounding_code
        found = dict.fromkeys(("gross", "net", "vat", "rounding", "paid"), 0)
        found |= {"types": {}, "deleted": self.env["fiken.binding"]}
        # What moved without a receipt, and gift cards, are no payments of the day.
        found["paid"] = settlement._day().paid - self._planned_money(settlement)
        for link in own:
            row = sales.get(link.remote_id)
            if not row or row.get("deleted"):
                found["deleted"] |= link
                continue
            found["paid"] += row.get("totalPaid") or 0
            for line in row["lines"]:
                self._add(
                    found,
                    line["account"] == rounding,
                    line["vatType"].upper(),
                    line["netPrice"],
                    line["vat"],
                )
        for link in journal:
            row = entries.get(link.remote_id)
            if not row or row.get("offsetTransactionId"):
                found["deleted"] |= link
            else:
                self._add_entries(found, settlement, rounding)
        return found

    @api.model
    def _add(self, found, is_rounding, vat_type, net, tax):
        found["gross"] += net + tax
        if is_rounding:
            found["rounding"] += net
            return
        found["net"] += net
        found["vat"] += tax
        found["types"][vat_type] = found["types"].get(vat_type, 0) + tax

    @api.model
    def _add_entries(self, found, settlement, rounding):
        for entry in Books.from_json(settlement.books).entries:
            if entry.vat_type:
                tax = money.vat_of(entry.amount, vat.RATES[entry.vat_type])
                self._add(found, False, entry.vat_type, -entry.amount, -tax)
            elif entry.account == rounding:
                self._add(found, True, "", -entry.amount, 0)
            elif entry.source:
                found["paid"] += entry.amount

    @api.model
    def _planned_money(self, settlement):
        """All that sales' payments and the journal entry move on means, in øre."""
        books = Books.from_json(settlement.books)
        paid = sum(amount for sale in books.sales for _key, amount in sale.payments)
        return paid + sum(entry.amount for entry in books.entries if entry.source)


class SettlementDraftResource(models.AbstractModel):
    """The same sale as a draft that an accountant looks at (fiken-api.md §5.9)."""

    _name = "fiken.resource.settlement_draft"
    _inherit = ["fiken.resource.settlement", "fiken.resource.sale_draft"]
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
        books = self._fixed_books(settlement)
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
                (self._resource, self._part(index))
                for index in range(1, len(books.sales))
            ]
        )
