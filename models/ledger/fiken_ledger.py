import re

from odoo import api, fields, models, tools
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain

from ...fiken_api import vat
from .fiken_ledger_line import CASH_CODE, POS_METHOD

PAYMENT_JOURNALS = ("bank", "cash", "credit")
COPIED_SETTINGS = ("sales_without_tax", "rounding_code")
# How many records a sentence names.
NAMED = 10


class FikenLedger(models.Model):
    _name = "fiken.ledger"
    _description = "Fiken Ledger"
    _inherit = ["mail.thread", "mail.activity.mixin", "fiken.setting.mixin"]
    _check_company_auto = True
    _order = "is_default desc, name, id"

    name = fields.Char(required=True)
    company_id = fields.Many2one(
        "res.company",
        required=True,
        readonly=True,
        index=True,
        default=lambda self: self.env.company,
    )
    fiken_company_id = fields.Many2one(
        "fiken.company", compute="_compute_fiken_company_id"
    )
    is_default = fields.Boolean(
        "Default Ledger",
        readonly=True,
        copy=False,
        help="The template that every new vendor copies.",
    )
    vendor_ids = fields.One2many("fiken.vendor", "ledger_id")
    line_ids = fields.One2many("fiken.ledger.line", "ledger_id", copy=True)
    account_line_ids = fields.One2many(
        "fiken.ledger.line", "ledger_id", domain=[("kind", "=", "account")]
    )
    category_line_ids = fields.One2many(
        "fiken.ledger.line", "ledger_id", domain=[("kind", "=", "category")]
    )
    means_line_ids = fields.One2many(
        "fiken.ledger.line", "ledger_id", domain=[("kind", "=", "means")]
    )
    gap_count = fields.Integer("Gaps", compute="_compute_gap_count")
    sales_without_tax = fields.Selection(
        [
            ("NONE", "No VAT treatment (code 7)"),
            ("OUTSIDE", "Outside the VAT act (code 6)"),
        ],
        "No Tax on Sales",
        tracking=True,
        help="The VAT type of invoice lines that have no tax in Odoo. A company that is"
        " not registered for VAT always uses Outside.",
    )
    rounding_code = fields.Char(
        "Rounding Account",
        default="7740",
        required=True,
        tracking=True,
        help="Where the øre go that Fiken's VAT arithmetic and Odoo's differ by.",
    )

    _default_uniq = models.UniqueIndex(
        "(company_id) WHERE is_default", "A company has one default ledger."
    )

    # Constraints

    @api.constrains("rounding_code")
    def _check_rounding_code(self):
        for ledger in self:
            if not vat.is_account_code(ledger.rounding_code):
                raise ValidationError(
                    self.env._(
                        "The rounding account of %(ledger)s must look like 7740 or"
                        " 7740:00000.",
                        ledger=ledger.name,
                    )
                )

    # Computes

    @api.depends("company_id")
    def _compute_fiken_company_id(self):
        for ledger in self:
            ledger.fiken_company_id = self.env["fiken.company"]._of_company(
                ledger.company_id
            )

    @api.depends("line_ids.fiken_code", "line_ids.purchase_code")
    def _compute_gap_count(self):
        for ledger in self:
            ledger.gap_count = (
                len(ledger._unmapped_accounts())
                + len(ledger._unmapped_categories())
                + len(ledger._unmapped_means())
                + len(ledger.line_ids.filtered("is_unknown"))
            )

    # CRUD

    @api.ondelete(at_uninstall=False)
    def _unlink_except_default(self):
        if self.filtered("is_default"):
            raise UserError(
                self.env._("The default ledger cannot be deleted: new vendors copy it.")
            )

    # Actions

    def action_propose(self):
        """Fill the gaps with what the charts suggest."""
        self._propose()
        return {"type": "ir.actions.client", "tag": "soft_reload"}

    def action_accept_proposals(self):
        return self.line_ids.filtered("is_proposal").action_accept_together()

    def action_open_lines(self):
        """All lines as a list, to be searched, exported and imported."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "fiken_connector.fiken_ledger_line_action"
        )
        action["domain"] = [("ledger_id", "=", self.id)]
        action["context"] = {"default_ledger_id": self.id}
        return action

    def action_open_categories(self):
        return self._open_lines_by("categories")

    def action_open_proposals(self):
        return self._open_lines_by("proposed")

    def action_open_unknown(self):
        return self._open_lines_by("unknown")

    def action_open_to_confirm(self):
        return self._open_lines_by("to_confirm")

    def _open_lines_by(self, filter_name):
        """The lines, searched by a filter that the person can take away."""
        action = self.action_open_lines()
        action["context"] |= {
            f"search_default_{filter_name}": 1,
            # Which columns the list has: it does not see what it is searched by.
            "fiken_lines": filter_name,
        }
        return action

    # Business: templates

    @api.model
    def _default_of(self, company):
        """The default ledger of a company, made when it is missing."""
        ledger = self.sudo().search(
            [("company_id", "=", company.id), ("is_default", "=", True)], limit=1
        )
        return ledger or self.sudo().create(
            {
                "name": self.env._("Default ledger"),
                "company_id": company.id,
                "is_default": True,
            }
        )

    def _copy_for(self, vendor_name):
        """A vendor's own ledger, equal to this one today."""
        self.ensure_one()
        return self.sudo().copy({"name": vendor_name, "is_default": False})

    def _setting_differences_to(self, target):
        """Names of the ledger's own settings that copying would change."""
        return [
            name
            for name in COPIED_SETTINGS
            if self[name] and self[name] != target[name]
        ]

    def _differences_to(self, target):
        """What copying this ledger onto another one changes.

        :return: list of (our line, the target's line or an empty one)
        """
        theirs = {line._source_key(): line for line in target.line_ids}
        none = self.env["fiken.ledger.line"]
        pairs = [(line, theirs.get(line._source_key(), none)) for line in self.line_ids]
        return [
            (line, other)
            for line, other in pairs
            if (line.fiken_code, line.purchase_code)
            != (other.fiken_code, other.purchase_code)
        ]

    # Business: proposals

    def _propose(self):
        """Map what has no line yet, as far as the charts suggest it.

        Where Fiken's chart is not known, nothing is proposed for an account: a code
        that nobody has seen in Fiken is a guess. Proposals are marked as such.
        """
        for ledger in self:
            ledger.line_ids.create(
                [*ledger._account_proposals(), *ledger._means_proposals()]
            )

    def _account_proposals(self):
        codes = self._chart()
        bank_codes = {
            journal.default_account_id: code
            for journal, code in self._bank_codes().items()
        }
        proposals = []
        for account in self._odoo_accounts() - self.line_ids.account_id:
            code, is_guess = bank_codes.get(account), False
            if not code:
                code, is_guess = _counterpart(account.code or "", codes)
            if code:
                proposals.append(
                    {
                        "ledger_id": self.id,
                        "account_id": account.id,
                        "fiken_code": code,
                        "is_proposal": True,
                        "is_guess": is_guess,
                    }
                )
        return proposals

    def _chart(self):
        """The codes of Fiken's chart; empty when it was never read."""
        if not self.fiken_company_id:
            return frozenset()
        return self.env["fiken.account"]._codes(self.fiken_company_id)

    def _bank_codes(self):
        """{bank journal: Fiken's account of the same bank account number}"""
        codes = {
            _digits(account.bank_account_number): account.code
            for account in self.fiken_company_id.sudo().account_ids
            if account.bank_account_number
        }
        numbers = {
            journal: _digits(journal.bank_acc_number)
            for journal in self._payment_journals()
            if journal.bank_acc_number
        }
        return {
            journal: codes[number]
            for journal, number in numbers.items()
            if number in codes
        }

    def _means_proposals(self):
        """Every means of payment starts on the cash account (field.md D13).

        But for a bank account that Fiken has by its number: that one is known.
        """
        if CASH_CODE not in self._chart():
            return []
        values = {"ledger_id": self.id, "fiken_code": CASH_CODE, "is_proposal": True}
        banks = self._bank_codes()
        return [
            {**values, "means_model": POS_METHOD, "means_id": means.id}
            if means._name == POS_METHOD
            else {
                **values,
                "journal_id": means.id,
                "fiken_code": banks.get(means, CASH_CODE),
            }
            for means in self._unmapped_means()
        ]

    def _odoo_accounts(self):
        return (
            self.env["account.account"]
            .sudo()
            .with_company(self.company_id)
            .search(self.env["account.account"]._check_company_domain(self.company_id))
        )

    def _account_by_code(self, code):
        """The one account of Odoo's chart with this code."""
        accounts = self.env["account.account"].sudo().with_company(self.company_id)
        account = accounts.search(
            [*accounts._check_company_domain(self.company_id), ("code", "=", code)],
            limit=1,
        )
        if not account:
            raise ValidationError(
                self.env._(
                    "%(ledger)s: there is no account %(code)s in Odoo's chart of"
                    " %(company)s.",
                    ledger=self.name,
                    code=code,
                    company=self.company_id.name,
                )
            )
        return account

    def _payment_journals(self):
        # A Fiken manager need not be an accountant.
        return (
            self.env["account.journal"]
            .sudo()
            .search(
                [
                    ("company_id", "=", self.company_id.id),
                    ("type", "in", PAYMENT_JOURNALS),
                ]
            )
        )

    def _pos_methods(self):
        """The tills' payment methods, where there are tills."""
        if POS_METHOD not in self.env:
            return ()
        return (
            self.env[POS_METHOD]
            .sudo()
            .search([("company_id", "=", self.company_id.id)])
        )

    # Business: codes

    @tools.ormcache("self.id")
    def _codes(self):
        """{(model, id): (Fiken code, purchase code)} of this ledger, as it is used."""
        return {
            line._source_key(): (line.fiken_code, line.purchase_code or "")
            for line in self.sudo().line_ids
            if line._is_used()
        }

    def _code_of(self, record):
        """Fiken's code for an Odoo account or means of payment, or ''."""
        return self._codes().get((record._name, record.id), ("", ""))[0]

    def _guess_of(self, account):
        """The line of an account that waits for a person to accept it."""
        return self.sudo().line_ids.filtered(
            lambda line: line.account_id == account and line.is_guess
        )

    def _category_code(self, category, side):
        """The code of a product category or its nearest mapped parent, or ''.

        :param str side: ``income`` or ``expense``
        """
        codes = self._codes()
        index = 0 if side == "income" else 1
        for category_id in reversed((category.parent_path or "").split("/")[:-1]):
            code = codes.get(("product.category", int(category_id)), ("", ""))[index]
            if code:
                return code
        return ""

    # Business: what has no mapping

    def _unmapped_accounts(self):
        """Accounts that documents use, or would by default, and that have no line."""
        self.ensure_one()
        company = self.company_id
        used = (
            self.env["account.move.line"]
            .sudo()
            ._read_group(
                [
                    ("company_id", "=", company.id),
                    ("parent_state", "=", "posted"),
                    ("display_type", "=", "product"),
                    ("move_id.move_type", "!=", "entry"),
                ],
                ["account_id"],
            )
        )
        accounts = self.env["account.account"].union(*(row[0] for row in used))
        categories = (
            self.env["product.category"]
            .sudo()
            .with_company(company)
            .search(Domain.TRUE)
        )
        accounts |= categories.property_account_income_categ_id
        accounts |= categories.property_account_expense_categ_id
        journals = (
            self.env["account.journal"]
            .sudo()
            .search(
                [("company_id", "=", company.id), ("type", "in", ("sale", "purchase"))]
            )
        )
        accounts |= journals.default_account_id
        return accounts.filtered(lambda account: not self._code_of(account))

    def _unmapped_categories(self):
        """Product categories whose products cannot be booked."""
        categories = self.env["product.category"].sudo().search(Domain.TRUE)
        return categories.filtered(lambda one: not self._is_category_mapped(one))

    def _unmapped_means(self):
        """Payment journals and the tills' payment methods that have no line."""
        lines = self.sudo().line_ids
        known = set(lines.filtered("means_model").mapped("means_id"))
        return [
            *(self._payment_journals() - lines.journal_id),
            *(method for method in self._pos_methods() if method.id not in known),
        ]

    def _category_accounts(self, category):
        """(side, account that its products are booked on, whether it is its own).

        One that has no account of its own takes the company's, which says nothing
        about the category.
        """
        company = self.company_id
        accounts = category.sudo().with_company(company)
        income = accounts.property_account_income_categ_id
        expense = accounts.property_account_expense_categ_id
        return (
            (
                "income",
                income or company.income_account_id,
                income and income != company.income_account_id,
            ),
            (
                "expense",
                expense or company.expense_account_id,
                expense and expense != company.expense_account_id,
            ),
        )

    def _is_category_mapped(self, category):
        """Whether its products can be booked, by a line, a parent's or its accounts."""
        return all(
            self._category_code(category, side) or (account and self._code_of(account))
            for side, account, _is_own in self._category_accounts(category)
        )

    def _is_category_chosen(self, category):
        """Whether somebody chose where its products are booked."""
        return all(
            self._category_code(category, side) or (is_own and self._code_of(account))
            for side, account, is_own in self._category_accounts(category)
        )

    @api.model
    def _note_unmapped(self, records):
        """Something new has no mapping: a to-do for the Fiken managers, at once."""
        for ledger in self.sudo().search([("is_default", "=", True)]):
            books = ledger.fiken_company_id.sudo()
            if not books:
                continue
            ledgers = books.vendor_ids.ledger_id or ledger
            missing = records.filtered(
                lambda record, ledgers=ledgers: any(
                    one._lacks(record) for one in ledgers
                )
            )
            if missing:
                ledger._tell_managers(missing)

    def _lacks(self, record):
        """Whether a new record belongs to this company and has no mapping yet."""
        company = self.company_id
        if record._name == "account.account":
            return company in record.company_ids and not self._code_of(record)
        if record._name == "product.category":
            return not self._is_category_chosen(record)
        if record.company_id != company:
            return False
        if record._name == "account.tax":
            return (
                self.fiken_company_id.sudo()._is_vat_registered()
                and not record.fiken_vat_type
                and record.type_tax_use != "none"
            )
        return record.type in PAYMENT_JOURNALS and not self._code_of(record)

    def _tell_managers(self, records):
        company = self.company_id
        names = ", ".join(
            record._fiken_name(company)
            if record._name == "account.account"
            else record.sudo().with_company(company).display_name
            for record in records[:NAMED]
        )
        if len(records) > NAMED:
            names += f" … (+{len(records) - NAMED})"
        note = self.env._(
            "New in Odoo and without a counterpart in Fiken: %(names)s. Map it in the"
            " vendors' ledgers, or here, then press Apply to Vendors; a tax gets its"
            " Fiken VAT type on the tax. Until then what needs it is not sent.",
            names=names,
        )
        managers = self.env.ref("fiken_connector.group_fiken_manager").sudo()
        for user in managers.all_user_ids.filtered(
            lambda user: user.active and self.company_id in user.company_ids
        ):
            self.activity_schedule(
                "fiken_connector.mail_activity_fiken_problem",
                summary=self.env._("Map %(names)s", names=names),
                note=note,
                user_id=user.id,
            )

    # Business: products follow


