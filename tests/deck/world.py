"""The company in which the cards are played."""

from collections import Counter

from odoo import Command

from . import accounts as chart
from .company import Company

DAY, LATER, DUE = "2026-03-16", "2026-03-20", "2026-04-15"
ROUNDING_METHODS = ("round_globally", "round_per_line")
# Øre that may go to the rounding account for one document.
CAP = 100


class World(Company):
    """A connected company whose documents are made of the throws of ``dice``.

    :ivar kinds: {document id: its card}
    """

    def __init__(self, env, fiken_company, dice):
        super().__init__(env, fiken_company, dice)
        self.kinds, self.moves, self.drafts = {}, env["account.move"], []
        self.roundings_used = Counter()
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
            for code, tax in self.included().items():
                if tax_ids == self.tax(code).ids and self.dice.random() < 0.3:
                    line["tax_ids"] = [Command.set(tax.ids)]
        return lines

    def bill(self, lines, move_type="in_invoice", **values):
        number = self.env["account.move"].search_count([]) + 1
        return self.document(move_type, lines, ref=f"L-{number}", **values)

    def issuer(self):
        return self.dice.choice(("odoo", "odoo", "fiken"))

    def sold(self, lines, **values):
        """An invoice, or sometimes a credit note, that one or the other issues."""
        move_type = self.dice.choice((*["out_invoice"] * 4, "out_refund"))
        return self.document(move_type, lines, issuer=self.issuer(), **values)

    def bought(self, lines, **values):
        """A bill, or sometimes a refund."""
        move_type = self.dice.choice((*["in_invoice"] * 4, "in_refund"))
        return self.bill(lines, move_type, **values)

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
