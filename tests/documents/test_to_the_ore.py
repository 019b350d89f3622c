import random
import re
from collections import Counter
from unittest.mock import patch

import pytest

from odoo import Command

from ...fiken_api import money
from ..deck.accounts import INCOME, RATED
from .invoices import InvoiceCase

# Where each system keeps the output VAT of a type.
VAT_ACCOUNTS = {
    "HIGH": ("2700", "2701"),
    "MEDIUM": ("2701", "2702"),
    "LOW": ("2703", "2703"),
}
INVOICES = 15


@pytest.mark.slow
class TestToTheOre(InvoiceCase):
    """Random invoices: Fiken's books and Odoo's journal are the same, øre by øre."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.ref("product.decimal_price").digits = 5
        cls.env.ref("uom.decimal_product_uom").digits = 4
        cls.fiken_company.negative_lines = "send"

    def setUp(self):
        super().setUp()
        self.taxes = {(code, False): self.tax(code) for code in INCOME if code}
        for code in RATED:
            tax = self.tax(code)
            self.taxes[code, True] = tax.copy(
                {
                    "name": f"{tax.name} i prisen",
                    "price_include_override": "tax_included",
                }
            )

    def check(self, issuer, rounding, seed):
        self.vendor.issuer = issuer
        self.round(rounding)
        dice = random.Random(seed)
        moves = self.env["account.move"].union(
            *(self.random_invoice(dice) for _each in range(INVOICES))
        )
        for _run in range(5):
            # A run of the worker ends after some seconds.
            self.send()
            if "waiting" not in moves.mapped("fiken_state"):
                break
        for move in moves:
            self.assertEqual(move.fiken_state, "booked", self.reasons(move))
        in_fiken = {
            str(sale["id"]): sale for sale in self.sandbox.books(self.slug)["sales"]
        }
        if issuer == "fiken":
            in_fiken = {
                str(invoice["id"]): in_fiken[str(invoice["saleId"])]
                for invoice in self.sandbox.books(self.slug)["invoices"]
            }
        residues = Counter()
        for move in moves:
            binding = self.binding(move, "invoice" if issuer == "fiken" else "sale")
            residues += self.compare(move, in_fiken[binding.remote_id])
        self.compare_balances(moves)
        return residues

    def test_what_is_stored_by_line_is_what_the_tax_engine_says(self):
        documents = self.env["fiken.resource.sale"]
        dice, ways = random.Random(7), Counter()
        for rounding in ("globally", "per_line") * INVOICES:
            self.round(rounding)
            thrice = self.invoice(*[self.line(0.5)] * 3)
            for move in (self.random_invoice(dice), thrice):
                with patch.object(
                    type(documents), "_stored_base_lines", lambda _self, _move: None
                ):
                    engine = self.base_lines(documents, move)
                self.assertEqual(self.base_lines(documents, move), engine)
                ways[rounding, documents._stored_base_lines(move) is None] += 1
        # Lines that are rounded each by itself always add up to the journal.
        self.assertFalse(ways["per_line", True])
        self.assertTrue(ways["globally", True])
        self.assertTrue(ways["globally", False])

    def test_tax_that_a_person_changed_is_left_to_the_tax_engine(self):
        documents = self.env["fiken.resource.sale"]
        move = self.invoice(self.line(100.0), self.line(50.0), post=False)
        self.assertIsNotNone(documents._stored_base_lines(move))
        tax = move.line_ids.filtered("tax_line_id")
        claim = move.line_ids.filtered(lambda aml: aml.display_type == "payment_term")
        move.write(
            {
                "line_ids": [
                    Command.update(tax.id, {"balance": tax.balance - 0.01}),
                    Command.update(claim.id, {"balance": claim.balance + 0.01}),
                ]
            }
        )
        self.assertIsNone(documents._stored_base_lines(move))
        self.assertEqual(sum(row[2] for row in self.base_lines(documents, move)), 3751)

    def base_lines(self, documents, move):
        return [
            (base_line["record"], net, tax, taxes)
            for base_line, net, tax, taxes in documents._base_lines(move)
        ]

    def random_invoice(self, dice):
        lines = []
        for _each in range(dice.randint(1, 7)):
            code = dice.choice([*RATED, *INCOME])
            included = code in RATED and dice.random() < 0.3
            price = dice.choice(
                (
                    dice.randint(1, 20000) / 100,
                    dice.randint(1, 20000) * 5 / 100,
                    dice.randint(1, 2000000) / 10000,
                    dice.randint(1, 20000000) / 100000,
                )
            )
            lines.append(
                {
                    "name": f"Vare {code}",
                    "price_unit": price,
                    "quantity": dice.choice((1, 2, 3, 7, 0.5, 1.25, 0.3333, 12.345)),
                    "discount": dice.choice((0, 0, 0, 5, 12.5, 33.33)),
                    "account_id": self.account(dice.choice(INCOME[code])).id,
                    "tax_ids": [
                        Command.set(self.taxes[code, included].ids if code else [])
                    ],
                }
            )
        if dice.random() < 0.2:
            largest = max(lines, key=lambda line: line["price_unit"] * line["quantity"])
            lines.append(
                {**largest, "name": "Rabatt", "price_unit": -0.97, "quantity": 1}
            )
            lines.append(self.line(dice.randint(100, 900) / 100, name="Porto"))
        return self.invoice(*lines)

    def figures(self, move):
        """(net by account and VAT type, VAT by type) of Odoo's journal, in øre."""
        nets, vats = Counter(), Counter()
        for aml in move.line_ids:
            if aml.tax_line_id:
                vats[aml.tax_line_id.fiken_vat_type] -= money.to_ore(aml.balance)
            elif aml.display_type == "product":
                vat_type = aml.tax_ids.fiken_vat_type or "NONE"
                nets[aml.account_id.code, vat_type] -= money.to_ore(aml.balance)
        return nets, vats

    def compare(self, move, sale):
        """:return: residue by VAT type, as Fiken's books have it"""
        nets, vats = self.figures(move)
        fiken_nets, fiken_vats = Counter(), Counter()
        for line in sale["lines"]:
            fiken_nets[line["account"], line["vatType"]] += line["netPrice"]
            fiken_vats[line["vatType"]] += line["vat"]
        rounding = fiken_nets.pop(("7740", "NONE"), 0)
        same = {key: net for key, net in fiken_nets.items() if net}
        self.assertEqual(
            same, {key: net for key, net in nets.items() if net}, move.name
        )
        self.assertEqual(sale["gross"], money.to_ore(move.amount_total), move.name)
        residues = Counter(
            {
                vat_type: vats[vat_type] - fiken_vats[vat_type]
                for vat_type in {*vats, *fiken_vats}
                if vats[vat_type] != fiken_vats[vat_type]
            }
        )
        self.assertEqual(sum(residues.values()), rounding, move.name)
        self.assertLessEqual(
            sum(map(abs, residues.values())), self.fiken_company.rounding_cap_ore
        )
        self.assertEqual(
            set(residues), self.listed(move), "each one is said on the job"
        )
        return Counter({vat_type: abs(ore) for vat_type, ore in residues.items()})

    def listed(self, move):
        """The VAT types with a difference in the notes of the jobs of a document."""
        notes = " ".join(filter(None, self.jobs(move).mapped("note")))
        return {
            vat_type
            for vat_type, odoo, fiken in re.findall(
                r"VAT (\w+): Odoo (-?[\d,]+\.\d\d), Fiken (-?[\d,]+\.\d\d);", notes
            )
            if odoo != fiken
        }

    def compare_balances(self, moves):
        """The ledgers as a whole, by Fiken's own account balances."""
        rows = self._all_pages_of_balances()
        odoo = Counter()
        for aml in moves.line_ids:
            odoo[aml.account_id.code] += money.to_ore(aml.balance)
        receivables = sum(ore for code, ore in rows.items() if code.startswith("1500:"))
        self.assertEqual(receivables, odoo["1500"])
        for code in {code for codes in INCOME.values() for code in codes}:
            self.assertEqual(rows.get(code, 0), odoo[code], code)
        vat = sum(odoo[ours] for ours, _theirs in VAT_ACCOUNTS.values())
        fiken_vat = sum(rows.get(theirs, 0) for _ours, theirs in VAT_ACCOUNTS.values())
        self.assertEqual(vat, fiken_vat + rows.get("7740", 0))
        self.assertEqual(sum(rows.values()), 0)

    def _all_pages_of_balances(self):
        rows, page = {}, 0
        while True:
            more = self.sandbox.get(
                f"/companies/{self.slug}/accountBalances",
                date="2026-12-31",
                page=page,
                pageSize=100,
            )
            rows.update({row["code"]: row["balance"] for row in more})
            page += 1
            if len(more) < 100:
                return rows

    def test_odoo_issues_rounded_globally(self):
        self.assertTrue(self.check("odoo", "globally", 11), "some øre were left over")

    def test_odoo_issues_rounded_per_line(self):
        self.check("odoo", "per_line", 12)

    def test_fiken_issues_rounded_globally(self):
        self.assertTrue(self.check("fiken", "globally", 13), "some øre were left over")

    def test_fiken_issues_rounded_per_line(self):
        self.check("fiken", "per_line", 14)
