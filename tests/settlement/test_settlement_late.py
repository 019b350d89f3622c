"""What became of a day's orders after it was sent: told from facts, at any age."""

from freezegun import freeze_time

from odoo import Command
from odoo.exceptions import UserError, ValidationError

from .settling import DAY, NUMBER, SettlementCase

NEXT = "2026-03-17"


class LateCase(SettlementCase):
    def day_with_a_mug(self, **values):
        session = self.sold_day(close=False)
        order = self.shop.sell(session, self.mug, at=f"{DAY} 13:00:00", **values)
        self.shop.close(session, at=f"{DAY} 18:00:00")
        return order


class TestLate(LateCase):
    def test_an_order_invoiced_months_later_is_told_at_night(self):
        order = self.day_with_a_mug()
        settlement = self.booked_day()
        self.shop.invoice(order, self.customer, at="2026-09-18 09:00:00")
        self.night("2026-09-19 03:00:00")
        self.assertIn(order.name, settlement.late_text)
        [correction] = self.corrections(settlement, "2026-09-19 09:00:00")
        self.assertEqual(correction.cause, "invoiced")
        self.assertEqual(str(correction.date), "2026-09-19")
        self.assertEqual(correction.gross, -order.amount_total)

    def test_an_order_that_a_till_delivers_months_later_is_told_at_night(self):
        self.sold_day()
        settlement = self.booked_day()
        late = self.late_sale(self.book)
        self.night("2026-09-19 03:00:00")
        self.assertIn(late.name, settlement.late_text)
        [correction] = self.correct(settlement, "2026-09-19 09:00:00")
        self.assertEqual(str(correction.date), DAY)
        self.night("2026-09-20 03:00:00")
        self.assertFalse(settlement.late_text)

    def test_an_order_that_was_deleted_is_taken_out(self):
        order = self.day_with_a_mug()
        gross = order.amount_total
        settlement = self.booked_day()
        self.env.flush_all()
        for query in (
            "DELETE FROM pos_payment WHERE pos_order_id = %s",
            "DELETE FROM pos_order_line WHERE order_id = %s",
            "DELETE FROM pos_order WHERE id = %s",
        ):
            self.env.cr.execute(query, (order.id,))
        self.env.invalidate_all()
        self.night("2026-03-18 03:00:00")
        self.assertIn("No longer part", settlement.late_text)
        [correction] = self.correct(settlement)
        self.assertEqual(correction.gross, -gross)
        self.assertEqual(correction.paid, -gross)

    def test_a_payment_moved_to_another_means_is_corrected_and_nothing_else(self):
        order = self.day_with_a_mug()
        settlement = self.booked_day()
        before = self.balances()
        # What the product has become since is no concern of the day.
        self.mug.property_account_income_id = self.shop.account("3010")
        order.payment_ids.payment_method_id = self.shop.card
        self.night("2026-03-18 03:00:00")
        self.assertIn(order.name, settlement.late_text)
        [correction] = self.correct(settlement)
        self.assertEqual(correction.cause, "changed")
        self.assertEqual(correction.gross, 0)
        after = self.balances()
        gross = round(order.amount_total * 100)
        moved = {
            code: after.get(code, 0) - before.get(code, 0)
            for code in {*before, *after}
            if after.get(code, 0) != before.get(code, 0)
        }
        self.assertEqual(moved, {"1901": -gross, "1960:10001": gross})
        self.night("2026-03-21 03:00:00")
        self.assertFalse(settlement.late_text)

    def test_new_products_categories_and_taxes_change_no_day_that_was_sent(self):
        self.sold_day()
        settlement = self.booked_day()
        category = self.shop.category("Drikke", account=self.shop.account("3020"))
        self.coffee.write(
            {
                "categ_id": category.id,
                "property_account_income_id": False,
                "taxes_id": [Command.set(self.shop.tax("3").ids)],
            }
        )
        self.till.journal_id.name = "Ny"
        self.night("2026-03-18 03:00:00")
        self.assertFalse(settlement.late_text)
        with self.assertRaises(UserError):
            settlement.action_correct()

    def test_an_order_leaves_the_accounts_on_which_it_was_booked(self):
        order = self.day_with_a_mug()
        settlement = self.booked_day()
        before = self.balances()
        self.map_account(self.shop.account("3000"), "3020")
        self.map_means(self.cash_method, "1920:10001")
        self.mug.property_account_income_id = self.shop.account("3010")
        self.shop.invoice(order, self.customer, at="2026-06-18 09:00:00")
        [correction] = self.correct(settlement, "2026-06-20 09:00:00")
        self.assertEqual(correction.undoes_id, settlement)
        after = self.balances()
        gross = round(order.amount_total * 100)
        net = round(self.mug.list_price * 100)
        self.assertEqual(after["3000"], before["3000"] + net)
        self.assertEqual(after["1901"], before["1901"] - gross)

    def test_accounts_that_changed_while_the_day_waited_are_those_it_leaves(self):
        order = self.day_with_a_mug()
        settlement = self.settlement()
        settlement.action_send()
        self.map_account(self.shop.account("3000"), "3020")
        self.send()
        before = self.balances()
        self.map_account(self.shop.account("3000"), "3000")
        self.shop.invoice(order, self.customer, at="2026-06-18 09:00:00")
        self.correct(settlement, "2026-06-20 09:00:00")
        after = self.balances()
        net = round(self.mug.list_price * 100)
        self.assertEqual(after["3020"], before["3020"] + net)

    def test_a_late_sale_on_account_waits_for_its_invoice(self):
        self.sold_day()
        settlement = self.booked_day()
        late = self.late_sale(
            self.mug, paid=[(self.shop.later, None)], customer=self.customer
        )
        [correction] = self.corrections(settlement)
        self.assertEqual(correction.state, "open")
        self.assertIn(late.name, correction.reason)
        self.shop.invoice(late, self.customer, at="2026-03-21 09:00:00")
        self.night("2026-03-22 03:00:00")
        self.assertEqual(correction.state, "skipped")
        self.assertFalse(settlement.late_text)

    def test_many_days_are_looked_at_in_as_many_queries_as_one(self):
        def queries():
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.env["fiken.settlement"].sudo()._find_late_of(self.vendor)
            return self.env.cr.sql_log_count - before

        self.sold_day()
        self.booked_day()
        one = queries()
        for day in (NEXT, "2026-03-18"):
            self.sold_day(day)
            self.booked_day(day)
        self.assertLessEqual(queries(), one)

    def test_cash_taken_out_after_the_day_was_sent_is_told(self):
        self.map_account(self.shop.account("7795"), "7770")
        suspense = self.company.account_journal_suspense_account_id
        self.map_account(suspense, "1579")
        self.sold_day()
        settlement = self.booked_day()
        session = self.shop.open(self.till, 0.0, at=f"{DAY} 19:00:00")
        self.shop.move_cash(session, -50.0, "Melk", at=f"{DAY} 19:10:00")
        self.shop.close(session, at=f"{DAY} 20:00:00")
        self.night("2026-03-18 03:00:00")
        self.assertIn("Cash was moved", settlement.late_text)
        corrections = self.corrections(settlement)
        moved = corrections.line_ids.filtered(lambda line: line.kind == "cash_out")
        self.assertEqual(moved.mapped("net"), [-50.0])


