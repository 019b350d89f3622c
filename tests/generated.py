"""Random documents of every kind.

Shared by tests and benchmarks, so nothing here knows how either is run.
"""

from dataclasses import dataclass

from odoo import Command

DAY = "2026-03-16"
DUE = "2026-04-15"
# Income accounts that go with each SAF-T code (None: no tax in Odoo).
ACCOUNTS = {
    "3": ("3000", "3010", "3020"),
    "31": ("3030", "3040"),
    "33": ("3050",),
    "5": ("3100",),
    "6": ("3200",),
    "7": ("3009",),
    "51": ("3110",),
    "52": ("3120",),
    None: ("3019",),
}
RATED = ("3", "31", "33")
# Expense accounts in the same way; a service from abroad (86) among them.
COSTS = {
    "1": ("4300", "6540"),
    "11": ("4300",),
    "13": ("7140",),
    "86": ("6553",),
    "0": ("6800",),
    None: ("7770",),
}
# What a bill in another currency may have: Fiken takes no Norwegian VAT on it.
FOREIGN_COSTS = {code: COSTS[code] for code in ("0", None)}
RATES = {"EUR": 11.4237, "USD": 10.1199, "SEK": 1.0377}
ROUNDING = "7740"
BANK = "1920:10001"
# Where Fiken keeps output and input VAT.


