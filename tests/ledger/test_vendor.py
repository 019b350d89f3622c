"""Whose documents they are, and when they are sent."""

from datetime import datetime

from freezegun import freeze_time

from odoo.exceptions import UserError, ValidationError

from ..common import TODAY
from .common import VendorCase, refused


class TestJournals(VendorCase):
    """Every journal belongs to one vendor; it changes only from a day on."""

    def setUp(self):
        super().setUp()
        self.remap(self.market, "3010")

    def test_a_journal_decides_the_vendor(self):
        other = self.journal.copy({"fiken_vendor_id": self.market.id})
        mine, theirs = self.invoice(), self.invoice(journal_id=other.id)
        self.send()
        self.assertEqual(self.account_of(mine), "3000")
        self.assertEqual(self.account_of(theirs), "3010")
        self.assertEqual(self.jobs(theirs, "sale").vendor_id, self.market)

    def test_a_vendor_of_another_company_is_refused(self):
        company = self.env["res.company"].create({"name": "Annen AS"})
        self.env.user.company_ids |= company
        foreign = self.env["fiken.vendor"].create(
            {"name": "Fremmed", "code": "X", "company_id": company.id}
        )
        with self.assertRaises(UserError):
            self.journal.fiken_vendor_id = foreign

    def test_before_anything_is_in_fiken_it_changes_freely(self):
        draft, mine = self.invoice(post=False), self.invoice(post=False)
        mine.fiken_mode = "none"
        self.market.sale_mode = "draft"
        self.journal.fiken_vendor_id = self.market
        self.assertEqual(draft.fiken_mode, "draft")
        self.assertEqual(mine.fiken_mode, "none", "Somebody chose it")
        draft.action_post()
        self.commit()
        self.assertEqual(self.jobs(draft, "sale_draft").vendor_id, self.market)

    def test_drafts_are_issued_by_whom_the_new_vendor_says(self):
        draft = self.invoice(post=False)
        self.assertEqual(draft.fiken_issuer, "odoo")
        self.market.issuer = "fiken"
        self.journal.fiken_vendor_id = self.market
        self.assertEqual(draft.fiken_issuer, "fiken")

    def test_a_chosen_mode_does_not_keep_the_former_issuer(self):
        chosen, not_sent = self.invoice(post=False), self.invoice(post=False)
        chosen.fiken_mode, not_sent.fiken_mode = "draft", "none"
        self.market.issuer = "fiken"
        self.journal.fiken_vendor_id = self.market
        for move, mode in ((chosen, "draft"), (not_sent, "none")):
            self.assertEqual((move.fiken_mode, move.fiken_issuer), (mode, "fiken"))
        # Nor does it when the vendor itself decides anew.
        self.market.issuer = "odoo"
        for move, mode in ((chosen, "draft"), (not_sent, "none")):
            self.assertEqual((move.fiken_mode, move.fiken_issuer), (mode, "odoo"))

    def test_with_documents_in_fiken_it_changes_from_a_later_day(self):
        first = self.invoice()
        self.send()
        with refused(self, "only from a later day"):
            self.journal.fiken_vendor_id = self.market
        with refused(self, "only from a later day"):
            self.journal.write(
                {
                    "fiken_next_vendor_id": self.market.id,
                    "fiken_next_vendor_from": TODAY,
                }
            )
        self.journal.write(
            {
                "fiken_next_vendor_id": self.market.id,
                "fiken_next_vendor_from": "2026-03-17",
            }
        )
        late = self.invoice()
        new = self.invoice(invoice_date="2026-03-17")
        self.send()
        self.assertEqual(
            [self.account_of(move) for move in (first, late, new)],
            ["3000", "3000", "3010"],
        )

    def test_naming_the_default_vendor_changes_nothing(self):
        self.invoice()
        self.send()
        self.journal.fiken_vendor_id = self.vendor
        with refused(self, "only from a later day"):
            self.journal.fiken_vendor_id = self.market

    def test_the_next_vendor_may_be_followed_by_another(self):
        self.invoice()
        self.send()
        self.journal.write(
            {
                "fiken_next_vendor_id": self.market.id,
                "fiken_next_vendor_from": "2026-03-17",
            }
        )
        self.invoice(invoice_date="2026-03-18")
        self.send()
        third = self.new_vendor("Havna", "HAVN")
        self.remap(third, "3020")
        with refused(self, "only from a later day"):
            self.journal.fiken_next_vendor_id = third
        self.journal.write(
            {
                "fiken_vendor_id": self.market.id,
                "fiken_next_vendor_id": third.id,
                "fiken_next_vendor_from": "2026-03-19",
            }
        )
        moves = [self.invoice(invoice_date=f"2026-03-{day}") for day in (18, 19)]
        self.send()
        self.assertEqual([self.account_of(move) for move in moves], ["3010", "3020"])

    def test_vendor_and_day_go_together(self):
        for values in (
            {"fiken_next_vendor_id": self.market.id},
            {"fiken_next_vendor_from": TODAY},
        ):
            with refused(self, "go together", ValidationError):
                self.journal.write(values)

    def test_the_documents_date_decides_how_it_goes(self):
        """What nobody chose follows the vendor of the date, what is chosen stays."""
        self.market.sale_mode = "draft"
        self.journal.write(
            {
                "fiken_next_vendor_id": self.market.id,
                "fiken_next_vendor_from": "2026-03-17",
            }
        )
        moves = [self.invoice(post=False) for _ in range(3)]
        self.assertEqual(moves[0].fiken_mode, "booked")
        moves[2].fiken_mode = "none"
        for move in moves[1:]:
            move.invoice_date = "2026-03-20"
        for move in moves:
            move.action_post()
        self.assertEqual(
            [move.fiken_mode for move in moves], ["booked", "draft", "none"]
        )

    def test_a_document_keeps_the_vendor_that_it_was_enqueued_with(self):
        move = self.invoice()
        self.commit()
        self.journal.fiken_vendor_id = self.market
        self.send()
        self.assertEqual(self.account_of(move), "3000")

    def test_the_day_before_which_nothing_is_sent_is_that_vendors(self):
        self.market.enabled_since = "2026-03-20"
        self.journal.write(
            {
                "fiken_next_vendor_id": self.market.id,
                "fiken_next_vendor_from": "2026-03-17",
            }
        )
        moves = [self.invoice(invoice_date=f"2026-03-{day}") for day in (16, 18, 20)]
        self.send()
        self.assertEqual(
            [move.fiken_state for move in moves], ["booked", "excluded", "booked"]
        )

    def test_confirmed_and_deleted_at_once_owes_nothing(self):
        move = self.invoice()
        move.with_context(force_delete=True).unlink()
        self.commit()
        self.assertFalse(
            self.env["fiken.job"].search([("res_model", "=", "account.move")])
        )