def _digits(text):
    return "".join(character for character in text or "" if character.isdigit())


def _counterpart(code, codes):
    """Fiken's account for one of the Norwegian chart, and whether that is a guess.

    The same code is the same account in NS 4102, but for those that Odoo's chart and
    Fiken's use for different things. Where Fiken has none, the account of the group is
    a guess: somebody accepts it before anything is booked on it.

    :param codes: Fiken's chart
    :return: (code or '', whether it is a guess)
    """
    if code in MEANINGS:
        code = MEANINGS[code]
        return (code, False) if code in codes else ("", False)
    if OTHER_MEANING.fullmatch(code):
        return "", False
    if code in codes:
        return code, False
    for group in (f"{code[:3]}0", f"{code[:2]}00"):
        if len(code) == 4 and group in codes and not OTHER_MEANING.fullmatch(group):
            return group, True
    return "", False


# Accounts of Odoo's Norwegian chart whose meaning stands elsewhere in Fiken's: cash,
# and VAT of the high rate (fiken-api.md §8).
MEANINGS = {
    "1900": CASH_CODE,
    "1905": CASH_CODE,
    "1908": CASH_CODE,
    "2700": "2701",
    "2710": "2711",
}
# Of the other VAT accounts it is only known that each rate has one of its own, and that
# the codes are not Odoo's. Bank accounts have sub-accounts, found by their number.
OTHER_MEANING = re.compile(r"27[01]\d|19[256]0")
