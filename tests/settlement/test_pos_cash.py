"""A till's cash and terminals: what moved, was counted and reported, as posted."""

from odoo import Command

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


class TestCash(DayCase):
    def differences(self, day):
        found = self.of_kind(day, figures.DIFFERENCE, figures.TERMINAL)
        return [(one.kind, one.amount, one.means_id) for one in found]

    def test_too_little_in_the_till_is_the_days_difference(self):
        session = self.shop.open(self.till, cash=500, at=MORNING)
        self.shop.sell(session, self.book, at=NOON)
        self.shop.close(session, counted=742.0, at=EVENING)
        day = self.day(DAY)
        part = day.sessions[0]
        self.assertEqual(
            (part.opening, part.expected, part.counted, part.difference),
            (50000, 74900, 74200, -700),
        )
        difference = self.of_kind(day, figures.DIFFERENCE)
        self.assertEqual(
            [(one.amount, self.code(one.account_id)) for one in difference],
            [(-700, "7795")],
        )
        posted = self.env["account.bank.statement.line"].search(
            [("pos_session_id", "=", session.id), ("amount", "=", -7)]
        )
        self.assertIn("7795", posted.move_id.line_ids.account_id.mapped("code"))

    def test_what_the_terminal_reported_beyond_the_orders(self):
        session = self.shop.open(self.till, at=MORNING)
        self.shop.sell(session, self.book, paid=[(self.shop.card, None)], at=NOON)
        self.shop.close(session, differences=[(self.shop.card, 3.0)], at=EVENING)
        day = self.assert_as_posted(session)
        self.assertEqual(
            [
                (one.amount, one.means_id, self.code(one.account_id))
                for one in self.of_kind(day, figures.TERMINAL)
            ],
            [(300, self.shop.card.id, "7770")],
        )

    # What a till is set to later

    def counted_session(self, difference=-7.0):
        session = self.shop.open(self.till, cash=500, at=MORNING)
        self.shop.sell(session, self.book, at=NOON)
        self.shop.sell(session, self.mug, paid=[(self.shop.card, None)], at=NOON)
        self.shop.move_cash(session, -100.0, "veksel", at=AFTERNOON)
        counted = session.cash_register_balance_end + difference
        return self.shop.close(session, counted, at=EVENING)

    def test_another_cash_method_changes_no_earlier_session(self):
        for difference in (-7.0, 0.0, 12.5):
            with self.subTest(difference=difference):
                self.check_methods_change_nothing(difference)

    def check_methods_change_nothing(self, difference):
        cash, others = self.shop.cash(self.till), self.till.payment_method_ids
        session = self.counted_session(difference)
        before = self.whole(session)
        self.assertEqual(
            self.differences(before),
            [("difference", round(difference * 100), cash.id)] if difference else [],
        )
        new = self.shop._cash_method("ny")
        new.sequence = cash.sequence - 1
        ways = {
            "added": new | others,
            "replaced": new | others - cash,
            "removed": others - cash,
            "as before": others,
        }
        for name, methods in ways.items():
            with self.subTest(name):
                self.till.payment_method_ids = [Command.set(methods.ids)]
                self.env.flush_all()
                self.assertEqual(self.whole(session), before)

    def test_other_accounts_of_the_journals_change_no_earlier_session(self):
        cash = self.shop.cash(self.till).journal_id
        session = self.shop.open(self.till, cash=500, at=MORNING)
        self.shop.sell(session, self.book, paid=[(self.shop.card, None)], at=NOON)
        self.shop.close(session, 493.0, differences=[(self.shop.card, 3.0)], at=EVENING)
        before = self.whole(session)
        self.assertEqual(len(self.differences(before)), 2)
        other = self.shop.account("7700")
        for journal in cash | self.shop.card.journal_id:
            journal.write({"profit_account_id": other.id, "loss_account_id": other.id})
        self.env.flush_all()
        self.assertEqual(self.whole(session), before)

    def test_a_cash_method_that_moved_to_another_journal_is_still_the_drawers(self):
        session = self.counted_session()
        before = self.whole(session)
        cash = self.shop.cash(self.till)
        cash.journal_id = self.shop._cash_method("ny").journal_id.copy()
        self.env.flush_all()
        self.assertEqual(self.whole(session), before)

    def test_differences_are_found_whatever_the_language(self):
        session = self.counted_session()
        line = self.env["account.bank.statement.line"].search(
            [("pos_session_id", "=", session.id), ("amount", "=", -7)]
        )
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE account_bank_statement_line SET payment_ref = %s WHERE id = %s",
            ("Kassedifferanse ved telling", line.id),
        )
        found = self.of_kind(self.whole(session), figures.DIFFERENCE)
        self.assertEqual([one.amount for one in found], [-700])

    def test_what_customers_paid_is_no_difference(self):
        """A method that tells customers apart has a statement line for each."""
        cash = self.shop.cash(self.till)
        cash.split_transactions = True
        session = self.shop.open(self.till, cash=500, at=MORNING)
        self.shop.sell(session, self.book, customer=self.customer, at=NOON)
        self.shop.sell(session, self.mug, customer=self.customer, at=NOON)
        self.shop.close(session, at=EVENING)
        day = self.day(DAY)
        self.assertFalse(self.differences(day))
        self.assertEqual(day.imbalance, 0)

    # Cash in and out on several accounts

    def test_cash_that_was_split_over_accounts_is_a_part_for_each(self):
        session = self.shop.open(self.till, cash=500, at=MORNING)
        line = self.shop.move_cash(session, -115.0, "innkjøp", at=NOON)
        self.split(line, ("6860", 100.0), ("6540", 15.0))
        self.shop.close(session, at=EVENING)
        found = self.of_kind(self.day(DAY), figures.CASH_IN, figures.CASH_OUT)
        self.assertEqual(
            [(one.kind, one.amount, self.code(one.account_id)) for one in found],
            [("cash_out", -1500, "6540"), ("cash_out", -10000, "6860")],
        )
        self.assertEqual({one.label for one in found}, {"out-innkjøp"})
        self.assertFalse(any(one.has_vat for one in found))

    def split(self, line, *parts, tax=None):
        """As an accountant reconciles a statement line."""
        move = line.move_id
        counterpart = move.line_ids.filtered(
            lambda one: one.account_id != line.journal_id.default_account_id
        )
        move.button_draft()
        move.with_context(skip_account_move_synchronization=True).write(
            {
                "line_ids": [
                    Command.delete(counterpart.id),
                    *(
                        Command.create(
                            {
                                "account_id": self.shop.new_account(
                                    code, code, "expense"
                                ).id,
                                "debit": max(amount, 0),
                                "credit": max(-amount, 0),
                                "tax_ids": [Command.set(tax.ids if tax else [])],
                            }
                        )
                        for code, amount in parts
                    ),
                ]
            }
        )
        move.action_post()
        self.env.flush_all()

    def test_vat_in_a_cash_move_is_told(self):
        session = self.shop.open(self.till, cash=500, at=MORNING)
        line = self.shop.move_cash(session, -125.0, "innkjøp", at=NOON)
        tax = self.env["account.tax"].search(
            [
                ("company_id", "=", self.company.id),
                ("type_tax_use", "=", "purchase"),
                ("l10n_no_standard_code", "=", "1"),
            ],
            limit=1,
        )
        self.split(line, ("6860", 100.0), tax=tax)
        self.shop.close(session, at=EVENING)
        found = self.of_kind(self.day(DAY), figures.CASH_OUT)
        self.assertEqual(sum(one.amount for one in found), -12500)
        self.assertTrue(all(one.has_vat for one in found))

    # Several methods on one journal

    def split_methods(self, *names):
        """Methods that tell customers apart, on one journal of the bank."""
        first = self.shop._bank_method(names[0], "SPL", split_transactions=True)
        methods = first
        for name in names[1:]:
            methods |= first.copy({"name": name, "journal_id": first.journal_id.id})
        methods.outstanding_account_id = self.shop.new_account(
            "1571", "Underveis", "asset_current"
        )
        self.till.payment_method_ids |= methods
        return methods

    def session_with_differences(self, *differences):
        session = self.shop.open(self.till, at=MORNING)
        for method, _amount in differences:
            self.shop.sell(
                session,
                self.book,
                paid=[(method, None)],
                customer=self.customer,
                at=NOON,
            )
        return self.shop.close(session, differences=differences, at=EVENING)

    def test_differences_of_two_methods_on_one_journal_are_told_apart(self):
        card, vipps = self.split_methods("Kort 1", "Kort 1 Vipps")
        for differences in (
            [(card, -50.0)],
            [(vipps, -50.0)],
            [(card, -50.0), (vipps, 20.0)],
            [(card, 20.0), (vipps, 20.0)],
        ):
            with self.subTest(differences), self.env.cr.savepoint() as savepoint:
                session = self.session_with_differences(*differences)
                self.env.flush_all()
                self.assertEqual(
                    self.differences(self.whole(session)),
                    [
                        ("terminal", round(amount * 100), method.id)
                        for method, amount in differences
                    ],
                )
                savepoint.rollback()
                self.env.invalidate_all(flush=False)

    def test_a_difference_of_a_method_that_was_renamed_is_told_by_its_account(self):
        card, vipps = self.split_methods("Kort 1", "Vipps 1")
        vipps.outstanding_account_id = self.shop.new_account(
            "1572", "Vipps underveis", "asset_current"
        )
        session = self.session_with_differences((card, -50.0), (vipps, 20.0))
        card.name, vipps.name = "Terminal", "Mobil"
        self.env.flush_all()
        self.assertEqual(
            self.differences(self.whole(session)),
            [("terminal", -5000, card.id), ("terminal", 2000, vipps.id)],
        )

    def test_no_sign_in_a_sessions_name_is_a_wildcard(self):
        """Neither _ nor %: the difference of another session is not this one's."""
        card, _other = self.split_methods("Kort 1", "Kort 2")
        first = self.session_with_differences((card, -50.0))
        second = self.shop.open(self.till, at=NEXT_MORNING)
        self.shop.sell(second, self.book, at=NEXT_MORNING)
        self.shop.close(second, at=NEXT_EVENING)
        first.name, second.name = "Bar/00012", "Bar_0001%"
        entry = self.env["account.move"].search([("ref", "like", "Kort 1 (")])
        entry.ref = "Closing difference in Kort 1 (Bar/00012)"
        self.env.flush_all()
        self.assertEqual(len(self.differences(self.whole(first))), 1)
        self.assertFalse(self.differences(self.whole(second)))
        first.name = "Bar/0001"
        self.env.flush_all()
        self.assertFalse(self.differences(self.whole(first)), "nor a beginning")

    # Between two sessions

    def test_cash_that_came_or_went_between_two_sessions_is_shown(self):
        first = self.shop.open(self.till, cash=500, at=MORNING)
        self.shop.sell(first, self.book, at=NOON)
        self.shop.close(first, at=EVENING)
        second = self.shop.open(self.till, cash=300, at=NEXT_MORNING)
        self.shop.sell(second, self.book, at=NEXT_MORNING)
        self.shop.close(second, at=NEXT_EVENING)
        [session] = self.day(DAY).sessions
        self.assertEqual(session.opening_difference, 0, "nothing was counted before")
        [session] = self.day(NEXT).sessions
        self.assertEqual(
            (session.last_counted, session.opening, session.opening_difference),
            (74900, 30000, -44900),
        )
