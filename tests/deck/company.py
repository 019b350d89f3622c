"""The company of the deck: what it has in Odoo, and how its ledger maps that."""

from functools import cached_property

from odoo import Command

from . import accounts as chart

RATES = {"EUR": 11.4237, "USD": 10.1199, "SEK": 1.0377}
CASH_ROUNDINGS = ("add_invoice_line", "biggest_tax")


class Company:
    """Accounts, taxes, means of payment, products and branches, made when needed."""

    def __init__(self, env, fiken_company, dice):
        self.env, self.fiken_company, self.dice = env, fiken_company, dice
        self.company = fiken_company.company_id
        self.vendor = fiken_company.default_vendor_id
        self._accounts, self._taxes, self._copies = {}, {}, {}

    # The ledger

    def account(self, code):
        """An account of Odoo's, mapped as the deck says."""
        if code not in self._accounts:
            accounts = self.env["account.account"]
            found = accounts.search(
                [*accounts._check_company_domain(self.company), ("code", "=", code)],
                limit=1,
            )
            self._accounts[code] = found
            self._map({"account_id": found.id}, chart.IN_FIKEN.get(code, code))
        return self._accounts[code]

    def _map(self, source, code, **values):
        [(field, record_id)] = source.items()
        ledger = self.vendor.ledger_id
        line = ledger.line_ids.filtered(lambda one: one[field].id == record_id)
        if not line:
            line = ledger.line_ids.create(
                {"ledger_id": ledger.id, **source, "fiken_code": code}
            )
        line.write(
            {"fiken_code": code, "is_proposal": False, "is_guess": False, **values}
        )

    @property
    def category_codes(self):
        """{(product category, Odoo account): Fiken's} where the category decides."""
        return {
            (category.id, code): to
            for category in (self.category_with_code, self.category_below)
            for code, to in chart.OF_CATEGORY.items()
        }

    # Taxes

    def tax(self, code, use="sale"):
        """The chart's tax with a SAF-T code; none for no code."""
        if (code, use) not in self._taxes:
            self._taxes[code, use] = self.env["account.tax"].search(
                [
                    ("company_id", "=", self.company.id),
                    ("l10n_no_standard_code", "=", code or ""),
                    ("type_tax_use", "=", use),
                ],
                order="sequence, id",
                limit=1,
            )
        return self._taxes[code, use]

    def included(self, use="sale"):
        """{code: the same tax, in the price}"""
        codes = chart.RATED if use == "sale" else chart.DEDUCTIBLE
        return {
            code: self._copy_of(
                self.tax(code, use), "i prisen", price_include_override="tax_included"
            )
            for code in codes
        }

    def _copy_of(self, tax, name, **values):
        name = f"{tax.name} {name}"
        if (tax, name) not in self._copies:
            found = self.env["account.tax"].search(
                [
                    ("company_id", "=", self.company.id),
                    ("type_tax_use", "=", tax.type_tax_use),
                    ("name", "=", name),
                ]
            )
            self._copies[tax, name] = found or tax.copy({"name": name, **values})
        return self._copies[tax, name]

    def partly_deducted(self, code, per_cent):
        """The purchase tax with a part that is not deducted but cost."""
        key = (code, per_cent)
        if key not in self._taxes:
            tax = self._copy_of(self.tax(code, "purchase"), f"{per_cent} % fradrag")
            [account] = self.tax(code, "purchase").invoice_repartition_line_ids.mapped(
                "account_id"
            )
            parts = [
                {"factor_percent": per_cent, "account_id": account.id},
                {"factor_percent": 100 - per_cent},
            ]
            lines = [
                Command.clear(),
                Command.create({"repartition_type": "base"}),
                *(
                    Command.create({"repartition_type": "tax", **part})
                    for part in parts
                    if part["factor_percent"]
                ),
            ]
            tax.write(
                {
                    "invoice_repartition_line_ids": lines,
                    "refund_repartition_line_ids": lines,
                }
            )
            self._taxes[key] = tax
        return self._taxes[key]

    @cached_property
    def cash_basis_tax(self):
        """VAT that is due when the customer pays."""
        self.company.sudo().tax_exigibility = True
        account = self.env["account.account"].create(
            {
                "code": "2799",
                "name": "Mva. til forfall ved betaling",
                "account_type": "liability_current",
                "reconcile": True,
            }
        )
        return self._copy_of(
            self.tax("3"),
            "ved betaling",
            tax_exigibility="on_payment",
            cash_basis_transition_account_id=account.id,
        )

    @cached_property
    def export(self):
        """A fiscal position that maps accounts and taxes."""
        position = self.env["account.fiscal.position"].create(
            {
                "name": "Eksport",
                "account_ids": [
                    Command.create(
                        {
                            "account_src_id": self.account(code).id,
                            "account_dest_id": self.account(to).id,
                        }
                    )
                    for code, to in (("3000", chart.EXPORT), ("4300", "6800"))
                ],
            }
        )
        for use, domestic, abroad in (("sale", "3", "52"), ("purchase", "1", "0")):
            self._copy_of(
                self.tax(abroad, use),
                "eksport",
                original_tax_ids=[Command.set(self.tax(domestic, use).ids)],
                fiscal_position_ids=[Command.set(position.ids)],
            )
        return position

    # Money

    def currency(self):
        name = self.dice.choice(list(RATES))
        currency = self.env.ref(f"base.{name}").sudo()
        currency.active = True
        rates = self.env["res.currency.rate"].sudo()
        key = [("currency_id", "=", currency.id), ("company_id", "=", self.company.id)]
        if not rates.search_count([*key, ("name", "=", "2026-01-01")]):
            rates.create(
                {
                    "name": "2026-01-01",
                    "currency_id": currency.id,
                    "company_id": self.company.id,
                    "inverse_company_rate": RATES[name],
                }
            )
        return currency

    @cached_property
    def cash(self):
        return self._money_journal("cash", chart.CASH)

    @cached_property
    def bank(self):
        journal = self._money_journal("bank", chart.BANK)
        # Without an account a payment has no entry before the bank's statement comes.
        for lines in (
            journal.inbound_payment_method_line_ids,
            journal.outbound_payment_method_line_ids,
        ):
            lines.payment_account_id = journal.default_account_id
        return journal

    def _money_journal(self, kind, code):
        journal = self.env["account.journal"].search(
            [("company_id", "=", self.company.id), ("type", "=", kind)], limit=1
        ) or self.env["account.journal"].create(
            {"name": kind.title(), "type": kind, "code": kind.upper()}
        )
        self._map({"journal_id": journal.id}, code)
        return journal

    @cached_property
    def roundings(self):
        account = self.account(chart.ROUNDING)
        return self.env["account.cash.rounding"].create(
            [
                {
                    "name": "Hele kroner",
                    "rounding": 1.0,
                    "strategy": way,
                    "profit_account_id": account.id,
                    "loss_account_id": account.id,
                }
                for way in CASH_ROUNDINGS
            ]
        )

    @cached_property
    def terms(self):
        return self.env["account.payment.term"].create(
            [
                {
                    "name": "2/7, netto 30",
                    "early_discount": True,
                    "early_pay_discount_computation": way,
                    "discount_percentage": 2,
                    "discount_days": 7,
                    "line_ids": [
                        Command.create(
                            {"value": "percent", "value_amount": 100, "nb_days": 30}
                        )
                    ],
                }
                for way in ("included", "excluded")
            ]
        )

    # Products and branches

    @cached_property
    def category_with_code(self):
        category = self._category("Med kode")
        codes = chart.OF_CATEGORY
        self._map(
            {"category_id": category.id}, codes["3000"], purchase_code=codes["4300"]
        )
        return category

    @cached_property
    def category_below(self):
        return self._category(
            "Under den med kode", parent_id=self.category_with_code.id
        )

    @cached_property
    def category_without_code(self):
        return self._category("Uten kode")

    def _category(self, name, **values):
        return self.env["product.category"].create(
            {
                "name": name,
                **values,
                "property_account_income_categ_id": self.account("3000").id,
                "property_account_expense_categ_id": self.account("4300").id,
            }
        )

    def product(self, category, **values):
        return self.env["product.product"].create(
            {
                "name": f"{category.name} {self.dice.randint(1, 999)}",
                "type": "service",
                "categ_id": category.id,
                "taxes_id": [Command.set(self.tax("3").ids)],
                "supplier_taxes_id": [Command.set(self.tax("1", "purchase").ids)],
                **values,
            }
        )

    @cached_property
    def branch(self):
        company = self.company.sudo()
        branch = company.create(
            {
                "name": "Filial Bergen",
                "parent_id": company.id,
                "currency_id": company.currency_id.id,
            }
        )
        # Given at once, it would make Odoo install all that Norwegians may need.
        branch.partner_id.country_id = company.country_id
        self.env.user.sudo().company_ids |= branch
        # A branch gets its accounts just before the commit.
        self.env.flush_all()
        self.env.cr.precommit.run()
        return branch

    @cached_property
    def branch_journal(self):
        return self.env["account.journal"].create(
            {
                "name": "Salg Bergen",
                "code": "SBERG",
                "type": "sale",
                "company_id": self.branch.id,
                "default_account_id": self.account("3000").id,
            }
        )
