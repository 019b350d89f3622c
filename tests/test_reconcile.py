import random
from copy import deepcopy
from dataclasses import replace

import pytest

from . import deck
from .deck.cards import LEAST, Stop
from .documents.invoices import InvoiceCase


class ReconcileCase(InvoiceCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.vendor.issuer = "odoo"

    def play(self, seed, *kinds):
        """The documents of these kinds, in Fiken as far as they go there."""
        world = deck.World(self.env, self.fiken_company, random.Random(seed))
        cards = [
            kind if isinstance(kind, deck.Card) else deck.CARDS[kind] for kind in kinds
        ]
        deck.play(world, cards, self.send_all)
        return world

    def send_all(self):
        """A run of the worker ends after some seconds."""
        for _run in range(20):
            self.send()
            if not self.env["fiken.worker"]._has_due_work(self.connection):
                break

    def compare(self, world, books=None):
        return deck.compare(world, books or self.sandbox.books(self.slug))


@pytest.mark.slow
class TestReconcile(ReconcileCase):
    """Documents of all kinds: Fiken's books are Odoo's journal, øre by øre.

    ``bench/run reconcile`` does the same with many more.
    """

    def test_documents_of_every_kind(self):
        world = self.play(1, *deck.CARDS)
        outcome = self.compare(world)
        self.assertEqual((outcome.differences, outcome.without_cause), ([], []))
        self.assertTrue(outcome.is_right())
        self.assertEqual(set(outcome.kinds), set(deck.CARDS))
        self.assertEqual(len(world.roundings_used), 2)


@pytest.mark.slow
class TestDeduction(ReconcileCase):
    """VAT that is deducted in part has its øre on the account where Odoo has it."""

    def test_bills_deducted_in_part_in_many_ways(self):
        kinds = ("partly_deducted", "not_deducted", "private_share")
        outcome = self.compare(self.play(6, *kinds * 20))
        self.assertEqual((outcome.differences, outcome.without_cause), ([], []))


class TestDeck(ReconcileCase):
    """The deck itself, and whether its comparison sees what it is to see."""

    def test_every_kind_has_its_share(self):
        for seed in range(1, 6):
            cards = deck.plan(random.Random(seed), 400)
            documents = sum(card.documents for card in cards)
            self.assertEqual(documents, 400)
            for kind in deck.CARDS.values():
                played = kind.documents * cards.count(kind)
                self.assertGreaterEqual(played, LEAST * documents, kind.kind)
            stopped = sum(card.documents for card in cards if card.stops)
            self.assertLessEqual(stopped, 0.1 * documents)

    def test_what_is_different_is_seen(self):
        world = self.play(3, "issued_by_fiken", "issued_by_odoo", "bill", "receipt")
        books = self.sandbox.books(self.slug)
        self.assertEqual(self.compare(world, books).differences, [])
        self.assertEqual(len(self.compare(world, books).booked), 4)
        for plant in (
            self.another_account,
            self.an_ore_of_vat,
            self.another_vat_type,
            self.another_day,
            self.another_number,
            self.another_total,
            self.missing,
            self.doubled,
            self.by_somebody_else,
        ):
            for kind in ("sales", "purchases"):
                changed = deepcopy(books)
                plant(changed, kind)
                with self.subTest(plant=plant.__name__, kind=kind):
                    self.assertTrue(self.compare(world, changed).differences)

    def line(self, books, kind, is_vat=False):
        """A posting of a document on an account of income, cost or VAT."""
        documents = {row["transactionId"] for row in books[kind]}
        return next(
            line
            for entry in books["journal"]
            for line in entry["lines"]
            if entry["transactionId"] in documents
            and line["account"].startswith("27" if is_vat else ("3", "4", "6", "7"))
            and (line["vatCode"] or not is_vat)
        )

    def another_account(self, books, kind):
        self.line(books, kind)["account"] = "3990"

    def an_ore_of_vat(self, books, kind):
        self.line(books, kind)["amount"] += 1
        self.line(books, kind, is_vat=True)["amount"] -= 1

    def another_vat_type(self, books, kind):
        self.line(books, kind)["vatCode"] = 12

    def another_day(self, books, kind):
        books[kind][0]["date"] = "2026-03-17"

    def another_number(self, books, kind):
        name = {"sales": "saleNumber", "purchases": "identifier"}[kind]
        for row in books[kind]:
            row[name] = "4711"

    def another_total(self, books, kind):
        """In the document's own currency."""
        books[kind][0]["grossInCurrency"] += 1

    def missing(self, books, kind):
        del books[kind][0]

    def doubled(self, books, kind):
        books[kind].append(dict(books[kind][0]))

    def by_somebody_else(self, books, _kind):
        """What is no document of Odoo's shows in the balances."""
        books["balances"][0]["balance"] += 1

    def test_a_stop_names_its_cause_where_the_deck_expects_one(self):
        def on_an_unmapped_account(world):
            lines = [world.line(codes={"3": ("3000",)})]
            account = world.account("3000")
            mapped = self.vendor.ledger_id.line_ids
            mapped.filtered(lambda line: line.account_id == account).unlink()
            return world.document(lines=lines)

        card = deck.Card(on_an_unmapped_account)
        in_the_mapping = Stop("Nothing is guessed.", names="in the account mapping")
        for stops, causes in (
            (None, 1),
            (in_the_mapping, 0),
            (replace(in_the_mapping, names="on the customer"), 1),
        ):
            world = self.play(5, replace(card, stops=stops))
            outcome = self.compare(world)
            self.assertEqual(len(outcome.stopped), 1)
            self.assertEqual(len(outcome.without_cause), causes, outcome)
            self.assertFalse(outcome.is_right())
