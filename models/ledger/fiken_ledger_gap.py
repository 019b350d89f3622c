from odoo import api, fields, models
from odoo.fields import Domain

from ...fiken_api import vat
from ..connection.sentence import _lt
from .fiken_ledger import PAYMENT_JOURNALS

# How many records a sentence names.
NAMED = 10
# Of more products without tax than these, the rest is like them.
LOOKED_AT = 1000
# Modules of external ids that exports and imports give.
BY_PEOPLE = ("__export__", "__import__")
SALES = ("out_invoice", "out_refund", "out_receipt")


class FikenLedger(models.Model):
    """What in Odoo has no counterpart in Fiken, and who is told."""

    _inherit = "fiken.ledger"

    gap_count = fields.Integer("Missing", compute="_compute_gap_count")

    # Computes

    @api.depends("line_ids.fiken_code", "line_ids.purchase_code")
    def _compute_gap_count(self):
        """What a company uses is looked up once, and not for each of its ledgers."""
        rows = self.env["fiken.ledger.line"]
        unknown = Domain.OR(map(rows._unknown_domain, self.fiken_company_id.sudo()))
        unknown = dict(
            rows._read_group(
                Domain("ledger_id", "in", self.ids) & unknown,
                ["ledger_id"],
                ["__count"],
            )
        )
        lines, none = self._means_lines(), self.env["fiken.ledger.line"].sudo()
        lines = lines.grouped("ledger_id")
        for ledgers in self.grouped("company_id").values():
            first = ledgers[:1]
            categories = first._categories()
            journals = first._journals()
            accounts = first._accounts_in_use(categories, journals)
            means = first._means(journals)
            for ledger in ledgers:
                ledger.gap_count = (
                    len(ledger._unmapped_accounts(accounts))
                    + len(ledger._unmapped_categories(categories))
                    + len(
                        ledger._unmapped_means(means, lines.get(ledger._origin, none))
                    )
                    + unknown.get(ledger._origin, 0)
                )

    # Actions

    def action_open_gaps(self):
        """What has no account in Fiken, in one dialog."""
        return self._open_cure(self.env._("Missing in the Account Mapping"))

    def action_open_no_tax(self):
        """What sales without a tax are, and the accounts that do not take it."""
        return self._open_cure(self.env._("Sales without Tax"), fiken_no_tax=True)

    # Business

    def _open_cure(self, name, **context):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": name,
            "res_model": "fiken.cure",
            "view_mode": "form",
            "views": [(False, "form")],
            "target": "new",
            "context": {"default_ledger_id": self.id, **context},
        }

    def _gaps(self):
        """The records that have no account of Fiken's chart, each once."""
        unknown = self.line_ids.filtered("is_unknown")
        return list(
            dict.fromkeys(
                [
                    *self._unmapped_accounts(),
                    *self._unmapped_categories(),
                    *self._unmapped_means(),
                    *filter(None, unknown._sources().values()),
                ]
            )
        )

    def _unmapped_accounts(self, accounts=None):
        """Accounts that documents use, or would by default, and that have no line.

        :param accounts: those in use, where they were looked up already
        """
        accounts = self._accounts_in_use() if accounts is None else accounts
        return accounts.filtered(lambda account: not self._code_of(account))

    def _accounts_in_use(self, categories=None, journals=None):
        """Accounts that documents use, or would by default.

        :param categories: all of products, where they were looked up already
        :param journals: all of the company, likewise
        """
        self.ensure_one()
        company = self.company_id
        used = (
            self.env["account.move.line"]
            .sudo()
            ._read_group(
                [
                    ("company_id", "child_of", company.id),
                    ("parent_state", "=", "posted"),
                    ("display_type", "=", "product"),
                    ("move_id.move_type", "!=", "entry"),
                ],
                ["account_id"],
            )
        )
        accounts = self.env["account.account"].union(*(row[0] for row in used))
        categories = self._categories() if categories is None else categories
        accounts |= categories.property_account_income_categ_id
        accounts |= categories.property_account_expense_categ_id
        journals = self._journals() if journals is None else journals
        journals = journals.filtered(lambda one: one.type in ("sale", "purchase"))
        return accounts | journals.default_account_id

    def _odd_without_tax(self, vat_type, accounts):
        """Fiken's income accounts of these that do not go with this type.

        By Fiken's account help, which names the types of each account.
        """
        income = accounts.filtered(lambda one: one.internal_group == "income")
        codes = {self._code_of(account) for account in income} - {""}
        return sorted(code for code in codes if not vat.is_usual_pair(code, vat_type))

    def _refused_without_tax(self):
        """Accounts of sales without a tax that Fiken does not take so."""
        chosen = self.sales_without_tax
        if not chosen:
            return []
        accounts = self._untaxed_accounts()
        refused = self._odd_without_tax(chosen, accounts)
        return [one for one in accounts if self._code_of(one) in refused]

    def _untaxed_accounts(self):
        """Income accounts of sales lines without a tax, or of products without one."""
        self.ensure_one()
        company = self.company_id
        lines = (
            self.env["account.move.line"]
            .sudo()
            ._read_group(
                [
                    ("company_id", "child_of", company.id),
                    ("parent_state", "!=", "cancel"),
                    ("display_type", "=", "product"),
                    ("move_id.move_type", "in", SALES),
                    ("tax_ids", "=", False),
                    ("price_subtotal", "!=", 0),
                    ("account_id.internal_group", "=", "income"),
                ],
                ["account_id"],
            )
        )
        products = (
            self.env["product.template"]
            .sudo()
            .with_company(company)
            .search(
                [
                    ("sale_ok", "=", True),
                    ("company_id", "in", [False, company.id]),
                    ("taxes_id", "not any", [("company_id", "parent_of", company.id)]),
                ],
                limit=LOOKED_AT,
            )
        )
        products -= self._products_of_modules(products)
        own = products.property_account_income_id
        others = products.filtered(lambda one: not one.property_account_income_id)
        own |= others.categ_id.property_account_income_categ_id
        if others.filtered(
            lambda one: not one.categ_id.property_account_income_categ_id
        ):
            own |= company.income_account_id
        return own.union(*(row[0] for row in lines))

    @api.model
    def _products_of_modules(self, products):
        """What modules brought, as tips and down payments: nobody chose its taxes."""
        brought = (
            self.env["ir.model.data"]
            .sudo()
            .search_fetch(
                [
                    ("model", "=", products._name),
                    ("res_id", "in", products.ids),
                    ("module", "not in", BY_PEOPLE),
                ],
                ["res_id"],
            )
        )
        return products.browse(brought.mapped("res_id"))

    def _categories(self):
        """All of products, with the accounts of the company."""
        return (
            self.env["product.category"]
            .sudo()
            .with_company(self.company_id)
            .search_fetch(
                Domain.TRUE,
                [
                    "complete_name",
                    "parent_path",
                    "property_account_expense_categ_id",
                    "property_account_income_categ_id",
                ],
            )
        )

    def _unmapped_categories(self, categories=None):
        """Product categories whose products cannot be booked.

        :param categories: all, where they were looked up already
        """
        categories = self._categories() if categories is None else categories
        return categories.filtered(lambda one: not self._is_category_mapped(one))

    def _means(self, journals=None):
        """(payment journals, the tills' payment methods) of the company

        :param journals: all of it, where they were looked up already
        """
        return self._payment_journals(journals), self._pos_methods()

    def _means_lines(self):
        """The lines of journals and of tills' payment methods."""
        return (
            self.env["fiken.ledger.line"]
            .sudo()
            .search_fetch(
                Domain("ledger_id", "in", self.ids)
                & (
                    Domain("means_model", "!=", False)
                    | Domain("journal_id", "!=", False)
                ),
                ["journal_id", "ledger_id", "means_id", "means_model"],
            )
        )

    def _unmapped_means(self, means=None, lines=None):
        """Payment journals and the tills' payment methods that have no line.

        :param means: those of the company, where they were looked up already
        :param lines: those of this ledger's means, likewise
        """
        journals, methods = self._means() if means is None else means
        lines = self._means_lines() if lines is None else lines
        known = set(lines.filtered("means_model").mapped("means_id"))
        return [
            *(journals - lines.journal_id),
            *(method for method in methods if method.id not in known),
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
            fiken_company = ledger.fiken_company_id.sudo()
            if not fiken_company:
                continue
            missing = ledger._lacked(records)
            if missing:
                ledger._tell_unmapped(ledger._told_gaps() + missing)

    @api.model
    def _look_at_told_gaps(self):
        """What was mapped since it was told is told no more."""
        opened = (
            self.env["fiken.todo"]
            .sudo()
            .search([("kind", "=", "mapping"), ("state", "=", "open")])
        )
        for ledger in opened._records().exists().sudo():
            told = ledger._told_gaps()
            if told:
                ledger._tell_unmapped(told)

    def _used_ledgers(self):
        """Those that books are kept by; the template alone where there is no shop."""
        return self.fiken_company_id.sudo().vendor_ids.ledger_id or self

    def _lacked(self, records):
        """Those of these records that a ledger of the same company needs."""
        ledgers = self._used_ledgers()
        return [one for one in records if any(each._lacks(one) for each in ledgers)]

    def _told_gaps(self):
        """The records that the open to-do names."""
        opened = self.env["fiken.todo"]._opened(self._cause("unmapped"))
        return [
            record
            for model, res_id in opened.about or []
            for record in self.env[model].sudo().browse(res_id).exists()
        ]

    def _lacks(self, record):
        """Whether a new record belongs to this company and has no mapping yet."""
        company = self.company_id
        if record._name == "account.account":
            books = record.company_ids._fiken_books()
            return company in books and not self._code_of(record)
        if record._name == "product.category":
            return not self._is_category_chosen(record)
        if record.company_id._fiken_books() != company:
            return False
        if record._name == "account.tax":
            return (
                self.fiken_company_id.sudo()._is_vat_registered()
                and not record.fiken_vat_type
                and record.type_tax_use != "none"
            )
        return record.type in PAYMENT_JOURNALS and not self._code_of(record)

    def _tell_unmapped(self, records):
        """One to-do for all that is new and is not mapped; closed with the last."""
        missing = self._lacked(dict.fromkeys(records))
        if not missing:
            self._cured("unmapped")
            return
        names = names_of(missing, self.company_id)
        note = _lt(
            "New in Odoo and without a counterpart in Fiken: %(names)s. Map it in the"
            " account mapping of the shops, or here, then press Apply to Shops; a tax"
            " gets its Fiken VAT type on the tax. Until then what needs it is not"
            " sent.",
            names=names,
        )
        self._notify_managers(
            "unmapped",
            _lt("Map %(names)s", names=names_of(missing, self.company_id, 3)),
            note,
            kind="mapping",
            count=len(missing),
            about=[[record._name, record.id] for record in missing],
            fiken_company_id=self.fiken_company_id.id,
        )


def names_of(records, company, named=NAMED):
    """The first of these records, for a sentence; accounts by code and name."""
    names = ", ".join(
        record._fiken_name(company)
        if record._name == "account.account"
        else record.sudo().with_company(company).display_name
        for record in records[:named]
    )
    more = len(records) - named
    return f"{names} … (+{more})" if more > 0 else names
