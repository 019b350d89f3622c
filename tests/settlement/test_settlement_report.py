"""The printed reports of a day, and the voucher in Fiken."""

from datetime import timedelta

from odoo import fields

from ...models.connection.fiken_todo import PROBLEM as ACTIVITY
from ...models.outbox.fiken_resource import Sent
from .settling import DAY, NUMBER, SettlementCase


class TestReport(SettlementCase):
    def test_the_report_holds_what_a_z_report_holds(self):
        self.sold_day()
        settlement = self.settlement()
        settlement.action_read()
        html = (
            self.env["ir.actions.report"]
            ._render_qweb_html(
                "fiken_connector.settlement_report_action", settlement.ids
            )[0]
            .decode()
        )
        for words in (
            self.company.name,
            self.fiken_company.organization_number,
            "Kasse 1",
            "Kort",
            NUMBER,
            "Returns",
            "Discounts",
            "does not replace",
        ):
            self.assertIn(words, html)

    def test_the_report_is_attached_to_the_sale(self):
        self.vendor.attach_files = True
        self.sold_day()
        settlement = self.booked_day()
        [sale] = self.settlement_sales()
        [file] = sale["saleAttachments"]
        self.assertIn("MAIN", file.get("filename") or file["downloadUrl"])
        self.assertTrue(settlement.report_id)

    # The voucher of the journal entry

    def files_of_entries(self):
        """How many files each journal entry of the day in Fiken has."""
        rows = self.sandbox.get(f"/companies/{self.slug}/journalEntries", pageSize=100)
        return [
            len(row.get("attachments", []))
            for row in rows
            if NUMBER in row["description"] and "Fri postering" in row["description"]
        ]

    def day_of(self, kind):
        """A day of which nothing, or not all, fits a sale."""
        self.map_account(self.shop.account("7795"), "7770")
        session = self.shop.open(self.till, 1000.0, at="2026-03-15 08:00:00")
        sold = self.shop.sell(session, self.mug, at="2026-03-15 09:00:00")
        self.shop.close(session, at="2026-03-15 18:00:00")
        session = self.shop.open(self.till, 1000.0, at=f"{DAY} 08:00:00")
        counted = None
        if kind == "returns":
            self.shop.give_back(sold, at=f"{DAY} 09:00:00")
        elif kind == "gift cards":
            debt = self.shop.new_account("2901", "Gavekort", "liability_current")
            self.map_account(debt, "2901")
            card = self.shop.product("Gavekort", 500.0, account=debt)
            self.shop.sell(session, card, at=f"{DAY} 09:00:00")
        elif kind == "cash moves":
            line = self.shop.move_cash(session, -500.0, "bank", f"{DAY} 09:00:00")
            for account in line.move_id.line_ids.account_id:
                self.map_account(account, "1920:10001")
        else:
            self.shop.sell(session, self.mug, at=f"{DAY} 09:00:00")
            counted = session.cash_register_balance_end - 7.5
        self.shop.close(session, counted, at=f"{DAY} 18:00:00")

    def test_every_journal_entry_has_the_days_report(self):
        self.vendor.attach_files = True
        for kind, sales in (
            ("returns", 0),
            ("gift cards", 0),
            ("cash moves", 0),
            ("sales and a difference", 1),
        ):
            for several in ("one", "several"):
                with self.subTest(kind, several=several):
                    self.check_has_report(kind, sales, several)

    def check_has_report(self, kind, sales, several):
        self.sandbox.reset()
        self.sandbox.unknowns(entries_in_transaction=several)
        with self.env.cr.savepoint() as savepoint:
            self.day_of(kind)
            self.booked_day()
            files = self.files_of_entries()
            self.assertEqual(sum(files), 1, files)
            self.assertTrue(files[0], "on the first entry of the transaction")
            found = self.settlement_sales()
            self.assertEqual(
                [len(sale["saleAttachments"]) for sale in found], [1] * sales
            )
            savepoint.rollback()
            self.env.invalidate_all(flush=False)

    def test_a_lost_answer_doubles_no_voucher(self):
        self.vendor.attach_files = True
        self.day_of("sales and a difference")
        settlement = self.settlement()
        settlement.action_send()
        self.sandbox.fault(
            "POST", "/journalEntries/[0-9]+/attachments$", "commit-then-drop"
        )
        self.send()
        for _look in range(4):
            lost = self.env["fiken.job"].sudo().search([("state", "=", "sending")])
            lost.next_try_at = fields.Datetime.now() - timedelta(seconds=1)
            self.send()
        self.assertEqual(self.files_of_entries(), [1])
        jobs = self.jobs(settlement, "settlement_report")
        self.assertEqual(set(jobs.mapped("state")), {"done"})
        self.assertEqual(len(jobs), 2)

    def test_a_voucher_of_an_entry_that_is_gone_is_told(self):
        self.day_of("returns")
        settlement = self.booked_day()
        self.vendor.attach_files = True
        link = self.binding(settlement, "journal_entry")
        self.in_fiken(
            "PATCH", f"/transactions/{link.remote_id}/delete", description="feil"
        )
        entries = self.env["fiken.resource.journal_entry"]
        self.env["fiken.resource.settlement_report"]._enqueue_files(
            settlement,
            entries,
            self.jobs(settlement, "journal_entry"),
            Sent(link.remote_id),
        )
        self.send()
        [job] = self.jobs(settlement, "settlement_report")
        self.assertEqual(job.state, "failed")
        self.assertIn("no longer in Fiken", job.reason)

    def test_a_report_that_fiken_does_not_take_is_told_though_the_day_is_booked(self):
        self.vendor.attach_files = True
        self.sandbox.unknowns(max_attachment_bytes=20)
        self.sold_day()
        settlement = self.booked_day()
        for _time in ("told with the day", "not forgotten when they are compared"):
            [todo] = settlement.activity_search([ACTIVITY])
            self.assertIn("too big", todo.note)
            self.compare(settlement)
            self.assertEqual(settlement.state, "booked")
        self.sandbox.unknowns(max_attachment_bytes=0)
        self.jobs(settlement, "settlement_report").action_retry()
        self.send()
        self.assertFalse(settlement.activity_search([ACTIVITY]))
        [sale] = self.settlement_sales()
        self.assertEqual(len(sale["saleAttachments"]), 1)

    def test_the_control_report_can_be_printed(self):
        self.sold_day()
        settlement = self.booked_day()
        self.compare(settlement)
        html = (
            self.env["ir.actions.report"]
            ._render_qweb_html("fiken_connector.control_report_action", settlement.ids)[
                0
            ]
            .decode()
        )
        self.assertIn(NUMBER, html)