class TestSendTrigger(VendorCase):
    """When posted, by schedule or by hand."""

    def test_when_posted(self):
        with self.capture_wakes() as wakes:
            move = self.invoice()
            self.commit()
        self.assertFalse(self.jobs(move, "sale").next_try_at)
        self.send()
        self.assertEqual(move.fiken_state, "booked")
        self.assertFalse(any(wakes))

    def test_by_schedule(self):
        self.vendor.write({"sale_trigger": "schedule", "schedule_hour": 22.5})
        move = self.invoice()
        self.commit()
        due = self.vendor._next_schedule_at()
        job = self.jobs(move, "sale")
        self.assertEqual(job.next_try_at, due)
        self.assertTriggered(due)
        self.assertIn(f"time of day of {self.vendor.name}", job.why)
        self.assertIn("10:30", job.why)
        self.send()
        self.assertEqual(move.fiken_state, "waiting")
        self.assertFalse(self.sales())
        with freeze_time(due):
            self.send()
        self.assertEqual(move.fiken_state, "booked", move.fiken_job_id.reason)
        self.assertFalse(job.why)

    def test_somebody_may_send_before_the_schedule(self):
        self.vendor.sale_trigger = "schedule"
        move = self.invoice()
        self.commit()
        move.action_fiken_send()
        self.send()
        self.assertEqual(move.fiken_state, "booked")

    def test_another_time_of_day_holds_for_what_waits(self):
        self.vendor.write({"sale_trigger": "schedule", "schedule_hour": 22})
        move = self.invoice()
        self.commit()
        before = self.jobs(move, "sale").next_try_at
        self.vendor.schedule_hour = 3
        after = self.jobs(move, "sale").next_try_at
        self.assertNotEqual(before, after)
        self.assertEqual(after, self.vendor._next_schedule_at())
        self.vendor.sale_trigger = "posted"
        self.assertFalse(self.jobs(move, "sale").next_try_at)
        self.send()
        self.assertEqual(move.fiken_state, "booked")

    def test_by_hand(self):
        self.vendor.sale_trigger = "hand"
        move = self.invoice()
        self.send()
        self.assertEqual(move.fiken_state, "absent")
        self.assertFalse(self.jobs(move))
        move.action_fiken_send()
        self.send()
        self.assertEqual(move.fiken_state, "booked", move.fiken_job_id.reason)

    def test_each_vendor_has_its_own(self):
        self.market.sale_trigger = "hand"
        other = self.journal.copy({"fiken_vendor_id": self.market.id})
        mine, theirs = self.invoice(), self.invoice(journal_id=other.id)
        self.send()
        self.assertEqual((mine.fiken_state, theirs.fiken_state), ("booked", "absent"))

    def test_the_time_of_day_lies_within_the_day(self):
        for hour in (-0.1, 24, 23.999):
            with self.subTest(hour), self.assertRaises(ValidationError):
                self.vendor.schedule_hour = hour
        for hour in (0, 23.98):
            self.vendor.schedule_hour = hour
            self.vendor._next_schedule_at()