class World:
    """A connected company whose documents are made of the throws of ``dice``."""

    def __init__(self, env, fiken_company, dice):
        self.env, self.fiken_company, self.dice = env, fiken_company, dice
        self.company = fiken_company.company_id
        self.vendor = fiken_company.default_vendor_id
        self.vendor.write(
            {
                "credit_note_way": "negative",
                "bill_mode": "booked",
                "refund_bill": "negative",
                "payment_direction": "to",
            }
        )
        self.vendor.ledger_id.sales_without_tax = "NONE"
        fiken_company.sudo().negative_lines = "send"
        env.ref("product.decimal_price").sudo().digits = 5
        self.accounts = {}
        self.taxes = {code: self._tax(code, "sale") for code in ACCOUNTS if code}
        self.included = {code: self._included(self.taxes[code]) for code in RATED}
        self.partners = env["res.partner"].create(
            [
                {"name": f"Kunde {n}", "country_id": env.ref("base.no").id}
                for n in range(3)
            ]
        )
        self.currencies = [self._currency(name) for name in RATES]
        self.costs = {code: self._tax(code, "purchase") for code in COSTS if code}
        self.cash = self._money_journal("cash", "1901")
        self.bank = self._money_journal("bank", BANK)
        # Without an account a payment has no entry before the bank's statement comes.
        for lines in (
            self.bank.inbound_payment_method_line_ids,
            self.bank.outbound_payment_method_line_ids,
        ):
            lines.payment_account_id = self.bank.default_account_id
        self.roundings = [self._cash_rounding(way) for way in CASH_ROUNDINGS]
        self.terms = [self._early_discount(way) for way in ("included", "excluded")]

    # What documents are made of

    def account(self, code):
        if code not in self.accounts:
            accounts = self.env["account.account"]
            self.accounts[code] = accounts.search(
                [*accounts._check_company_domain(self.company), ("code", "=", code)],
                limit=1,
            )
        return self.accounts[code]

    def _tax(self, code, use):
        return self.env["account.tax"].search(
            [
                ("company_id", "=", self.company.id),
                ("l10n_no_standard_code", "=", code),
                ("type_tax_use", "=", use),
            ],
            limit=1,
        )

    def _included(self, tax):
        name = f"{tax.name} i prisen"
        found = self.env["account.tax"].search(
            [("company_id", "=", self.company.id), ("name", "=", name)]
        )
        return found or tax.copy(
            {"name": name, "price_include_override": "tax_included"}
        )

    def _currency(self, name):
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

    def _money_journal(self, kind, code):
        journal = self.env["account.journal"].search(
            [("company_id", "=", self.company.id), ("type", "=", kind)], limit=1
        ) or self.env["account.journal"].create(
            {"name": kind.title(), "type": kind, "code": kind.upper()}
        )
        ledger = self.vendor.ledger_id
        line = ledger.line_ids.filtered(lambda one: one.journal_id == journal)
        if not line:
            line = ledger.line_ids.create(
                {"ledger_id": ledger.id, "journal_id": journal.id, "fiken_code": code}
            )
        line.write({"fiken_code": code, "is_proposal": False})
        return journal

    def _cash_rounding(self, way):
        account = self.account(ROUNDING)
        return self.env["account.cash.rounding"].create(
            {
                "name": "Hele kroner",
                "rounding": 1.0,
                "strategy": way,
                "profit_account_id": account.id,
                "loss_account_id": account.id,
            }
        )

    def _early_discount(self, way):
        return self.env["account.payment.term"].create(
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
        )

    def price(self):
        return self.dice.choice(
            (
                self.dice.randint(1, 20000) / 100,
                self.dice.randint(1, 20000) * 5 / 100,
                self.dice.randint(1, 2000000) / 10000,
                self.dice.randint(1, 20000000) / 100000,
            )
        )

    def line(self, accounts=None, taxes=None):
        dice = self.dice
        codes = accounts or ACCOUNTS
        code = dice.choice([*codes, *(RATED if codes is ACCOUNTS else ())])
        tax = (taxes or self.taxes).get(code)
        if codes is ACCOUNTS and code in RATED and dice.random() < 0.3:
            tax = self.included[code]
        return {
            "name": f"Vare {code}",
            "price_unit": self.price(),
            "quantity": dice.choice((1, 2, 3, 7, 0.5, 1.25, 12.34)),
            "discount": dice.choice((0, 0, 0, 5, 12.5, 33.33)),
            "account_id": self.account(dice.choice(codes[code])).id,
            "tax_ids": [Command.set(tax.ids if tax else [])],
        }

    def document(self, move_type="out_invoice", lines=None, issuer=None, **values):
        """A confirmed document, rounded in one of the two ways."""
        dice = self.dice
        self.company.sudo().tax_calculation_rounding_method = dice.choice(
            ("round_globally", "round_per_line")
        )
        lines = lines or [self.line() for _each in range(dice.randint(1, 6))]
        move = self.env["account.move"].create(
            {
                "move_type": move_type,
                "partner_id": dice.choice(self.partners).id,
                "invoice_date": DAY,
                "invoice_date_due": DUE,
                "invoice_line_ids": [Command.create(line) for line in lines],
                **values,
            }
        )
        if issuer:
            move.fiken_issuer = issuer
        move.action_post()
        return move


CASH_ROUNDINGS = ("add_invoice_line", "biggest_tax")


# Kinds


def issued_by_odoo(world):
    return world.document()


def issued_by_fiken(world):
    return world.document(issuer="fiken")


def first_a_draft(world):
    return world.document(fiken_mode="draft")


def in_currency(world):
    currency = world.dice.choice(world.currencies)
    return world.document(currency_id=currency.id)


def with_a_rebate(world):
    lines = [world.line() for _each in range(world.dice.randint(2, 5))]
    largest = max(lines, key=lambda line: line["price_unit"] * line["quantity"])
    rebate = {**largest, "name": "Rabatt", "price_unit": -0.37, "quantity": 1}
    return world.document(lines=[*lines, rebate])


def rounded_to_kroner(world):
    rounding = world.dice.choice(world.roundings)
    return world.document(invoice_cash_rounding_id=rounding.id)


def with_early_discount(world):
    term = world.dice.choice(world.terms)
    return world.document(invoice_payment_term_id=term.id)


