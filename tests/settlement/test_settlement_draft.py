"""A day that goes as a draft, which an accountant looks at."""

from .settling import NUMBER, SettlementCase


class TestDraft(SettlementCase):
    def drafts(self):
        return self.sandbox.get(f"/companies/{self.slug}/sales/drafts")

    def test_a_draft_waits_for_a_person_and_is_booked_with_its_payments(self):
        self.vendor.settlement_mode = "draft"
        self.sold_day()
        settlement = self.sent_day()
        self.assertEqual(settlement.state, "sent", self.reasons(settlement))
        self.assertFalse(self.settlement_sales())
        [draft] = self.drafts()
        self.assertEqual(draft["invoiceNumber"], NUMBER)
        settlement.action_book()
        self.send()
        self.assertEqual(settlement.state, "booked", self.reasons(settlement))
        [sale] = self.settlement_sales()
        self.assertEqual(sale["outstandingBalance"], 0)
        self.assertFalse(self.drafts())

    def test_a_draft_that_was_finished_in_fiken_gets_its_payments(self):
        self.vendor.settlement_mode = "draft"
        self.sold_day()
        settlement = self.sent_day()
        [draft] = self.drafts()
        self.in_fiken("POST", f"/sales/drafts/{draft['draftId']}/createSale")
        self.compare(settlement)
        self.send()
        self.assertEqual(settlement.state, "booked", self.reasons(settlement))
        [sale] = self.settlement_sales()
        self.assertEqual(sale["outstandingBalance"], 0)
        self.assertEqual(self.sandbox.count("POST", "/sales"), 0)

    def test_a_draft_that_was_deleted_in_fiken_is_sent_again_when_wanted(self):
        self.vendor.settlement_mode = "draft"
        self.sold_day()
        settlement = self.sent_day()
        [draft] = self.drafts()
        self.in_fiken("DELETE", f"/sales/drafts/{draft['draftId']}")
        self.compare(settlement)
        self.assertEqual(settlement.state, "failed")
        self.assertIn("deleted", settlement.reason)
        settlement.action_send()
        self.send()
        self.assertEqual(settlement.state, "sent", self.reasons(settlement))
        self.assertEqual(
            [one["invoiceNumber"] for one in self.drafts()], [NUMBER + "/2"]
        )