class TestCutOfDays(LateCase):
    """Another hour or time zone holds from the first day that was not sent."""

    def night_sale(self, day, hour):
        session = self.shop.open(self.till, 0.0, at=f"{day} {hour:02}:00:00")
        order = self.shop.sell(session, self.mug, at=f"{day} {hour:02}:20:00")
        self.shop.close(session, at=f"{day} {hour:02}:50:00")
        return order

    def test_a_later_hour_begins_where_the_last_day_that_was_sent_ended(self):
        self.sold_day()
        first = self.booked_day()
        order = self.night_sale(NEXT, 1)  # 02:00 in Oslo
        self.sold_day(NEXT)
        self.vendor.day_end_hour = 4.0
        self.night("2026-03-18 12:00:00")
        self.assertFalse(first.late_text)
        second = self.booked_day(NEXT)
        self.assertEqual(second.begin_at, first.end_at)
        self.assertEqual(str(second.end_at), "2026-03-18 03:00:00")
        self.assertEqual(second.receipt_count, 6)
        self.assertIn(order.id, self.day(NEXT).order_ids)

    def test_an_earlier_hour_leaves_no_gap_and_doubles_nothing(self):
        self.vendor.day_end_hour = 4.0
        self.sold_day()
        night = self.night_sale(NEXT, 1)
        first = self.booked_day()
        self.assertEqual(first.receipt_count, 6)
        self.vendor.day_end_hour = 0.0
        self.sold_day(NEXT)
        self.night("2026-03-18 12:00:00")
        self.assertFalse(first.late_text)
        second = self.booked_day(NEXT)
        self.assertNotIn(night.id, self.day(NEXT).order_ids)
        self.assertEqual(second.begin_at, first.end_at)
        self.assertEqual(second.receipt_count, 5)

    def test_another_time_zone_changes_no_day_that_was_sent(self):
        self.sold_day()
        settlement = self.booked_day()
        self.vendor.tz = "Asia/Tokyo"
        self.night("2026-03-18 12:00:00")
        self.assertFalse(settlement.late_text)
        with self.assertRaises(UserError):
            settlement.action_correct()