class TestSchedule(VendorCase):
    """22:00 is 22:00 on the wall, also when the clocks change."""

    def next_at(self, now, hour=22.0, tz="Europe/Oslo"):
        self.vendor.write({"schedule_hour": hour, "tz": tz})
        with freeze_time(now):
            return self.vendor._next_schedule_at()

    def test_winter_and_summer(self):
        self.assertEqual(self.next_at("2026-01-15 12:00"), datetime(2026, 1, 15, 21))
        self.assertEqual(self.next_at("2026-07-15 12:00"), datetime(2026, 7, 15, 20))

    def test_once_it_has_struck_it_is_tomorrow(self):
        self.assertEqual(self.next_at("2026-01-15 20:59"), datetime(2026, 1, 15, 21))
        self.assertEqual(self.next_at("2026-01-15 21:00"), datetime(2026, 1, 16, 21))

    def test_the_day_is_the_vendors_not_utcs(self):
        """At 23:30 UTC it is already tomorrow in Oslo."""
        self.assertEqual(
            self.next_at("2026-01-15 23:30", hour=1), datetime(2026, 1, 16, 0)
        )

    def test_the_clocks_go_forward(self):
        """29 March 2026: 02:00 becomes 03:00; the day has 23 hours."""
        self.assertEqual(self.next_at("2026-03-28 12:00"), datetime(2026, 3, 28, 21))
        self.assertEqual(self.next_at("2026-03-28 21:00"), datetime(2026, 3, 29, 20))
        self.assertEqual(self.next_at("2026-03-29 20:00"), datetime(2026, 3, 30, 20))
        # 02:30 does not exist that night: once, an hour later on the wall.
        self.assertEqual(
            self.next_at("2026-03-28 12:00", hour=2.5), datetime(2026, 3, 29, 1, 30)
        )
        self.assertEqual(
            self.next_at("2026-03-29 01:30", hour=2.5), datetime(2026, 3, 30, 0, 30)
        )

    def test_the_clocks_go_back(self):
        """25 October 2026: 03:00 becomes 02:00; the day has 25 hours."""
        self.assertEqual(self.next_at("2026-10-24 12:00"), datetime(2026, 10, 24, 20))
        self.assertEqual(self.next_at("2026-10-24 20:00"), datetime(2026, 10, 25, 21))
        # 02:30 strikes twice that night, and what waits is sent once.
        first = self.next_at("2026-10-24 12:00", hour=2.5)
        self.assertEqual(first, datetime(2026, 10, 25, 1, 30))
        self.assertEqual(
            self.next_at("2026-10-25 00:30", hour=2.5), datetime(2026, 10, 25, 1, 30)
        )
        self.assertEqual(
            self.next_at("2026-10-25 01:30", hour=2.5), datetime(2026, 10, 26, 1, 30)
        )

    def test_other_time_zones(self):
        self.assertEqual(
            self.next_at("2026-01-15 12:00", tz="Pacific/Auckland"),
            datetime(2026, 1, 16, 9),
        )


class TestTillJournals(VendorCase):
    """A till gets journals of its own, so that its sales have a vendor."""

    def setUp(self):
        super().setUp()
        self.env.user.group_ids |= self.env.ref("point_of_sale.group_pos_manager")
        self.till = self.env["pos.config"].create({"name": "Kasse 1"})
        # Two tills cannot have one cash drawer.
        self.other = self.env["pos.config"].create(
            {"name": "Kasse 2", "payment_method_ids": []}
        )

    def wizard(self, *chosen):
        wizard = (
            self.env["fiken.pos.journal"]
            .with_context(default_vendor_id=self.market.id)
            .create({})
        )
        lines = wizard.line_ids.filtered(lambda line: line.name in chosen)
        lines.is_chosen = True
        self.assertEqual(len(lines), len(chosen))
        return wizard

    def test_shared_journals_are_copied(self):
        shared = self.other.journal_id | self.other.invoice_journal_id
        self.assertEqual(self.till.journal_id, self.other.journal_id)
        self.wizard("Kasse 1").action_apply()
        own = self.till.journal_id | self.till.invoice_journal_id
        self.assertEqual(len(own), 2)
        self.assertEqual(own.fiken_vendor_id, self.market)
        self.assertFalse(own & shared)
        self.assertFalse(shared.fiken_vendor_id)
        self.assertEqual(self.till.journal_id.type, shared[0].type)
        self.assertIn("Kasse 1", self.till.journal_id.name)

    def test_doing_it_twice_makes_no_more_journals(self):
        self.wizard("Kasse 1").action_apply()
        own = self.till.journal_id
        self.wizard("Kasse 1").action_apply()
        self.assertEqual(self.till.journal_id, own)

    def test_an_open_session_keeps_its_journal(self):
        self.till.open_ui()
        session = self.till.current_session_id
        self.assertTrue(session)
        with refused(self, "open session"):
            self.wizard("Kasse 1").action_apply()

    def test_what_is_not_ticked_stays(self):
        before = self.other.journal_id
        self.wizard("Kasse 1").action_apply()
        self.assertEqual(self.other.journal_id, before)
