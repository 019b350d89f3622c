"""The nightly comparison gets through, whatever happens to its runs."""

from unittest.mock import patch

from psycopg2.errors import SerializationFailure

from odoo.tools import mute_logger

from ..nights import NightMixin
from .common import MasterdataCase

PAGES = "odoo.addons.fiken_connector.fiken_api.paging.PAGE_SIZE"
ROUNDS = "odoo.addons.fiken_connector.models.connection.fiken_rounds"
ROUND = "odoo.addons.fiken_connector.models.connection.fiken_round"


class TestNights(NightMixin, MasterdataCase):
    def setUp(self):
        super().setUp()
        self.fiken_company.product_sync = "all"
        self.goods = self.env["product.product"].union(
            *(self.new_product(f"Vare {n}", default_code=f"V-{n}") for n in range(6))
        )
        self.partner = self.known_customer(city="Bergen")
        self.send()
        self.enterContext(patch(PAGES, 2))
        for product in self.goods:
            self.edit_in_fiken(
                "products", self.binding(product, "product").remote_id, unitPrice=777
            )
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE fiken_binding SET sent_at = sent_at - '1h'::interval"
        )
        self.env.invalidate_all()
        self.before = len(self.sandbox.requests())

    def shown(self):
        """Numbers of the products whose other price in Fiken was noticed."""
        drifts = self.drifts().filtered(
            lambda drift: drift.kind == "changed"
            and drift.res_model == self.goods._name
        )
        goods = self.goods.browse(drifts.mapped("res_id"))
        return sorted(goods.mapped("default_code"))

    def pages_read(self):
        return [
            row["query"]
            for row in self.sandbox.requests()[self.before :]
            if row["path"].endswith("/products")
        ]

    def all_goods(self, but=()):
        return sorted(set(self.goods.mapped("default_code")) - set(but))

    # Runs that are killed

    def test_a_run_that_was_killed_is_gone_on_with_where_it_was(self):
        calls = []

        def on_the_third_page(records, unit, _filters):
            calls.append(unit.arg)
            if calls.count("product") == 3:
                self.die(records)

        with self.happens("fiken.comparison", "_compare_page", on_the_third_page):
            self.trigger_killed("ir_cron_compare")
        first = self.pages_read()
        self.assertEqual(len(first), 2)
        self.assertEqual(len(self.shown()), 4)
        self.trigger("ir_cron_compare")
        self.assertEqual(self.shown(), self.all_goods())
        second = self.pages_read()[len(first) :]
        self.assertFalse(set(first) & set(second), "no page is read again")
        self.assertFalse(self.said())

    def test_what_kills_each_run_is_left_out_and_told_and_the_rest_is_done(self):
        def on_the_second_page(records, unit, _filters):
            if unit.kind == "listed" and unit.upto == 2 and unit.arg == "product":
                self.die(records)

        with self.happens("fiken.comparison", "_compare_page", on_the_second_page):
            self.trigger_killed("ir_cron_compare")
            self.trigger_killed("ir_cron_compare")
            self.trigger("ir_cron_compare")
        self.assertEqual(self.shown(), self.all_goods(), "asked for by themselves")
        self.assertIn("page 2", self.said())
        self.assertIn("took too long", self.said())
        self.trigger("ir_cron_compare")
        self.assertFalse(self.said(), "the next night nothing was left out")

    def test_what_stands_still_is_woken(self):
        with self.happens(
            "fiken.comparison",
            "_compare_page",
            lambda records, *_args: self.die(records),
        ):
            self.trigger_killed("ir_cron_compare")
        cron = self.env.ref("fiken_connector.ir_cron_compare").sudo()
        triggers = self.env["ir.cron.trigger"].sudo()
        triggers.search([("cron_id", "=", cron.id)]).unlink()
        self.connection._cron_watchdog()
        self.assertFalse(triggers.search([("cron_id", "=", cron.id)]), "it may run yet")
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE fiken_round SET write_date = write_date - '1h'::interval"
        )
        self.env.invalidate_all()
        self.connection._cron_watchdog()
        self.assertTrue(triggers.search([("cron_id", "=", cron.id)]))

    # Fiken, or a record, that fails each time

    @mute_logger(ROUNDS)
    def test_a_page_that_fiken_refuses_holds_up_no_other(self):
        self.sandbox.fault("GET", "/products$", "status:500")
        self.trigger("ir_cron_compare")
        self.assertEqual(self.shown(), self.all_goods())
        self.assertFalse(self.drifts().filtered(lambda one: one.kind == "deleted"))
        self.assertIn("page 1", self.said())
        self.trigger("ir_cron_compare")
        self.assertFalse(self.said())

    def test_where_fiken_is_down_it_is_gone_on_with_later(self):
        calls = []

        def goes_down(_records, *_args):
            calls.append(1)
            if len(calls) == 3:
                self.sandbox.fault("GET", ".", "status:503", times=1000)

        with self.happens("fiken.comparison", "_compare_page", goes_down):
            self.trigger("ir_cron_compare")
        [one] = self.env["fiken.round"].search([("look", "=", "fiken.comparison")])
        self.assertTrue(one.stage and one.retry_at)
        self.assertFalse(self.said(), "nothing was left out")
        triggers = self.env["ir.cron.trigger"].sudo()
        self.assertTrue(
            triggers.search(
                [("cron_id", "=", one.cron_id.id), ("call_at", ">=", one.retry_at)]
            )
        )
        self.sandbox.no_faults()
        before = self.pages_read()
        self.trigger("ir_cron_compare")
        self.assertEqual(self.shown(), self.all_goods())
        self.assertFalse(one.stage)
        self.assertFalse(set(before[:-1]) & set(self.pages_read()[len(before) :]))

    @mute_logger(ROUNDS)
    def test_a_list_that_fiken_never_gives_holds_up_no_other(self):
        self.sandbox.fault("GET", "/products$", "status:500", times=1000)
        self.edit_in_fiken(
            "contacts", self.binding(self.partner, "contact").remote_id, name="Ny AS"
        )
        for _night in range(2):
            self.trigger("ir_cron_compare")
            self.assertEqual(self.shown(), self.all_goods(), "each was asked for")
            self.assertTrue(self.drifts(self.partner))
        self.assertIn("page 3", self.said())
        self.assertNotIn("page 4", self.said())
        self.assertEqual(self.said().count("The pages after it were not"), 1)

    @mute_logger(ROUNDS)
    def test_a_product_that_our_code_cannot_handle_holds_up_no_other(self):
        bad = self.goods[2]

        def cannot_handle(_records, _strategy, _unit, _binding, record, _row):
            if record == bad:
                raise ZeroDivisionError

        with self.happens("fiken.comparison", "_is_outdated", cannot_handle):
            self.trigger("ir_cron_compare")
        self.assertEqual(self.shown(), self.all_goods(but=[bad.default_code]))
        self.assertIn(bad.default_code, self.said())

    @mute_logger(ROUNDS)
    def test_where_much_fails_some_are_named_and_the_others_counted(self):
        def cannot_handle(*_args):
            raise ZeroDivisionError

        self.enterContext(patch(f"{ROUND}.EXAMPLES", 2))
        with self.happens("fiken.comparison", "_is_outdated", cannot_handle):
            self.trigger("ir_cron_compare")
        [one] = self.env["fiken.round"].search([("look", "=", "fiken.comparison")])
        self.assertFalse(one.stage)
        self.assertEqual(len(one.left_out), 2)
        self.assertGreaterEqual(one.left_out_count, len(self.goods))
        self.assertIn(f"and {one.left_out_count - 2} more", self.said())
        self.trigger("ir_cron_compare")
        self.assertFalse(self.said())

    @mute_logger(ROUNDS)
    def test_a_conflict_is_tried_again_at_once(self):
        calls = []

        def conflict(_records, *_args):
            calls.append(1)
            if len(calls) == 1:
                raise SerializationFailure

        with self.happens("fiken.comparison", "_compare_batch", conflict):
            self.trigger("ir_cron_compare")
        self.assertEqual(self.shown(), self.all_goods())
        self.assertFalse(self.said())

    # Time

    def test_a_run_ends_with_its_time_and_the_next_goes_on(self):
        self.assertGreater(self.runs_of_a_night("ir_cron_compare"), 2)
        self.assertEqual(self.shown(), self.all_goods())
        read = self.pages_read()
        self.assertEqual(len(read), len(set(read)), "each page once")

    def test_what_was_deleted_in_fiken_is_told_after_it_was_asked_for(self):
        gone, *_others = self.goods
        self.in_fiken("DELETE", f"/products/{self.binding(gone, 'product').remote_id}")
        self.trigger("ir_cron_compare")
        deleted = self.drifts().filtered(lambda one: one.kind == "deleted")
        self.assertEqual(deleted.mapped("res_id"), gone.ids)
        self.trigger("ir_cron_compare")
        self.assertEqual(len(self.drifts(gone)), 1)

    def test_what_fiken_never_had_is_owed_in_turns(self):
        module = "odoo.addons.fiken_connector.models.masterdata.fiken_comparison"
        more = [self.new_product(f"Ny {n}", default_code=f"N-{n}") for n in range(5)]
        self.commit()
        self.env["fiken.job"].sudo().search([("state", "=", "pending")]).unlink()
        with patch(f"{module}.OWED_BATCH", 2):
            self.trigger("ir_cron_compare")
        owed = self.open_jobs("product").mapped("res_id")
        self.assertEqual(sorted(owed), sorted(one.id for one in more))