class TestDates(LateCase):
    """A correction is booked on the day that it belongs to, or on one of choice."""

    def test_different_causes_are_different_corrections(self):
        order = self.day_with_a_mug()
        settlement = self.booked_day()
        self.shop.invoice(order, self.customer, at="2026-03-18 09:00:00")
        self.late_sale(self.book)
        action = None
        with freeze_time("2026-03-20 09:00:00"):
            action = settlement.action_correct()
        corrections = settlement.correction_ids
        self.assertEqual(
            self.env["fiken.settlement"].search(action["domain"]), corrections
        )
        self.assertEqual(
            {(one.cause, str(one.date)) for one in corrections},
            {("came", DAY), ("invoiced", "2026-03-20")},
        )
        with freeze_time("2026-03-20 09:00:00"):
            corrections.action_send()
        self.send()
        self.assertEqual(set(corrections.mapped("state")), {"booked"})
        settlement.action_find_late_changes()
        self.assertFalse(settlement.late_text)

    def test_a_person_chooses_another_date(self):
        self.sold_day()
        settlement = self.booked_day()
        self.late_sale(self.book)
        [correction] = self.corrections(settlement)
        user = self.env["res.users"].create(
            {
                "name": "Fiken",
                "login": "fiken_manager_of_dates",
                "group_ids": [
                    Command.link(self.env.ref("fiken_connector.group_fiken_manager").id)
                ],
                "company_id": self.company.id,
                "company_ids": [Command.set(self.company.ids)],
            }
        )
        with freeze_time("2026-03-25 09:00:00"):
            correction.with_user(user).date = "2026-03-19"
            with self.assertRaises(ValidationError):
                correction.with_user(user).date = "2026-03-10"
            with self.assertRaises(ValidationError):
                correction.with_user(user).date = "2026-03-26"
            with self.assertRaises(UserError):
                settlement.with_user(user).date = "2026-03-19"
            correction.action_send()
        self.send()
        sales = {sale["saleNumber"]: sale for sale in self.settlement_sales()}
        self.assertEqual(sales[NUMBER + "-K1"]["date"], "2026-03-19")
        with self.assertRaises(UserError):
            correction.with_user(user).date = "2026-03-20"

    def test_a_period_that_is_closed_in_odoo_is_left_alone(self):
        self.sold_day()
        settlement = self.booked_day()
        self.late_sale(self.book)
        self.company.tax_lock_date = "2026-03-17"
        [correction] = self.corrections(settlement)
        self.assertEqual(str(correction.date), "2026-03-20")
        with freeze_time("2026-03-25 09:00:00"), self.assertRaises(ValidationError):
            correction.date = DAY

    def test_a_period_that_is_closed_in_fiken_offers_today(self):
        self.sold_day()
        settlement = self.booked_day()
        self.late_sale(self.book)
        self.sandbox.unknowns(closed_period_to="2026-03-17")
        [correction] = self.corrections(settlement)
        with freeze_time("2026-03-20 09:00:00"):
            correction.action_send()
        self.send()
        self.assertEqual(correction.state, "failed")
        self.assertIn("lukket", correction.reason)
        self.assertIn("Book Today", correction.reason)
        with freeze_time("2026-03-20 09:00:00"):
            correction.action_book_today()
        self.send()
        self.assertEqual(correction.state, "booked", self.reasons(correction))
        sales = {sale["saleNumber"]: sale for sale in self.settlement_sales()}
        self.assertEqual(sales[NUMBER + "-K1"]["date"], "2026-03-20")

    def test_a_correction_that_waited_is_read_again_before_it_goes(self):
        self.sold_day()
        settlement = self.booked_day()
        late = self.late_sale(self.book)
        [correction] = self.corrections(settlement)
        self.shop.invoice(late, self.customer, at="2026-03-18 09:00:00")
        with freeze_time("2026-03-20 09:00:00"), self.assertRaises(UserError):
            correction.action_send()
        self.send()
        self.assertEqual(len(self.settlement_sales()), 1)

    def test_a_correction_that_was_left_out_is_not_proposed_again(self):
        self.sold_day()
        settlement = self.booked_day()
        late = self.late_sale(self.book)
        [correction] = self.corrections(settlement)
        correction.action_skip()
        self.night("2026-03-21 03:00:00")
        self.assertFalse(settlement.late_text)
        # And when it is invoiced, there is nothing of it to take out.
        self.shop.invoice(late, self.customer, at="2026-03-22 09:00:00")
        self.night("2026-03-23 03:00:00")
        self.assertFalse(settlement.late_text)

    def test_what_a_correction_booked_is_taken_out_of_its_accounts(self):
        self.sold_day()
        settlement = self.booked_day()
        before = self.balances()
        late = self.late_sale(self.mug)
        self.map_account(self.shop.account("3000"), "3020")
        [came] = self.correct(settlement)
        self.map_account(self.shop.account("3000"), "3030")
        self.shop.invoice(late, self.customer, at="2026-04-01 09:00:00")
        self.night("2026-04-02 03:00:00")
        [gone] = self.correct(settlement, "2026-04-02 09:00:00")
        self.assertEqual(gone.undoes_id, came)
        after = self.balances()
        self.assertEqual(after.get("3020", 0), before.get("3020", 0))
        self.assertEqual(after["3000"], before["3000"])
