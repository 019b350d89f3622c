from odoo import api, fields, models
from odoo.fields import Domain

from ...fiken_api import vat
from ..outbox.fiken_notifier import ACTIVITY
from .fiken_ledger import PAYMENT_JOURNALS

# How many records a sentence names.
NAMED = 10


class FikenLedger(models.Model):
    """What in Odoo has no counterpart in Fiken, and who is told."""

    _inherit = "fiken.ledger"

    gap_count = fields.Integer("Gaps", compute="_compute_gap_count")

    # Computes

    @api.depends("line_ids.fiken_code", "line_ids.purchase_code")
    def _compute_gap_count(self):
        for ledger in self:
            ledger.gap_count = (
                len(ledger._unmapped_accounts())
                + len(ledger._unmapped_categories())
                + len(ledger._unmapped_means())
                + len(ledger.line_ids.filtered("is_unknown"))
            )

    # Business

    def _unmapped_accounts(self):
        """Accounts that documents use, or would by default, and that have no line."""
        return self._accounts_in_use().filtered(
            lambda account: not self._code_of(account)
        )

    def _accounts_in_use(self):
        """Accounts that documents use, or would by default."""
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
                [
                    ("company_id", "child_of", company.id),
                    ("type", "in", ("sale", "purchase")),
                ]
            )
        )
        return accounts | journals.default_account_id

    def _odd_without_tax(self, vat_type):
        """Fiken's income accounts in use that its help does not name with this type."""
        income = self._accounts_in_use().filtered(
            lambda account: account.internal_group == "income"
        )
        codes = {self._code_of(account) for account in income} - {""}
        return sorted(code for code in codes if not vat.is_usual_pair(code, vat_type))

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
            fiken_company = ledger.fiken_company_id.sudo()
            if not fiken_company:
                continue
            ledgers = fiken_company.vendor_ids.ledger_id or ledger
            missing = records.filtered(
                lambda record, ledgers=ledgers: any(
                    one._lacks(record) for one in ledgers
                )
            )
            if missing:
                ledger._tell_unmapped(missing)

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
        names = names_of(records, self.company_id)
        note = self.env._(
            "New in Odoo and without a counterpart in Fiken: %(names)s. Map it in the"
            " vendors' ledgers, or here, then press Apply to Vendors; a tax gets its"
            " Fiken VAT type on the tax. Until then what needs it is not sent.",
            names=names,
        )
        summary = self.env._("Map %(names)s", names=names)
        self._notify_managers(summary, note, ACTIVITY, once=False)


def names_of(records, company):
    """The first of these records, for a sentence; accounts by code and name."""
    names = ", ".join(
        record._fiken_name(company)
        if record._name == "account.account"
        else record.sudo().with_company(company).display_name
        for record in records[:NAMED]
    )
    more = len(records) - NAMED
    return f"{names} … (+{more})" if more > 0 else names
