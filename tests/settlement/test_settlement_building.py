"""Building what is sent writes nothing: it may be tried without being sent."""

from contextlib import contextmanager

from ...models.outbox.exceptions import NothingToSend
from .settling import DAY, SettlementCase

BEFORE = "2026-03-15"


class TestBuilding(SettlementCase):
    @contextmanager
    def read_only(self):
        """As PostgreSQL holds a transaction in which nothing may be written."""
        self.env.flush_all()
        with self.env.cr.savepoint() as savepoint:
            self.env.cr.execute("SET TRANSACTION READ ONLY")
            yield
            self.env.flush_all()
            savepoint.rollback()
        self.env.invalidate_all(flush=False)

    def build(self, settlement, resource, part=""):
        """What a job of the day would send now."""
        settlement._enqueue([(resource, part)])
        job = self.jobs(settlement, resource)[-1:]
        with self.read_only():
            strategy = self.fiken_company._acting(f"fiken.resource.{resource}")
            job = job.with_env(strategy.env)
            return strategy._prepare(job, job._record())

    def setUp(self):
        super().setUp()
        # The common customer is in Fiken.
        self.sold_day(BEFORE)
        self.booked_day(BEFORE)
        self.map_account(self.shop.account("7795"), "7770")

    def difference_day(self):
        session = self.sold_day(close=False)
        counted = session.cash_register_balance_end - 7.5
        self.shop.close(session, counted, at=f"{DAY} 18:00:00")
        settlement = self.settlement()
        settlement.action_read()
        return settlement

    def test_a_day_is_built_without_a_write_and_sent_as_it_was_built(self):
        settlement = self.difference_day()
        built = {
            resource: self.build(settlement, resource).payload_hash
            for resource in ("settlement", "settlement_draft", "journal_entry")
        }
        self.assertFalse(settlement.booking)
        self.jobs(settlement).unlink()
        settlement.action_send()
        self.assertFalse(settlement.booking, "until it goes")
        self.send()
        self.assertEqual(settlement.state, "booked", self.reasons(settlement))
        self.assertTrue(settlement.booking)
        for resource in ("settlement", "journal_entry"):
            link = self.binding(settlement, resource)
            self.assertEqual(link.payload_hash, built[resource])

    def test_what_follows_a_sale_is_built_without_a_write(self):
        self.vendor.attach_files = True
        settlement = self.difference_day()
        settlement.action_send()
        self.send()
        links = settlement._own_links(("settlement_payment",))
        self.assertTrue(links)
        for part in links.mapped("part"):
            self.assertTrue(self.build(settlement, "settlement_payment", part).body)
        for job in self.jobs(settlement, "settlement_report"):
            self.assertTrue(self.build(settlement, "settlement_report", job.part).path)

    def test_a_day_without_a_sale_is_built_without_a_write(self):
        session = self.shop.open(self.till, 1000.0, at=f"{DAY} 08:00:00")
        sold = self.env["pos.order"].search(
            [("amount_total", ">", 0)], order="id", limit=1
        )
        self.shop.give_back(sold, at=f"{DAY} 09:00:00")
        self.shop.close(session, at=f"{DAY} 18:00:00")
        settlement = self.settlement()
        settlement.action_read()
        with self.assertRaises(NothingToSend):
            self.build(settlement, "settlement")
        self.assertTrue(self.build(settlement, "journal_entry").body)
        self.jobs(settlement).unlink()
        settlement.action_send()
        self.assertEqual(self.jobs(settlement).mapped("resource"), ["journal_entry"])
        self.send()
        self.assertEqual(settlement.state, "booked", self.reasons(settlement))

    def test_what_can_be_seen_of_a_day_is_made_without_a_write(self):
        settlement = self.difference_day()
        with self.read_only():
            self.assertIn("7770", settlement.preview)

    # Net-zero days

    def test_a_day_on_which_all_was_given_back_ends_without_a_word_to_fiken(self):
        for means in (self.cash_method, self.shop.card):
            with self.subTest(means.name), self.env.cr.savepoint() as savepoint:
                session = self.shop.open(self.till, 1000.0, at=f"{DAY} 08:00:00")
                paid = [(means, None)]
                sold = self.shop.sell(
                    session, self.mug, paid=paid, at=f"{DAY} 09:00:00"
                )
                self.shop.give_back(sold, paid=paid, at=f"{DAY} 10:00:00")
                self.shop.close(session, at=f"{DAY} 18:00:00")
                settlement = self.sent_day()
                self.assertEqual(settlement.state, "skipped", self.reasons(settlement))
                self.assertIn("given back", settlement.reason)
                self.assertFalse(self.jobs(settlement))
                savepoint.rollback()
                self.env.invalidate_all(flush=False)

    def test_what_was_given_back_by_another_means_moves_the_money(self):
        before = self.balances()
        session = self.shop.open(self.till, 1000.0, at=f"{DAY} 08:00:00")
        sold = self.shop.sell(
            session, self.mug, paid=[(self.shop.card, None)], at=f"{DAY} 09:00:00"
        )
        self.shop.give_back(sold, at=f"{DAY} 10:00:00")
        self.shop.close(session, at=f"{DAY} 18:00:00")
        self.booked_day()
        after = self.balances()
        self.assertEqual(after["1960:10001"] - before["1960:10001"], 16238)
        self.assertEqual(after["1901"] - before["1901"], -16238)
        self.assertEqual(after["3000"], before["3000"])
