import random

import pytest

from . import compared, generated
from .documents.invoices import InvoiceCase

DOCUMENTS = 25


@pytest.mark.slow
class TestReconcile(InvoiceCase):
    """Documents of all kinds: Fiken's books are Odoo's journal, øre by øre.

    ``bench/run reconcile`` does the same with many more.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.vendor.issuer = "odoo"

    def check(self, seed):
        world = generated.World(self.env, self.fiken_company, random.Random(seed))
        moves = generated.generate(world, DOCUMENTS)
        self.send_all()
        drafts = moves.filtered(lambda move: move.fiken_state == "draft")
        if drafts:
            drafts.action_fiken_book()
        self.send_all()
        booked, _stopped, found = compared.compare(moves, self.sandbox.books(self.slug))
        self.assertFalse(found)
        self.assertGreaterEqual(len(booked), 0.9 * len(moves))
        return world, moves

    def send_all(self):
        """A run of the worker ends after some seconds."""
        for _run in range(8):
            self.send()
            if not self.env["fiken.worker"]._has_due_work(self.connection):
                break

    def test_documents_of_one_seed(self):
        self.check(1)

    def test_documents_of_another_seed(self):
        self.check(2)

    def test_a_difference_does_not_go_unnoticed(self):
        world = generated.World(self.env, self.fiken_company, random.Random(3))
        move = world.document()
        self.send_all()
        books = self.sandbox.books(self.slug)
        self.assertEqual(compared.compare(move, books)[2], [])
        books["sales"][0]["lines"][0]["netPrice"] += 1
        self.assertTrue(compared.compare(move, books)[2])
        books["sales"][0]["lines"][0]["netPrice"] -= 1
        books["sales"].append(books["sales"][0])
        self.assertTrue(compared.compare(move, books)[2])
