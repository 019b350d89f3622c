"""What was confirmed before there was a connection: counted, and offered."""

from odoo.exceptions import UserError
from odoo.tests import Form

from ..people import USER, SecurityCase
from .bills import BillCase

BEFORE = ("2026-02-10", "2026-03-10")


class OlderMixin:
    def setUp(self):
        super().setUp()
        self.vendor.enabled_since = "2026-03-15"
        self.older = [self.bill(invoice_date=day, date=day) for day in BEFORE]

    def line_of_check(self):
        self.env.invalidate_all()
        return list(self.fiken_company._check_setup_older(None))

    def before_connecting(self, *moves):
        """As they are when there was no shop yet that could mark them."""
        for move in moves:
            move.fiken_mode = False

    def earlier(self, date):
        """The dialog that the check opens, and what comes after it."""
        action = self.vendor.action_open_older()
        model = self.env[action["res_model"]].with_context(**action["context"])
        with Form(model) as form:
            self.assertEqual(str(form.enabled_since), BEFORE[0])
            form.enabled_since = date
        with self.as_cron():
            return form.record.action_enable()


class TestOlder(OlderMixin, BillCase):
    def test_older_documents_are_counted_and_said_and_nobody_need_act(self):
        [line] = self.line_of_check()
        self.assertEqual((line.state, line.record), ("off", self.vendor))
        for word in ("2 documents", "2026", "02/10/2026", "03/15/2026"):
            self.assertIn(word, line.text)

    def test_an_earlier_first_day_offers_them_and_sends_none(self):
        after = self.earlier("2026-03-01")
        self.assertEqual(str(self.vendor.enabled_since), "2026-03-01")
        self.send()
        self.assertFalse(self.purchases())
        self.env.invalidate_all()
        self.assertEqual(
            [move.fiken_state for move in self.older], ["excluded", "absent"]
        )
        self.assertEqual(after["res_model"], "fiken.mark")
        model = self.env[after["res_model"]].with_context(**after["context"])
        with Form(model) as form:
            self.assertEqual(form.count, 1)
        form.record.action_send()
        self.send()
        self.env.invalidate_all()
        self.assertEqual(
            [move.fiken_state for move in self.older], ["excluded", "booked"]
        )
        [purchase] = self.purchases()
        self.assertEqual(purchase["date"], BEFORE[1])

    def test_what_was_marked_do_not_send_is_not_counted(self):
        self.older[0].fiken_mode = "none"
        self.assertIn("1 documents", self.line_of_check()[0].text)
        self.older[1].fiken_mode = "none"
        self.assertFalse(self.line_of_check())

    def test_other_years_and_kinds_that_are_off_are_not_counted(self):
        self.vendor.bill_mode = "off"
        self.assertFalse(self.line_of_check())
        self.vendor.write({"bill_mode": "booked", "enabled_since": "2026-01-01"})
        self.assertFalse(self.line_of_check())

    def test_posted_before_connecting_stands_on_the_overview(self):
        late, other = self.bill(), self.bill()
        self.before_connecting(late, other)
        self.assertIn("2 bills", self.vendor.unmarked_text)
        left = self.vendor._left_of()
        [(vendor, text)] = left[self.fiken_company]
        self.assertEqual(vendor, self.vendor)
        self.assertIn("2 documents since 03/16/2026", text)
        (late | other).fiken_mode = "none"
        self.assertFalse(self.vendor._left_of())

    def test_nothing_is_left_where_all_is_sent(self):
        self.booked(self.bill())
        self.assertFalse(self.vendor._left_of())


class TestOlderPeople(OlderMixin, BillCase, SecurityCase):
    def test_overview_offers_it_to_a_manager_and_names_one_to_others(self):
        self.before_connecting(self.bill())
        self.env.flush_all()
        for user in (self.manager, self.invoicer):
            page = self.env["fiken.overview"].with_user(user).fiken_page()
            [books] = page["books"]
            [left] = books["left"]
            self.assertEqual(left["vendor_id"], self.vendor.id)
            self.assertIn("1 documents", left["text"])
            self.assertEqual(page["may_switch"], user == self.manager)
        self.assertIn(self.manager.name, page["who_may"])

    def test_guide_offers_both(self):
        self.before_connecting(self.bill())
        left = self.env["fiken.guide"].with_user(self.manager).read_left()
        self.assertEqual(
            [one["method"] for one in left],
            ["action_open_unmarked", "action_open_older"],
        )

    def test_a_user_changes_no_first_day(self):
        vendor = self.vendor.with_user(self.new_user("ulf", USER))
        with self.assertRaises(UserError):
            vendor.action_open_older()
