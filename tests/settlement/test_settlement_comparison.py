"""A day beside what Fiken has of it: what somebody changes there is a difference."""

from .settling import DAY, SettlementCase

PROBLEM = "fiken_connector.mail_activity_fiken_problem"


class ComparisonCase(SettlementCase):
    def entries(self, settlement):
        """Fiken's journal entries of the day's transaction."""
        link = self.binding(settlement, "journal_entry")
        return self.sandbox.get(
            f"/companies/{self.slug}/transactions/{link.remote_id}"
        )["entries"]

    def edit(self, resource, remote_id, **changes):
        """What a person does in Fiken's own pages."""
        self.sandbox._control(
            "POST",
            "edit",
            {
                "slug": self.slug,
                "resource": resource,
                "id": remote_id,
                "changes": changes,
            },
        )

    def edit_sale(self, **changes):
        [sale] = self.settlement_sales()
        self.edit("sales", sale["saleId"], **changes)

    def lines_of_sale(self):
        [sale] = self.settlement_sales()
        return sale["lines"]

    def assert_differs(self, settlement, *words):
        self.compare(settlement)
        self.assertTrue(settlement.differs)
        for word in words:
            self.assertIn(word, settlement.difference_text)
        [todo] = settlement.activity_search([PROBLEM])
        self.assertIn(settlement.number, todo.note)
        found = self.env["fiken.settlement"].search([("differs", "=", True)])
        self.assertIn(settlement, found)
        html = self.env["ir.actions.report"]._render_qweb_html(
            "fiken_connector.control_report_action", settlement.ids
        )[0]
        self.assertIn("text-danger", html.decode())

    def assert_equal(self, settlement):
        self.compare(settlement)
        self.assertFalse(settlement.differs, settlement.difference_text)
        self.assertFalse(settlement.activity_search([PROBLEM]))


