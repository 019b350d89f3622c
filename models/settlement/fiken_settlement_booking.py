from odoo import api, fields, models
from odoo.tools import formatLang

from ...figures.amounts import Line
from ...figures.booking import (
    Booking,
    BookingOptions,
    NonSale,
    PaymentSource,
    Unbalanced,
    book_day,
)
from ...figures.day_comparison import VAT_CLASS
from ...figures.pos_day import (
    CASH_IN,
    CASH_OUT,
    DIFFERENCE,
    GIFT_SOLD,
    OWED,
    PAID_WITH,
    TERMINAL,
    TIP,
)
from ...fiken_api import money
from ..connection.sentence import Amount, _lt
from ..ledger.fiken_ledger_line import POS_METHOD
from ..outbox.exceptions import MissingSetting, NeedsReview
from .part import ACCOUNT, FEE, MEANS, SourceKey

TEXT_LIMIT = 200
# Of ``Day.others``: what no receipt holds, and what is owed to somebody.
MOVED = (CASH_IN, CASH_OUT, DIFFERENCE, TERMINAL)
DEBTS = (GIFT_SOLD, OWED, TIP)
# Fiken's accounts of income begin with it (NS 4102).
INCOME_CLASS = "3"


class FikenSettlement(models.Model):
    """How a day is booked: its figures on Fiken's accounts, by the ledger."""

    _inherit = "fiken.settlement"

    preview = fields.Html(compute="_compute_preview", sanitize=False, compute_sudo=True)

    # Computes

    @api.depends_context("lang")
    def _compute_preview(self):
        vat_types = dict(self.env["account.tax"]._selection_fiken_vat_type())
        for one in self:
            try:
                booking, problem = one._booking(), ""
            except (MissingSetting, NeedsReview) as error:
                booking, problem = None, error.message
            one.preview = self.env["ir.qweb"]._render(
                "fiken_connector.settlement_preview",
                {
                    "settlement": one,
                    "booking": booking,
                    "problem": problem,
                    "account_of": one._account_shown,
                    "name_of": one._source_name,
                    "vat_types": vat_types,
                    "amount": one._amount_shown,
                },
            )

    def _amount_shown(self, ore):
        """As its reader writes it."""
        return formatLang(self.env, ore / 100, currency_obj=self.currency_id)

    # Business: the plan

    def _checked_booking(self):
        """How the day is booked, if it may be.

        :raise MissingSetting, NeedsReview, NothingToSend: it is not booked like this
        """
        self.ensure_one()
        booking = self._booking()
        self._check_day()
        return booking

    def _keep_booking(self, booking):
        """From now on the day is booked like this: something of it is sent."""
        self.ensure_one()
        self.booking = booking.to_json()

    def _check_day(self):
        """Nothing before the start, on either side; and the day is over.

        :raise NothingToSend, NeedsReview: it is not to be sent
        """
        self.vendor_id._check_active_on(self.day)
        self.fiken_company_id._check_started_on(self.date)

    def _booking(self):
        """How it is booked in Fiken.

        As it was when the first of it was sent; until then by today's settings.

        :return Books:
        :raise MissingSetting, NeedsReview: it cannot be booked like this
        """
        self.ensure_one()
        if self.booking and self._is_fixed():
            return Booking.from_json(self.booking)
        try:
            return self._booking_of_today()
        except Unbalanced as error:
            raise NeedsReview(
                _lt(
                    "The day does not add up, so nothing was sent. Receipts: %(sold)s."
                    " Payments: %(taken)s.",
                    sold=Amount(error.sold),
                    taken=Amount(error.taken),
                )
            ) from error

    def _booking_of_today(self):
        """How the day is booked by today's settings.

        :return Books:
        :raise MissingSetting, NeedsReview, Unbalanced: it cannot be booked like this
        """
        vendor, fiken_company = self.vendor_id, self.fiken_company_id
        day = self._day()
        if day is None:
            raise NeedsReview(_lt("The day has not been read yet."))
        fiken_company._check_nok(self.company_id)
        documents = self.env["fiken.document.lines"]
        kept = book_day(
            [self._income_of(line) for line in day.lines],
            self._sources(day),
            [
                self._other_of(other)
                for other in day.others
                if other.kind not in PAID_WITH
            ],
            BookingOptions(
                tolerance=fiken_company.vat_tolerance_ore,
                rounding=lambda: documents._rounding_account(fiken_company, vendor),
                rounding_type=documents._type_of_rounding(fiken_company),
                negative=vendor.settlement_negative,
                rounding_text=self.env._("Rounding of VAT"),
            ),
        )
        for source in {*(entry.source for entry in kept.entries)} - {""}:
            self._source_code(source)
        for sale in kept.sales:
            for key, _amount in sale.payments:
                self._source_code(key)
            for line in sale.lines:
                line.text = self.env["fiken.resource"]._shortened(line.text, TEXT_LIMIT)
        self._check_day_cap(kept.residues)
        return kept

    def _check_day_cap(self, residues):
        vendor = self.vendor_id
        total = sum(abs(residue.difference) for residue in residues)
        if total > vendor.settlement_cap_ore:
            raise MissingSetting(
                _lt(
                    "VAT of the receipts and at Fiken's rate differ by %(total)s, more"
                    " than the rounding cap of a day of %(vendor)s. %(figures)s",
                    total=Amount(total),
                    vendor=vendor.name,
                    figures=self.env["fiken.document.lines"]._residue_figures(residues),
                ),
                vendor,
            )

    # Business: turnover

    def _income_of(self, line):
        """(project id, :class:`Line`) of a line of the day's turnover."""
        vendor = self.vendor_id
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
        vat_type = self._vat_type_of_line(line, account)
        text = category.name or account.name
        return (
            self._project_of(line),
            Line(code, vat_type, line.net, line.vat, text),
        )

    def _vat_type_of_line(self, line, account):
        fiken_company = self.fiken_company_id
        name = self.vendor_id._account_name(account)
        taxes = self.env["account.tax"].sudo().browse(line.tax_ids)
        if fiken_company._is_vat_registered() and len(taxes) > 1:
            raise NeedsReview(
                _lt(
                    "Sales on %(line)s have several taxes (%(taxes)s). Fiken takes one"
                    " VAT type a line: give the product one tax.",
                    line=name,
                    taxes=", ".join(taxes.mapped("name")),
                )
            )
        return self.env["fiken.document.lines"]._type_of_taxes(
            fiken_company, self.vendor_id, taxes, line.vat, name
        )

    def _project_of(self, line):
        """The analytic account whose project in Fiken the turnover belongs to, or 0."""
        vendor = self.vendor_id
        if not vendor.projects_enabled:
            return 0
        if len(line.project_ids) > 1:
            if vendor.several_projects == "without":
                return 0
            projects = self.env["account.analytic.account"]
            names = [
                projects.browse(one or []).name or self.env._("none")
                for one in line.project_ids
            ]
            raise MissingSetting(
                _lt(
                    "Sales of the day belong to several projects at once"
                    " (%(projects)s), and Fiken takes one. Choose on %(vendor)s that"
                    " such sales go without a project, or change the analytic"
                    " distribution.",
                    projects=", ".join(names),
                    vendor=vendor.name,
                ),
                vendor,
            )
        return line.project_ids[0] if line.project_ids else vendor.default_project_id.id

    # Business: what it was paid with

    def _sources(self, day):
        """What the day was paid with; fees and redeemed gift cards are part of it.

        A fee is a payment on its own account, not the ``fee`` of a payment: whether
        that counts as paid is unknown. A gift card was paid for when it was sold:
        redeeming it lowers that debt.
        """
        fees = {
            payment.means_id: money.to_ore(payment.fee) for payment in self.payment_ids
        }
        sources = []
        for payment in day.payments:
            number, fee = payment.means_id, fees.get(payment.means_id, 0)
            name = self._pos_method(number).name or ""
            sources.append(
                PaymentSource(str(SourceKey(MEANS, number)), payment.amount - fee, name)
            )
            if fee:
                text = self.env._("Fee, %(means)s", means=name)
                sources.append(PaymentSource(str(SourceKey(FEE, number)), fee, text))
        debts = {}
        for other in day.others:
            if other.kind in PAID_WITH:
                key = str(SourceKey(ACCOUNT, other.account_id))
                debts[key] = debts.get(key, 0) - other.amount
        return sources + [
            PaymentSource(key, amount, self._words_of_debt(key, day))
            for key, amount in debts.items()
        ]

    def _words_of_debt(self, key, day):
        """What was paid with, of an account of debt."""
        number = SourceKey.parse(key).number
        kinds = sorted(
            {
                other.kind
                for other in day.others
                if other.kind in PAID_WITH and other.account_id == number
            }
        )
        lines = self.env["fiken.settlement.line"]
        return ", ".join(lines._words(kind) for kind in kinds)

    def _pos_method(self, means_id):
        if POS_METHOD not in self.env:
            return self.env["res.partner"]
        return self.env[POS_METHOD].sudo().browse(means_id).exists()

    def _source_code(self, key):
        """Fiken's account of a source, by the ledger as it is now.

        :param str key: of a :class:`Source`
        :raise MissingSetting: it is not mapped
        """
        vendor, source = self.vendor_id, SourceKey.parse(key)
        if source.kind == ACCOUNT:
            account = self.env["account.account"].sudo().browse(source.number)
            return self._debt_code(account, self._words_of_debt(key, self._day()))
        if source.kind == FEE:
            return self._fee_code()
        method, ledger = self._pos_method(source.number), vendor.ledger_id
        code = ledger._code_of(method) if method else ""
        if not code:
            raise MissingSetting(
                _lt(
                    "The means of payment %(name)s is not mapped to a Fiken account in"
                    " the account mapping %(ledger)s.",
                    name=method.display_name or source.number,
                    ledger=ledger.name,
                ),
                ledger,
                method,
            )
        return vendor._checked_code(code, method)

    def _fee_code(self):
        vendor = self.vendor_id
        chart = self.env["fiken.account"]._codes(vendor.fiken_company_id)
        if chart and vendor.settlement_fee_code not in chart:
            raise MissingSetting(
                _lt(
                    "The fee account %(code)s of %(vendor)s is not in Fiken's chart.",
                    code=vendor.settlement_fee_code,
                    vendor=vendor.name,
                ),
                vendor,
            )
        return vendor.settlement_fee_code

    def _source_name(self, key):
        """What the money of a source is called, for people."""
        names = {source.key: source.text for source in self._sources(self._day())}
        return names.get(key, key)

    def _account_shown(self, key):
        """The account of a means of payment, for people."""
        try:
            return self._source_code(key)
        except MissingSetting:
            return self.env._("not mapped")

    # Business: what is no turnover

    def _other_of(self, other):
        account = self.env["account.account"].sudo().browse(other.account_id)
        words = self.env["fiken.settlement.line"]._words(other.kind)
        words = f"{words}: {other.label}" if other.label else words
        if not account:
            raise NeedsReview(
                _lt(
                    "%(what)s has no account in Odoo, so it cannot be booked.",
                    what=words,
                )
            )
        code = (
            self._debt_code(account, words)
            if other.kind in DEBTS
            else self.vendor_id._account_code(account)
        )
        through = ""
        if other.kind in MOVED:
            self._check_moved(other, words, code)
            through = str(SourceKey(MEANS, other.means_id))
        return NonSale(code, other.amount, words, through)

    def _check_moved(self, other, words, code):
        """Money that moved without a receipt: by which means, and without VAT.

        :raise NeedsReview: it cannot be booked by a journal entry of the day
        """
        session = next(
            (one.name for one in self._day().sessions if one.id == other.session_id),
            "",
        )
        if other.has_vat or code.startswith(VAT_CLASS):
            raise NeedsReview(
                _lt(
                    "%(what)s in %(session)s has VAT in it (%(amount)s on %(account)s),"
                    " which a settlement does not carry. Enter its receipt as a"
                    " supplier bill, put all of the cash move on one account without"
                    " VAT in Odoo, and press Send.",
                    what=words,
                    session=session,
                    amount=Amount(other.amount),
                    account=code,
                )
            )
        if not other.means_id:
            raise NeedsReview(
                _lt(
                    "%(what)s in %(session)s: it cannot be told which means of payment"
                    " it is of. Give the method back the name and the journal that it"
                    " had when the session was closed, and press Send.",
                    what=words,
                    session=session,
                )
            )

    def _debt_code(self, account, words):
        """Fiken's account of what is owed to somebody.

        :param words: what it is, for the sentence
        :raise MissingSetting: it would be booked as income without VAT
        """
        vendor = self.vendor_id
        code = vendor._account_code(account)
        if code.startswith(INCOME_CLASS):
            raise MissingSetting(
                _lt(
                    "%(what)s stand on the account %(account)s and would be income"
                    " without VAT on %(code)s in Fiken. Give their product an account"
                    " of debt as income account in Odoo, map it in the account mapping"
                    " %(ledger)s, and press Send.",
                    what=words,
                    account=vendor._account_name(account),
                    code=code,
                    ledger=vendor.ledger_id.name,
                ),
                vendor.ledger_id,
                account,
            )
        return code
