"""Projects: analytic accounts of a vendor's plan."""

import requests

from ..ledger.common import refused
from ..outbox.common import OutboxCase


class TestProject(OutboxCase):
    def setUp(self):
        super().setUp()
        self.plan = self.env["account.analytic.plan"].create({"name": "Prosjekter"})
        self.vendor.analytic_plan_id = self.plan
        self.roof = self.analytic("Tak", code="T-1")

    def analytic(self, name, plan=None, **values):
        return self.env["account.analytic.account"].create(
            {
                "name": name,
                "plan_id": (plan or self.plan).id,
                "company_id": self.company.id,
                **values,
            }
        )

    def switch_on(self):
        with self.as_cron():
            self.vendor.action_projects_on()
        self.env.invalidate_all()

    def on(self, *accounts, **values):
        """A line of these projects, in equal parts; several plans share a key."""
        return self.line(
            analytic_distribution={
                str(account.id): 100 / len(accounts) for account in accounts
            },
            **values,
        )

    def projects(self):
        return self.sandbox.get(f"/companies/{self.slug}/projects")

    def booked(self, *lines, **values):
        move = self.invoice(*lines, **values)
        self.send()
        self.assertEqual(move.fiken_state, "booked", move.fiken_job_id.reason)
        [sale] = [row for row in self.sales() if row["saleNumber"] == move.name]
        return sale

    # Switching on

    def test_only_with_fikens_project_module(self):
        self.sandbox.company(self.slug, projectModule=False)
        with refused(self, "has not ordered Fiken's project module"):
            self.switch_on()
        self.assertFalse(self.vendor.projects_enabled)
        self.sandbox.company(self.slug, projectModule=True)
        self.switch_on()
        self.assertTrue(self.vendor.projects_enabled)
        self.vendor.action_projects_off()
        self.assertFalse(self.vendor.projects_enabled)

    def test_the_plan_is_named_not_guessed(self):
        self.vendor.analytic_plan_id = False
        self.env["account.analytic.plan"].create({"name": "Avdelinger"})
        with refused(self, "Choose first which analytic plan"):
            self.switch_on()
        self.assertFalse(self.vendor.projects_enabled)

    def test_a_vendor_without_books(self):
        vendor = self.env["fiken.vendor"].create(
            {"name": "Kiosk", "code": "KIO", "fiken_company_id": False}
        )
        with refused(self, "Connect to Fiken first"):
            vendor.action_projects_on()

    # Sending

    def test_switched_off_nothing_is_made(self):
        sale = self.booked(self.on(self.roof))
        self.assertNotIn("project", sale)
        self.assertFalse(self.projects())

    def test_a_missing_project_is_made_once(self):
        self.switch_on()
        first = self.booked(self.on(self.roof))
        second = self.booked(self.on(self.roof), self.on(self.roof, price=50.0))
        [project] = self.projects()
        self.assertEqual((project["number"], project["name"]), ("T-1", "Tak"))
        self.assertEqual(
            project["startDate"], str(self.fiken_company.accounting_start_date)
        )
        self.assertEqual(first["project"]["projectId"], project["projectId"])
        self.assertEqual(second["project"]["projectId"], project["projectId"])
        self.assertEqual(self.binding(self.roof, "project").number, "T-1")

    def test_a_draft_has_its_project_too(self):
        self.switch_on()
        self.vendor.sale_mode = "draft"
        move = self.invoice(self.on(self.roof))
        self.send()
        self.assertEqual(move.fiken_state, "draft", move.fiken_job_id.reason)
        [draft] = self.sandbox.get(f"/companies/{self.slug}/sales/drafts")
        [project] = self.projects()
        self.assertEqual(draft["project"]["projectId"], project["projectId"])

    def test_without_reference_it_gets_a_number_of_its_own(self):
        self.switch_on()
        self.booked(self.on(self.analytic("Vegg")))
        self.booked(self.on(self.analytic("Vegg")))
        numbers = [project["number"] for project in self.projects()]
        self.assertEqual(len(set(numbers)), 2)

    def test_a_project_that_fiken_has_is_linked(self):
        self.post_project("T-1", "Tak")
        self.switch_on()
        self.booked(self.on(self.roof))
        self.assertEqual(len(self.projects()), 1)

    def test_a_number_that_is_another_project_stops(self):
        self.post_project("T-1", "Kjeller")
        self.switch_on()
        move = self.invoice(self.on(self.roof))
        self.send()
        self.assertEqual(move.fiken_state, "failed")
        reason = self.jobs(self.roof).reason
        self.assertIn("already has a project with the number T-1", reason)
        self.assertFalse(self.sales())
        self.roof.code = "T-2"
        self.jobs(self.roof).action_retry()
        self.send()
        self.assertEqual(move.fiken_state, "booked", move.fiken_job_id.reason)

    def test_two_accounts_with_one_reference(self):
        self.switch_on()
        self.booked(self.on(self.roof))
        twin = self.analytic("Tak", code="T-1")
        move = self.invoice(self.on(twin))
        self.send()
        self.assertEqual(move.fiken_state, "failed")
        self.assertIn("a reference of its own", self.jobs(twin).reason)
        self.assertFalse(self.jobs(twin).outcome_unknown)

    def test_a_renamed_project_is_renamed_in_fiken(self):
        self.switch_on()
        self.booked(self.on(self.roof))
        self.roof.name = "Nytt tak"
        self.send()
        self.assertEqual(self.projects()[0]["name"], "Nytt tak")
        self.roof.active = False
        self.send()
        self.assertTrue(self.projects()[0]["completed"])

    # Which project

    def test_the_default_project(self):
        self.switch_on()
        self.vendor.default_project_id = self.analytic("Felles", code="F")
        sale = self.booked()
        self.assertEqual(sale["project"]["number"], "F")
        sale = self.booked(self.on(self.roof))
        self.assertEqual(sale["project"]["number"], "T-1")

    def test_accounts_of_other_plans_are_no_projects(self):
        self.switch_on()
        plan = self.env["account.analytic.plan"].create({"name": "Avdelinger"})
        self.assertNotIn("project", self.booked(self.on(self.analytic("Nord", plan))))
        both = self.line(
            analytic_distribution={
                f"{self.roof.id},{self.analytic('Sør', plan).id}": 100
            }
        )
        self.assertEqual(self.booked(both)["project"]["number"], "T-1")

    def test_plans_below_the_plan_count(self):
        self.switch_on()
        plan = self.env["account.analytic.plan"].create(
            {"name": "Bygg", "parent_id": self.plan.id}
        )
        sale = self.booked(self.on(self.analytic("Bro", plan, code="B")))
        self.assertEqual(sale["project"]["number"], "B")

    def test_several_projects_stop_or_go_without(self):
        """Fiken takes one project for a whole sales document."""
        self.switch_on()
        wall = self.analytic("Vegg", code="V")
        move = self.invoice(self.on(self.roof), self.on(wall))
        self.send()
        self.assertEqual(move.fiken_state, "blocked")
        self.assertIn("several projects", move.fiken_job_id.reason)
        self.assertFalse(self.projects())
        self.vendor.several_projects = "without"
        self.send()
        self.assertEqual(move.fiken_state, "booked", move.fiken_job_id.reason)
        self.assertNotIn("project", self.sales()[0])

    def shared(self, *shares):
        """Lines of 100 each, with so many per cent on the roof."""
        return self.invoice(
            *(
                self.line(
                    analytic_distribution={str(self.roof.id): share} if share else False
                )
                for share in shares
            )
        )

    def test_lines_without_a_project_are_the_defaults(self):
        """One line's project does not take the whole invoice."""
        self.switch_on()
        self.vendor.default_project_id = self.analytic("Felles", code="F")
        for shares in ((100, None), (30, 100), (30,)):
            move = self.shared(*shares)
            self.send()
            self.assertEqual(move.fiken_state, "blocked", shares)
            for word in ("several projects", "Felles", self.roof.name):
                self.assertIn(word, move.fiken_job_id.reason)
        self.vendor.several_projects = "without"
        self.send()
        self.assertEqual(move.fiken_state, "booked", move.fiken_job_id.reason)
        self.assertFalse([sale for sale in self.sales() if sale.get("project")])

    def test_without_a_default_a_part_without_a_project_counts_too(self):
        self.switch_on()
        move = self.shared(100, None)
        self.send()
        self.assertEqual(move.fiken_state, "blocked")
        self.assertIn("several projects", move.fiken_job_id.reason)

    def test_shares_of_the_default_add_up(self):
        self.switch_on()
        self.vendor.default_project_id = self.roof
        move = self.shared(30, None, 100)
        self.send()
        self.assertEqual(move.fiken_state, "booked", move.fiken_job_id.reason)
        [sale] = self.sales(saleNumber=move.name)
        self.assertEqual(sale["project"]["number"], "T-1")

    def test_lines_of_nothing_need_no_project(self):
        self.switch_on()
        move = self.invoice(
            self.on(self.roof),
            self.line(0.0),
            {"display_type": "line_note", "name": "."},
        )
        self.send()
        self.assertEqual(move.fiken_state, "booked", move.fiken_job_id.reason)

    def post_project(self, number, name):
        requests.post(
            f"{self.sandbox.url}/api/v2/companies/{self.slug}/projects",
            json={"number": number, "name": name, "startDate": "2026-01-01"},
            headers={"Authorization": "Bearer sandbox-token"},
            timeout=10,
        ).raise_for_status()
