"""Which day an order belongs to, and what happens to a day after it was read."""

import json
from collections import defaultdict
from datetime import date

from odoo import Command
from odoo.tests import new_test_user

from ...figures import pos_day as figures
from .reading import (
    AFTERNOON,
    DAY,
    EVENING,
    MORNING,
    NEXT,
    NEXT_EVENING,
    NEXT_MORNING,
    NOON,
    DayCase,
)


class TestBusinessDay(DayCase):
    """Which orders are whose, and when."""

    def test_an_evening_past_midnight_belongs_to_the_day_it_began(self):
        self.vendor.day_end_hour = 4.0
        session = self.shop.open(self.till, cash=100, at=EVENING)
        late = self.shop.sell(session, self.mug, at="2026-03-16 22:30:00")
        past = self.shop.sell(session, self.book, at="2026-03-17 02:59:00")
        self.shop.move_cash(session, -50, "drosje", at="2026-03-17 01:00:00")
        self.shop.close(session, counted=100, at="2026-03-17 03:30:00")
        day = self.day(DAY)
        self.assertEqual(day.order_ids, tuple((late | past).ids))
        self.assertEqual(len(self.of_kind(day, figures.CASH_OUT)), 1)
        self.assertTrue(day.sessions[0].is_counted)
        self.assertFalse(self.day(NEXT))
        self.assertEqual(self.days(DAY, NEXT), [DAY])

    def test_midnight_is_the_vendors(self):
        session = self.shop.open(self.till, at=EVENING)
        before = self.shop.sell(session, self.mug, at="2026-03-16 22:59:59")
        after = self.shop.sell(session, self.book, at="2026-03-16 23:00:00")
        self.shop.close(session, at=NEXT_MORNING)
        self.assertEqual(self.day(DAY).order_ids, tuple(before.ids))
        self.assertEqual(self.day(NEXT).order_ids, tuple(after.ids))
        self.assertEqual(self.days("2026-03-01", "2026-03-31"), [DAY, NEXT])

    def test_a_till_is_counted_once_for_the_day_of_its_last_order(self):
        """A till that was forgotten is counted the next morning."""
        session = self.shop.open(self.till, at=MORNING)
        self.shop.sell(session, self.mug, at=NOON)
        self.shop.close(session, counted=100, at=NEXT_MORNING)
        day = self.day(DAY)
        self.assertTrue(day.sessions[0].is_counted)
        self.assertEqual(len(self.of_kind(day, figures.DIFFERENCE)), 1)
        self.assertFalse(self.day(NEXT))
        self.assertEqual(self.days(DAY, NEXT), [DAY])

    def test_days_of_a_session_add_up_to_its_closing_entry(self):
        session = self.shop.open(self.till, at=MORNING)
        self.shop.sell(session, (self.mug, 3, 7), self.coffee, at=NOON)
        self.shop.sell(session, self.book, self.coffee, at="2026-03-17 10:00:00")
        self.shop.close(session, at=NEXT_EVENING)
        together = defaultdict(int)
        for day in (self.day(DAY), self.day(NEXT)):
            for key, amount in self.as_entry(day).items():
                together[key] += amount
        self.assertEqual(together, self.as_entry(self.whole(session)))
        self.assert_as_posted(session)

    def test_a_day_at_either_change_of_the_clock(self):
        for day, hours in (("2026-03-29", 23), ("2026-10-25", 25), ("2026-06-01", 24)):
            begin, end = self.env["fiken.pos.day"]._bounds(
                self.vendor, date.fromisoformat(day)
            )
            self.assertEqual((end - begin).total_seconds(), hours * 3600, day)

    def test_two_tills_of_a_shop_are_one_day(self):
        other = self.shop.till("Kasse 2")
        sessions = [self.shop.open(till, at=MORNING) for till in (self.till, other)]
        for session in sessions:
            self.shop.sell(session, self.mug, self.coffee, at=NOON)
            self.shop.sell(session, self.book, paid=[(self.shop.card, None)], at=NOON)
        for session in sessions:
            self.shop.close(session, at=EVENING)
        day = self.day(DAY)
        self.assertEqual(len(day.sessions), 2)
        self.assertEqual(day.gross, 2 * (16238 + 4589 + 24900))
        card = next(one for one in day.payments if one.means_id == self.shop.card.id)
        self.assertEqual((card.amount, len(card.session_ids)), (49800, 2))

    def test_tills_go_with_the_vendor_of_their_journal(self):
        journal = self.shop.journal("Kiosk", "KIOS", "general")
        kiosk = self.vendor.copy({"name": "Kiosk", "code": "KIOSK"})
        journal.fiken_vendor_id = kiosk
        till = self.shop.till("Kiosken", journal=journal)
        ours = self.shop.open(self.till, at=MORNING)
        theirs = self.shop.open(till, at=MORNING)
        self.shop.sell(ours, self.mug, at=NOON)
        self.shop.sell(theirs, self.book, at=NOON)
        self.shop.close(ours, at=EVENING)
        self.shop.close(theirs, at=EVENING)
        self.assertEqual(self.day(DAY).gross, 16238)
        self.assertEqual(self.day(DAY, vendor=kiosk).gross, 24900)
        # A closed session stays where it was posted.
        till.journal_id = self.till.journal_id
        self.assertEqual(self.day(DAY, vendor=kiosk).gross, 24900)
        self.assertEqual(self.days(DAY, DAY, vendor=kiosk), [DAY])

    def test_an_open_session_is_told_and_in_no_figure(self):
        session = self.shop.open(self.till, at=MORNING)
        self.shop.sell(session, self.mug, at=NOON)
        day = self.day(DAY)
        self.assertEqual([one.id for one in day.open_sessions], session.ids)
        self.assertEqual((day.lines, day.payments, day.order_ids), ((), (), ()))
        self.assertEqual(self.days(DAY, NEXT), [DAY])
        self.shop.close(session, at=EVENING)
        self.assertEqual(self.day(DAY).open_sessions, ())
        self.assertEqual(self.day(DAY).gross, 16238)

    def test_an_order_on_account_waits_for_its_invoice(self):
        session = self.shop.open(self.till, at=MORNING)
        order = self.shop.sell(
            session,
            self.book,
            customer=self.customer,
            paid=[(self.shop.later, None)],
            at=NOON,
        )
        self.shop.close(session, at=EVENING)
        day = self.assert_as_posted(session)
        self.assertEqual(
            [(one.order_id, one.amount) for one in day.pay_later], [(order.id, 24900)]
        )
        self.shop.invoice(order, self.customer, at=NEXT_MORNING)
        day = self.day(DAY)
        self.assertEqual((day.pay_later, day.gross, day.paid), ((), 0, 0))
        self.assertEqual([one.order_id for one in day.invoiced], order.ids)

    def test_an_empty_day_says_so(self):
        self.assertFalse(self.day(DAY))
        self.assertEqual(self.days("2026-01-01", "2026-12-31"), [])
        self.assertEqual(self.days("2026-12-31", "2026-01-01"), [])

    def test_orders_in_another_currency_are_told_and_in_no_figure(self):
        till, method = self.shop.euro_till()
        session = self.shop.open(till, at=MORNING)
        order = self.shop.sell(session, self.book, paid=[(method, None)], at=NOON)
        self.shop.close(session, at=EVENING)
        day = self.day(DAY)
        self.assertEqual(day.foreign, tuple(order.ids))
        self.assertEqual((day.lines, day.payments), ((), ()))
        self.assertTrue(day)

    def test_a_fiken_manager_needs_no_right_in_the_point_of_sale(self):
        session = self.shop.open(self.till, at=MORNING)
        self.shop.sell(session, self.mug, at=NOON)
        self.shop.close(session, at=EVENING)
        user = new_test_user(
            self.env,
            "regnskap",
            groups="fiken_connector.group_fiken_manager",
            company_id=self.company.id,
            company_ids=[Command.set(self.company.ids)],
        )
        days = self.env["fiken.pos.day"].with_user(user)
        vendor = self.vendor.with_user(user)
        self.assertEqual(days._read(vendor, date.fromisoformat(DAY)).gross, 16238)

    def test_projects_follow_odoos_distribution_models(self):
        plan = self.env["account.analytic.plan"].create({"name": "Prosjekt"})
        project = self.env["account.analytic.account"].create(
            {"name": "Festival", "plan_id": plan.id, "company_id": self.company.id}
        )
        self.env["account.analytic.distribution.model"].create(
            {
                "product_id": self.mug.id,
                "analytic_distribution": {str(project.id): 100},
                "company_id": self.company.id,
            }
        )
        session = self.shop.open(self.till, at=MORNING)
        self.shop.sell(session, self.mug, self.book, at=NOON)
        self.shop.close(session, at=EVENING)
        self.assertEqual({line.project_ids for line in self.day(DAY).lines}, {()})
        self.vendor.write({"projects_enabled": True, "analytic_plan_id": plan.id})
        self.assertEqual(
            {line.project_ids: line.gross for line in self.day(DAY).lines},
            {(project.id,): 16238, (): 24900},
        )

    def test_a_share_of_a_project_is_another_ones_too(self):
        """As on documents: the rest is the default project's, or none's."""
        plan = self.env["account.analytic.plan"].create({"name": "Prosjekt"})
        one, other = self.env["account.analytic.account"].create(
            [
                {"name": name, "plan_id": plan.id, "company_id": self.company.id}
                for name in ("Festival", "Butikk")
            ]
        )
        model = self.env["account.analytic.distribution.model"].create(
            {"product_id": self.mug.id, "company_id": self.company.id}
        )
        session = self.shop.open(self.till, at=MORNING)
        self.shop.sell(session, self.mug, at=NOON)
        self.shop.close(session, at=EVENING)
        self.vendor.write({"projects_enabled": True, "analytic_plan_id": plan.id})
        for default, distribution, expected in (
            (None, {one: 60}, (0, one.id)),
            (other, {one: 60}, (one.id, other.id)),
            (other, {other: 60}, ()),
            (one, {one: 60}, ()),
            (other, {one: 100}, (one.id,)),
            (None, {one: 60, other: 40}, (one.id, other.id)),
            (other, {one: 33.33, other: 66.67}, (one.id, other.id)),
        ):
            with self.subTest(default=default, shares=distribution):
                self.vendor.default_project_id = default
                model.analytic_distribution = {
                    str(account.id): share for account, share in distribution.items()
                }
                [line] = self.day(DAY).lines
                self.assertEqual(line.project_ids, expected)

    def test_the_products_own_account_beats_its_category(self):
        """As on documents: the closing entry has it there."""
        shop = self.shop
        category = shop.category("Varer", shop.account("3000"))
        freight = shop.product(
            "Frakt",
            50.0,
            shop.tax("3"),
            account=shop.account("3020"),
            category=category,
        )
        kettle = shop.product("Kjele", 499.0, shop.tax("3"), category=category)
        session = shop.open(self.till, at=MORNING)
        shop.sell(session, freight, kettle, at=NOON)
        shop.close(session, at=EVENING)
        self.assertEqual(
            {line.account_id: line.category_id for line in self.day(DAY).lines},
            {shop.account("3020").id: 0, shop.account("3000").id: category.id},
        )


