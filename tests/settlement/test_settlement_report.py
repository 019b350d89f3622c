"""The printed reports of a day, and the voucher in Fiken."""

from ...models.outbox.fiken_notifier import ACTIVITY
from .settling import NUMBER, SettlementCase


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