def _credit(world, move):
    """In full, or the first line alone."""
    credit = move._reverse_moves([{"invoice_date": "2026-03-20"}])
    lines = credit.invoice_line_ids.filtered(lambda line: line.price_subtotal > 0)
    if world.dice.random() < 0.5 and lines:
        keep = world.dice.choice(lines)
        credit.invoice_line_ids = [
            Command.delete(line.id) for line in credit.invoice_line_ids - keep
        ]
    credit.action_post()
    return move | credit


def credited_by_odoo(world):
    return _credit(world, world.document())


def credited_in_currency(world):
    return _credit(world, in_currency(world))


def credited_by_fiken(world):
    return _credit(world, world.document(issuer="fiken"))


def credit_note_alone(world):
    issuer = world.dice.choice(("odoo", "fiken"))
    return world.document("out_refund", issuer=issuer)


def _pay(world, move, journal, share=1.0):
    wizard = world.env["account.payment.register"].with_context(
        active_model="account.move", active_ids=move.ids
    )
    wizard.create(
        {
            "journal_id": journal.id,
            "payment_date": "2026-03-20",
            "amount": move.currency_id.round(share * move.amount_residual),
            "payment_difference_handling": "open",
        }
    )._create_payments()
    return move


def receipt(world):
    return _pay(world, world.document("out_receipt"), world.cash)


def paid_through_the_bank(world):
    """In full, in part, or in two parts."""
    move = world.dice.choice((world.document, lambda: bill(world)))()
    for share in world.dice.choice(((1,), (0.4,), (0.3, 1))):
        if move.amount_residual:
            _pay(world, move, world.bank, share)
    return move


def bill(world, move_type="in_invoice", codes=None, **values):
    codes = codes or COSTS
    number = world.env["account.move"].search_count([]) + 1
    return world.document(
        move_type,
        [world.line(codes, world.costs) for _each in range(world.dice.randint(1, 4))],
        ref=f"L-{number}",
        **values,
    )


def bill_first_a_draft(world):
    return bill(world, fiken_mode="draft")


def bill_in_currency(world):
    currency = world.dice.choice(world.currencies)
    return bill(world, codes=FOREIGN_COSTS, currency_id=currency.id)


def bill_credited(world):
    return _credit(world, bill(world))


def bill_refund(world):
    return bill(world, "in_refund")


def bill_receipt(world):
    return _pay(world, bill(world, "in_receipt"), world.cash)


@dataclass
class Kind:
    """:ivar needs: the resource that sends it; without it, it is not made"""

    make: object
    needs: str
    weight: int = 1


KINDS = [
    Kind(issued_by_odoo, "sale", 4),
    Kind(issued_by_fiken, "invoice", 3),
    Kind(first_a_draft, "sale_draft", 1),
    Kind(in_currency, "sale", 3),
    Kind(with_a_rebate, "sale", 1),
    Kind(rounded_to_kroner, "sale", 1),
    Kind(with_early_discount, "sale", 1),
    Kind(credited_by_odoo, "sale", 2),
    Kind(credited_in_currency, "sale", 1),
    Kind(credited_by_fiken, "credit_note", 2),
    Kind(credit_note_alone, "credit_note", 1),
    Kind(receipt, "cash_sale", 2),
    Kind(bill, "purchase", 4),
    Kind(bill_first_a_draft, "purchase_draft", 1),
    Kind(bill_in_currency, "purchase", 1),
    Kind(bill_credited, "purchase", 1),
    Kind(bill_refund, "purchase", 1),
    Kind(bill_receipt, "purchase", 1),
    Kind(paid_through_the_bank, "payment", 3),
]


def generate(world, count):
    """``count`` confirmed documents, or one more where they come in pairs."""
    kinds = [kind for kind in KINDS if f"fiken.resource.{kind.needs}" in world.env]
    weights = [kind.weight for kind in kinds]
    moves = world.env["account.move"]
    while len(moves) < count:
        [kind] = world.dice.choices(kinds, weights)
        moves |= kind.make(world)
    return moves