class TestLate(DayCase):
    """What happens to a day after it was read."""

    def closed_day(self):
        session = self.shop.open(self.till, at=MORNING)
        orders = [
            self.shop.sell(session, self.mug, at=NOON),
            self.shop.sell(session, self.book, paid=[(self.shop.card, None)], at=NOON),
        ]
        self.shop.close(session, at=EVENING)
        return session, orders

    def test_nothing_came_late(self):
        self.closed_day()
        before = self.day(DAY)
        difference = self.day(DAY).since(before)
        self.assertEqual(
            (difference.lines, difference.payments, difference.others), ((), (), ())
        )

    def test_an_order_invoiced_afterwards_leaves_the_day(self):
        _session, (mug, _book) = self.closed_day()
        before = self.day(DAY)
        self.shop.invoice(mug, self.customer, at=NEXT_MORNING)
        correction = self.day(DAY).since(before)
        self.assertEqual(correction.gross, -16238)
        self.assertEqual(correction.paid, -16238)
        self.assertEqual(correction.imbalance, 0)

    def test_an_order_of_an_offline_till_comes_late(self):
        session, _orders = self.closed_day()
        before = self.day(DAY)
        tomorrow = self.shop.open(self.till, at=NEXT_MORNING)
        self.env["pos.order"].sync_from_ui([self.order_of_a_till(session)])
        order = self.env["pos.order"].search([("uuid", "=", "0e1f")])
        self.assertEqual(order.session_id, tomorrow, "Odoo puts it where it can.")
        self.assertEqual([one.id for one in self.day(DAY).open_sessions], tomorrow.ids)
        self.assertEqual(self.day(DAY).order_ids, before.order_ids)
        self.shop.close(tomorrow, at=NEXT_EVENING)
        day = self.day(DAY)
        self.assertEqual(day.order_ids, (*before.order_ids, order.id))
        self.assertEqual(day.since(before).gross, 16238)
        self.assertEqual([one.is_counted for one in day.sessions], [True, True])

    def order_of_a_till(self, session):
        """As a till sends an order that it made while it was offline."""
        return {
            "uuid": "0e1f",
            "name": "Order 00009",
            "session_id": session.id,
            "company_id": self.company.id,
            "date_order": AFTERNOON,
            "state": "paid",
            "lines": [
                Command.create(
                    {
                        "product_id": self.mug.id,
                        "qty": 1,
                        "price_unit": 129.9,
                        "price_subtotal": 129.9,
                        "price_subtotal_incl": 162.38,
                        "tax_ids": [Command.set(self.mug.taxes_id.ids)],
                    }
                )
            ],
            "payment_ids": [
                Command.create(
                    {"amount": 162.38, "payment_method_id": self.shop.card.id}
                )
            ],
            "amount_tax": 32.48,
            "amount_total": 162.38,
            "amount_paid": 162.38,
            "amount_return": 0,
            "access_token": "",
        }

    def test_a_refund_is_of_its_own_day(self):
        _session, (mug, _book) = self.closed_day()
        before = self.day(DAY)
        session = self.shop.open(self.till, at=NEXT_MORNING)
        refund = self.shop.give_back(mug, at=NEXT_MORNING)
        self.shop.close(session, at=NEXT_EVENING)
        self.assertEqual(self.day(DAY), before)
        self.assertEqual(self.day(NEXT).order_ids, tuple(refund.ids))
        self.assertEqual(self.day(NEXT).gross, -16238)

    def test_a_day_survives_a_journey_through_json(self):
        session = self.shop.open(self.till, cash=500, at=MORNING)
        order = self.shop.sell(session, self.mug, at=NOON)
        self.shop.sell(session, self.book, paid=[(self.shop.card, None)], at=NOON)
        self.shop.invoice(order, self.customer, at=NOON)
        self.shop.close(session, counted=600, at=EVENING)
        day = self.day(DAY)
        self.assertTrue(day.invoiced and day.others and day.sessions)
        self.assertEqual(figures.load(json.loads(json.dumps(day.dump()))), day)
