"""The company in which the cards are played."""

from collections import Counter
from functools import cached_property

from odoo import Command

from . import accounts as chart

DAY, LATER, DUE = "2026-03-16", "2026-03-20", "2026-04-15"
RATES = {"EUR": 11.4237, "USD": 10.1199, "SEK": 1.0377}
CASH_ROUNDINGS = ("add_invoice_line", "biggest_tax")
ROUNDING_METHODS = ("round_globally", "round_per_line")
# Øre that may go to the rounding account for one document.
CAP = 100


class World:
    """A connected company whose documents are made of the throws of ``dice``.

    :ivar kinds: {document id: its card}
    """

    def __init__(self, env, fiken_company, dice):
        self.env, self.fiken_company, self.dice = env, fiken_company, dice
        self.company = fiken_company.company_id
        self.vendor = fiken_company.default_vendor_id
        self.kinds, self.moves, self.drafts = {}, env["account.move"], []
        self.roundings_used = Counter()
        self._accounts, self._taxes = {}, {}
        self.vendor.write(
            {
                "credit_note_way": "negative",
                "bill_mode": "booked",
                "refund_bill": "negative",
                "payment_direction": "to",
            }
        )
        self.vendor.ledger_id.sales_without_tax = "NONE"
        fiken_company.sudo().write({"negative_lines": "send", "rounding_cap_ore": CAP})
        env.ref("product.decimal_price").sudo().digits = 5
        self.partners = env["res.partner"].create(
            [
                {"name": f"Kunde {n}", "country_id": env.ref("base.no").id}
                for n in range(3)
            ]
        )

    def play(self, card):
        """Make the documents of a card; :return: them"""
        moves = card.make(self)
        self.kinds.update(dict.fromkeys(moves.ids, card))
        self.moves |= moves
        return moves

    def edit_drafts(self):
        """What somebody does to documents that are drafts in Fiken."""
        for edit, move in self.drafts:
            edit(self, move)
        self.drafts = []

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
        category = self.category_with_code
        return {(category.id, code): to for code, to in chart.OF_CATEGORY.items()}

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

    @cached_property
    def included(self):
        """{code: the same tax, in the price}"""
        return {
            code: self._copy_of(
                self.tax(code), "i prisen", price_include_override="tax_included"
            )
            for code in chart.RATED
        }

    def _copy_of(self, tax, name, **values):
        name = f"{tax.name} {name}"
        found = self.env["account.tax"].search(
            [("company_id", "=", self.company.id), ("name", "=", name)]
        )
        return found or tax.copy({"name": name, **values})

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
    def category_without_code(self):
        return self._category("Uten kode")

    def _category(self, name):
        return self.env["product.category"].create(
            {
                "name": name,
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

    # Documents

    def price(self):
        return self.dice.choice(
            (
                self.dice.randint(1, 20000) / 100,
                self.dice.randint(1, 20000) * 5 / 100,
                self.dice.randint(1, 2000000) / 10000,
                self.dice.randint(1, 20000000) / 100000,
            )
        )

    def quantity(self):
        return self.dice.choice((1, 2, 3, 7, 0.5, 1.25, 12.34))

    def line(self, codes=None, use="sale", taxes=None, **values):
        """Values of a line with an account and the tax that goes with it.

        :param dict codes: {SAF-T code: accounts}; those of sales by default
        :param taxes: {SAF-T code: tax} instead of the chart's
        """
        codes = codes or chart.INCOME
        rated = chart.RATED if codes is chart.INCOME else ()
        code = self.dice.choice([*codes, *rated])
        tax = (taxes or {}).get(code) or (code and self.tax(code, use))
        return {
            "name": f"Vare {code}",
            "price_unit": self.price(),
            "quantity": self.quantity(),
            "discount": self.dice.choice((0, 0, 0, 5, 12.5, 33.33)),
            "account_id": self.account(self.dice.choice(codes[code])).id,
            "tax_ids": [Command.set(tax.ids if tax else [])],
            **values,
        }

    def lines(self, most=5, **values):
        return [self.line(**values) for _each in range(self.dice.randint(1, most))]

    def product_lines(self, product):
        """Lines whose accounts and taxes are those that Odoo proposes."""
        return [
            {
                "product_id": product.id,
                "price_unit": self.price(),
                "quantity": self.quantity(),
            }
            for _each in range(self.dice.randint(1, 3))
        ]

    def document(
        self, move_type="out_invoice", lines=None, issuer=None, method=None, **values
    ):
        """A confirmed document, rounded in one of the two ways.

        :param lines: values of its lines; some that are taxed in all ways by default
        :param method: how it is rounded; one or the other by default
        """
        dice = self.dice
        method = method or dice.choice(ROUNDING_METHODS)
        self.roundings_used[method] += 1
        companies = self.company | self.company.browse(values.get("company_id", []))
        companies.sudo().tax_calculation_rounding_method = method
        move = self.env["account.move"].create(
            {
                "move_type": move_type,
                "partner_id": dice.choice(self.partners).id,
                "invoice_date": DAY,
                "invoice_date_due": DUE,
                "invoice_line_ids": [
                    Command.create(line) for line in lines or self._mixed_lines()
                ],
                **values,
            }
        )
        if issuer:
            move.fiken_issuer = issuer
        move.action_post()
        return move

    def _mixed_lines(self):
        lines = self.lines(most=6)
        for line in lines:
            [(_set, _zero, tax_ids)] = line["tax_ids"]
            for code, tax in self.included.items():
                if tax_ids == self.tax(code).ids and self.dice.random() < 0.3:
                    line["tax_ids"] = [Command.set(tax.ids)]
        return lines

    def bill(self, lines, move_type="in_invoice", **values):
        number = self.env["account.move"].search_count([]) + 1
        return self.document(move_type, lines, ref=f"L-{number}", **values)

    def issuer(self):
        return self.dice.choice(("odoo", "odoo", "fiken"))

    def pay(self, move, journal, share=1.0):
        wizard = self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=move.ids
        )
        wizard.create(
            {
                "journal_id": journal.id,
                "payment_date": LATER,
                "amount": move.currency_id.round(share * move.amount_residual),
                "payment_difference_handling": "open",
            }
        )._create_payments()
        return move

    def credit(self, move):
        """Reversed in full, or its first line alone; :return: the new document"""
        credit = move._reverse_moves([{"invoice_date": LATER}])
        lines = credit.invoice_line_ids.filtered(lambda line: line.price_subtotal > 0)
        if self.dice.random() < 0.5 and lines:
            keep = self.dice.choice(lines)
            credit.invoice_line_ids = [
                Command.delete(line.id) for line in credit.invoice_line_ids - keep
            ]
        credit.action_post()
        return credit
