"""The overview says what goes to Fiken and what does not, in true figures."""

from datetime import timedelta
from unittest.mock import patch

from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import AccessError, UserError

from ..people import MANAGER, USER, SecurityCase

MOST_QUERIES = 25


class TestOverview(SecurityCase):
    def page(self, user=None, **options):
        overview = self.env["fiken.overview"].with_user(user or self.invoicer)
        overview = overview.with_company(self.company)
        yesterday = fields.Datetime.now() - timedelta(days=1)
        with patch.object(type(overview), "_midnight", lambda overview: yesterday):
            return overview.fiken_page(**options)

    def books(self, page):
        return next(one for one in page["books"] if one["id"] == self.fiken_company.id)

    def kind(self, page, kind, record=None):
        record = record or self.vendor
        place = next(
            one
            for one in self.books(page)["places"]
            if (one["model"], one["id"]) == (record._name, record.id)
        )
        return next(one for one in place["kinds"] if one["kind"] == kind)

    def switch(self, page, kind, record=None):
        return self.kind(page, kind, record)["flows"][0]

    def test_the_page_asks_at_most_25_queries_however_many_shops(self):
        """Warm: who may do what is known, what there is to show is not."""

        def queries(user):
            self.page(user)
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.page(user)
            return self.env.cr.sql_log_count - before

        self.invoice()
        self.commit()
        few = {user: queries(user) for user in (self.invoicer, self.manager)}
        self.env["fiken.vendor"].create(
            [{"name": name, "code": name} for name in ("Kiosk", "Torget", "Nett")]
        )
        for user, count in few.items():
            self.assertLessEqual(count, MOST_QUERIES, user.login)
            self.assertEqual(queries(user), count, user.login)

    # On and off

    def test_what_is_off_is_said_off_with_what_follows(self):
        page = self.page()
        bills, sales = self.switch(page, "bill"), self.switch(page, "sale")
        self.assertFalse(bills["is_on"])
        self.assertIn("stay in Odoo alone", bills["consequence"])
        self.assertTrue(sales["is_on"])
        self.assertIn("booked in Fiken", sales["consequence"])
        self.assertEqual(sales["when"], "when posted")
        self.assertFalse(self.switch(page, "stock", self.fiken_company)["is_on"])

    def test_every_switch_says_what_follows_from_each_choice(self):
        for record in (self.vendor, self.fiken_company):
            for flow in record._flows():
                with self.subTest(flow.key):
                    self.assertIn(flow.value, [one.value for one in flow.choices])
                    self.assertTrue(all(one.consequence for one in flow.choices))
                    self.assertTrue(
                        self.env["fiken.resource"]._flow_names(flow.kind),
                        "no resource goes by this switch",
                    )

    def test_each_resource_goes_by_a_switch_that_there_is(self):
        kinds = {
            flow.kind
            for record in (self.vendor, self.fiken_company)
            for flow in record._flows()
        }
        for name in self.env.registry:
            if name.startswith("fiken.resource.") and self.env[name]._resource:
                self.assertIn(self.env[name]._flow, {"", "settlement", *kinds}, name)

    def test_a_manager_sets_a_switch(self):
        self.overview_of(self.manager).fiken_switch(
            "fiken.vendor", self.vendor.id, "bill", "draft"
        )
        self.assertEqual(self.vendor.bill_mode, "draft")
        self.assertTrue(self.switch(self.page(), "bill")["is_on"])

    def test_who_may_not_switch_is_told_who_may(self):
        page = self.page(self.invoicer)
        self.assertFalse(page["may_switch"])
        self.assertIn(self.manager.name, page["who_may"])
        with self.assertRaisesRegex(UserError, "Fiken manager"):
            self.overview_of(self.invoicer).fiken_switch(
                "fiken.vendor", self.vendor.id, "bill", "booked"
            )
        self.assertEqual(self.vendor.bill_mode, "off")
        self.assertTrue(self.page(self.manager)["may_switch"])

    def test_nobody_sets_what_is_no_switch(self):
        overview = self.overview_of(self.manager)
        for arguments in (
            ("fiken.vendor", self.vendor.id, "name", "Kaffe"),
            ("fiken.vendor", self.vendor.id, "bill", "some"),
            ("res.partner", self.customer.id, "name", "Kaffe"),
        ):
            with self.assertRaises(UserError):
                overview.fiken_switch(*arguments)
        with self.assertRaisesRegex(UserError, "Fiken user"):
            self.page(self.employee)

    def overview_of(self, user):
        return self.env["fiken.overview"].with_user(user)

    def test_all_customers_are_counted_before_they_are_sent(self):
        """The number told is the number sent."""
        self.env["res.partner"].create(
            [{"name": f"Kunde {n}", "customer_rank": 1} for n in range(3)]
        )
        overview = self.overview_of(self.manager)
        where = ("fiken.company", self.fiken_company.id, "customer")
        told = dict(overview.fiken_ask(*where))
        self.assertEqual(told["off"], "")
        jobs = self.env["fiken.job"].sudo().search([("resource", "=", "contact")])
        self.assertFalse(jobs)
        overview.fiken_switch(*where, "all")
        self.commit()
        jobs = self.env["fiken.job"].sudo().search([("resource", "=", "contact")])
        self.assertGreaterEqual(len(jobs), 3)
        self.assertIn(f"{len(jobs)} records", told["all"])

    def test_switching_off_tells_what_is_not_sent_any_more(self):
        self.invoice(self.line())
        self.commit()
        told = dict(
            self.overview_of(self.manager).fiken_ask(
                "fiken.vendor", self.vendor.id, "sale"
            )
        )
        self.assertIn("1 documents that wait", told["off"])

    def test_a_form_says_what_follows_before_it_is_saved(self):
        """All customers are sent at once: how many is said, as in the overview."""
        self.env["res.partner"].create({"name": "Kunde", "customer_rank": 1})
        books = self.fiken_company
        form = books.new({"customer_sync": "all"}, origin=books)
        said = form._onchange_switches()["warning"]["message"]
        self.assertEqual(said, books._flow_told("customer", "all"))
        self.assertIn("records go to Fiken at once", said)
        form = books.new({"customer_sync": books.customer_sync}, origin=books)
        self.assertIsNone(form._onchange_switches())
        self.invoice(self.line())
        self.commit()
        form = self.vendor.new({"sale_mode": "off"}, origin=self.vendor)
        self.assertIn(
            "1 documents that wait", form._onchange_switches()["warning"]["message"]
        )

    # Figures

    def test_what_was_sent_today_is_counted_and_when_the_last_went(self):
        for price in (100.0, 200.0):
            self.invoice(self.line(price))
        self.send()
        page = self.page()
        self.assertEqual(self.kind(page, "sale")["today"], 2)
        self.assertTrue(self.kind(page, "sale")["last"])
        self.assertEqual(self.kind(page, "contact", self.fiken_company)["today"], 1)
        self.assertEqual(self.kind(page, "bill")["today"], 0)
        self.assertFalse(self.kind(page, "bill")["last"])
        self.assertIsNotNone(self.books(page)["seconds"])
        self.assertTrue(self.books(page)["connection"]["last_answer"])

    def test_what_stopped_and_what_waits_is_counted(self):
        self.invoice(self.line(100.0, "3", "3005"))
        self.send()
        self.invoice(self.line())
        self.commit()
        books = self.books(page := self.page())
        self.assertEqual((books["blocked"], books["failed"]), (1, 0))
        self.assertEqual(books["waiting"], 1)
        self.assertTrue(books["waiting_since"])
        sales = self.kind(page, "sale")
        self.assertEqual((sales["waiting"], sales["stopped"]), (1, 1))

    def test_what_is_to_do_is_counted_beside_what_stopped(self):
        [before] = self.page()["books"]
        self.connection._notify_managers("look", "Look", "Something happened")
        [books] = self.page()["books"]
        self.assertEqual(books["todos"], before["todos"] + 1)

    def test_sales_of_a_day_in_odoo_stand_beside_those_in_fiken(self):
        self.invoice(self.line(100.0))
        self.send()
        self.vendor.sale_mode = "off"
        self.invoice(self.line(200.0))
        self.commit()
        with freeze_time("2026-03-17 12:00:00"):
            days = self.books(self.page())["days"]
        day = next(one for one in days if one["day"] == "2026-03-16")
        self.assertEqual((day["odoo"], day["fiken"]), (375.0, 125.0))
        self.assertEqual(len(days), 14)

    def test_no_sales_are_told_to_who_may_not_read_documents(self):
        """A Fiken manager need not be an accountant."""
        self.invoice(self.line(100.0))
        self.commit()
        with freeze_time("2026-03-17 12:00:00"):
            days = self.books(self.page(self.manager))["days"]
        self.assertFalse(any(one["odoo"] for one in days))

    # Connection and companies

    def test_a_withdrawn_consent_is_said_first(self):
        self.assertIsNone(self.books(self.page())["trouble"])
        self.connection.state = "reconnect"
        trouble = self.books(self.page())["trouble"]
        self.assertIn("connected again", trouble["text"])
        self.assertTrue(trouble["reconnects"])

    def test_another_companys_figures_are_not_shown(self):
        other = self.env["res.company"].sudo().create({"name": "Kaffe Nord AS"})
        knut = self.new_user("knut", MANAGER, companies=other)
        self.assertEqual(self.page_of(knut, other)["books"], [])
        with self.assertRaises(AccessError):
            self.overview_of(knut).with_company(other).fiken_switch(
                "fiken.vendor", self.vendor.id, "bill", "booked"
            )

    def test_a_branchs_people_read_the_books_but_only_their_own_jobs(self):
        branch = (
            self.env["res.company"]
            .sudo()
            .create({"name": "Demo Kaffe Nord", "parent_id": self.company.id})
        )
        nora = self.new_user("nora", USER, companies=branch)
        self.invoice(self.line(100.0, "3", "3005"))
        self.send()
        page = self.page_of(nora, branch)
        self.assertEqual([one["id"] for one in page["books"]], self.fiken_company.ids)
        self.assertEqual(page["books"][0]["blocked"], 0)
        self.assertEqual(self.books(self.page())["blocked"], 1)

    def page_of(self, user, company):
        return self.overview_of(user).with_company(company).fiken_page()

    # Speed

    def test_the_page_asks_few_questions_however_many_shops(self):
        self.page()
        self.env.invalidate_all()
        with self.assertQueryCount(25):
            self.page()
        for name in ("Bergen", "Oslo", "Tromsø"):
            self.env["fiken.vendor"].create(
                {
                    "name": name,
                    "code": name,
                    "fiken_company_id": self.fiken_company.id,
                    "enabled_since": "2026-01-01",
                }
            )
        self.env.flush_all()
        self.page()
        self.env.invalidate_all()
        with self.assertQueryCount(25):
            self.page()