class TestComparison(ComparisonCase):
    # Sales

    def test_a_line_that_became_exempt_is_a_difference(self):
        """Gross and payments are as they were; the VAT is gone."""
        self.sold_day()
        settlement = self.booked_day()
        self.assert_equal(settlement)
        lines = self.lines_of_sale()
        line = next(one for one in lines if one["vatType"] == "HIGH")
        line.update(vatType="EXEMPT", netPrice=line["netPrice"] + line["vat"], vat=0)
        self.edit_sale(lines=lines)
        self.assert_differs(settlement, "3000 HIGH", "3000 EXEMPT", "VAT HIGH", "net")
        self.assertFalse(settlement.difference)
        self.assertFalse(settlement.paid_difference)

    def test_a_line_on_another_account_is_a_difference(self):
        self.sold_day()
        settlement = self.booked_day()
        lines = self.lines_of_sale()
        next(one for one in lines if one["account"] == "3000")["account"] = "3020"
        self.edit_sale(lines=lines)
        self.assert_differs(settlement, "3000 HIGH", "3020 HIGH")

    def test_a_payment_on_another_account_is_a_difference(self):
        self.sold_day()
        settlement = self.booked_day()
        [sale] = self.settlement_sales()
        payments = sale["salePayments"]
        cash = next(one for one in payments if one["account"] == "1901")
        path = f"/sales/{sale['saleId']}/payments"
        self.in_fiken("DELETE", f"{path}/{cash['paymentId']}", description="feil")
        self.sandbox.call(
            "POST",
            f"/companies/{self.slug}{path}",
            {"date": DAY, "account": "1920:10001", "amount": cash["amount"]},
        )
        self.assert_differs(settlement, "1901", "1920:10001")
        self.assertFalse(settlement.paid_difference)

    def test_what_an_accountant_changes_in_a_draft_is_a_difference(self):
        self.vendor.settlement_mode = "draft"
        self.sold_day()
        settlement = self.sent_day()
        [draft] = self.sandbox.get(f"/companies/{self.slug}/sales/drafts")
        lines = [dict(line) for line in draft["lines"]]
        line = next(one for one in lines if one["vatType"] == "HIGH")
        line.update(vatType="EXEMPT", incomeAccount="3100", net=line["gross"])
        self.edit("sales/drafts", draft["draftId"], lines=lines)
        self.in_fiken("POST", f"/sales/drafts/{draft['draftId']}/createSale")
        self.compare(settlement)
        self.send()
        self.assertEqual(settlement.state, "booked", self.reasons(settlement))
        self.assert_differs(settlement, "3000 HIGH", "3100 EXEMPT")

    def test_another_mapping_changes_nothing_of_what_was_sent(self):
        self.map_account(self.shop.account("7795"), "7770")
        session = self.sold_day(close=False)
        self.shop.close(
            session, session.cash_register_balance_end - 7.5, at=f"{DAY} 18:00:00"
        )
        settlement = self.booked_day()
        self.map_account(self.shop.account("3000"), "3020")
        self.map_account(self.shop.account("7795"), "7700")
        self.map_means(self.cash_method, "1920:10001")
        self.assert_equal(settlement)

    def test_known_ore_of_vat_are_no_difference(self):
        self.coffee.lst_price = 39.9
        session = self.shop.open(self.till, 0.0, at=f"{DAY} 08:00:00")
        for _receipt in range(10):
            self.shop.sell(session, self.coffee, at=f"{DAY} 09:00:00")
        self.shop.close(session, at=f"{DAY} 18:00:00")
        settlement = self.booked_day()
        self.assert_equal(settlement)
        self.assertTrue(settlement.fiken_rounding)

    # The journal entry

    def day_with_entry(self):
        """Cash was paid back on an earlier sale, and some was missing."""
        self.map_account(self.shop.account("7795"), "7770")
        session = self.shop.open(self.till, 1000.0, at="2026-03-15 08:00:00")
        sold = self.shop.sell(session, (self.coffee, 2), at="2026-03-15 09:00:00")
        self.shop.close(session, at="2026-03-15 18:00:00")
        session = self.shop.open(
            self.till, session.cash_register_balance_end_real, at=f"{DAY} 08:00:00"
        )
        paid = [(self.shop.card, None)]
        self.shop.sell(session, (self.mug, 4), paid=paid, at=f"{DAY} 09:00:00")
        self.shop.give_back(sold, at=f"{DAY} 10:00:00")
        counted = session.cash_register_balance_end - 7.5
        self.shop.close(session, counted, at=f"{DAY} 18:00:00")
        settlement = self.booked_day()
        self.assert_equal(settlement)
        return settlement

    def change_entry(self, settlement, on, **changes):
        """The first line on an account, in whichever entry of the transaction."""
        for entry in self.entries(settlement):
            lines = entry["lines"]
            for line in lines:
                if line["account"] == on:
                    line.update(changes)
                    raw = [
                        {
                            "account": one["account"],
                            "amount": one["amount"],
                            "vatCode": one.get("vatCode"),
                            "project": None,
                        }
                        for one in lines
                    ]
                    self.edit("journalEntries", entry["journalEntryId"], lines=raw)
                    return

    def test_an_edited_journal_entry_is_a_difference(self):
        for several in ("one", "several"):
            with self.subTest(several), self.env.cr.savepoint() as savepoint:
                self.sandbox.reset()
                self.sandbox.unknowns(entries_in_transaction=several)
                settlement = self.day_with_entry()
                self.change_entry(settlement, "7770", account="7700")
                self.assert_differs(settlement, "7770", "7700")
                self.assertFalse(settlement.difference)
                savepoint.rollback()
                self.env.invalidate_all(flush=False)

    def test_another_amount_in_the_journal_entry_is_a_difference(self):
        settlement = self.day_with_entry()
        self.change_entry(settlement, "1901", amount=-1)
        self.assert_differs(settlement, "1901")
        self.assertTrue(settlement.paid_difference)

    def test_another_vat_code_in_the_journal_entry_is_a_difference(self):
        settlement = self.day_with_entry()
        self.change_entry(settlement, "3030", vatCode=5)
        self.assert_differs(settlement, "3030 31", "3030 5")

    def test_an_entry_that_was_booked_anew_is_a_difference_and_not_sent_again(self):
        """As where Fiken takes back what somebody edits."""
        settlement = self.day_with_entry()
        link = self.binding(settlement, "journal_entry")
        self.in_fiken(
            "PATCH", f"/transactions/{link.remote_id}/delete", description="endret"
        )
        text = self.env["fiken.resource.journal_entry"]._text(settlement)
        line = {"amount": 750, "debitAccount": "7700", "creditAccount": "1901"}
        entry = {"description": text, "date": DAY, "lines": [line]}
        anew = self.sandbox.call(
            "POST",
            f"/companies/{self.slug}/generalJournalEntries",
            {"journalEntries": [entry]},
        )
        self.assert_differs(settlement, "7770", "7700")
        self.assertEqual(settlement.state, "booked")
        self.assertEqual(self.binding(settlement, "journal_entry").remote_id, anew)

    def test_an_entry_that_was_taken_back_is_deleted_whatever_it_is_called(self):
        for word in ("Reversering", "Annullering"):
            for points_back in (False, True):
                for date in ("original", "today"):
                    switches = {
                        "reversal_word": word,
                        "reversal_points_back": points_back,
                        "reversal_date": date,
                    }
                    with self.subTest(**switches):
                        self.check_taken_back(**switches)

    def check_taken_back(self, **switches):
        with self.env.cr.savepoint() as savepoint:
            self.sandbox.reset()
            self.sandbox.unknowns(**switches)
            settlement = self.day_with_entry()
            link = self.binding(settlement, "journal_entry")
            self.in_fiken(
                "PATCH", f"/transactions/{link.remote_id}/delete", description="feil"
            )
            self.compare(settlement)
            self.assertEqual(settlement.state, "failed")
            settlement.action_send()
            self.send()
            self.assertEqual(settlement.state, "booked", self.reasons(settlement))
            self.assert_equal(settlement)
            savepoint.rollback()
            self.env.invalidate_all(flush=False)
