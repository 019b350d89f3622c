"""What Odoo posted when a till was closed stays there, whatever changes then."""

from freezegun import freeze_time

from .pos import set_up_before
from .reading import DayCase

MORNING, NOON, EVENING = (f"2026-03-16 {hour}:00:00" for hour in ("08", "12", "18"))


class TestPast(DayCase):
    def setUp(self):
        super().setUp()
        with freeze_time("2026-03-15 08:00:00"):
            category = self.env["product.category"].create({"name": "Cups"})
            category.property_account_income_categ_id = self.shop.account("3000")
            self.mug.write({"property_account_income_id": False, "categ_id": category})
        set_up_before(self.env)

    def closed(self, *goods):
        session = self.shop.open(self.till, at=MORNING)
        for product in goods:
            self.shop.sell(session, product, at=NOON)
        self.shop.close(session, at=EVENING)
        return session

    def assertAsPosted(self, session):
        """Net per account, as the closing entry has it."""
        posted = {}
        for line in session.move_id.line_ids.filtered("tax_ids"):
            account_id = line.account_id.id
            posted[account_id] = posted.get(account_id, 0) - round(line.balance * 100)
        read = {}
        for line in self.whole(session).lines:
            read[line.account_id] = read.get(line.account_id, 0) + line.net
        self.assertTrue(read)
        self.assertEqual(read, posted)

    def test_a_category_gets_another_account(self):
        session = self.closed(self.mug)
        self.mug.categ_id.property_account_income_categ_id = self.shop.account("3010")
        self.assertAsPosted(session)

    def test_it_is_changed_twice_and_the_next_day_is_on_what_was_between(self):
        category = self.mug.categ_id
        first = self.closed(self.mug)
        with freeze_time("2026-03-16 20:00:00"):
            category.property_account_income_categ_id = self.shop.account("3010")
        second = self.shop.open(self.till, at="2026-03-17 08:00:00")
        self.shop.sell(second, self.mug, at="2026-03-17 12:00:00")
        self.shop.close(second, at="2026-03-17 18:00:00")
        with freeze_time("2026-03-17 20:00:00"):
            category.property_account_income_categ_id = self.shop.account("3070")
        self.assertAsPosted(first)
        self.assertAsPosted(second)

    def test_a_product_gets_an_account_of_its_own(self):
        session = self.closed(self.mug)
        self.mug.property_account_income_id = self.shop.account("3010")
        self.assertAsPosted(session)

    def test_a_product_loses_its_own_account(self):
        with freeze_time("2026-03-16 07:00:00"):
            self.mug.property_account_income_id = self.shop.account("3010")
        session = self.closed(self.mug)
        self.mug.property_account_income_id = False
        self.assertAsPosted(session)

    def test_a_product_moves_to_another_category(self):
        session = self.closed(self.mug)
        other = self.mug.categ_id.copy({"name": "Other"})
        other.property_account_income_categ_id = self.shop.account("3010")
        self.mug.categ_id = other
        self.assertAsPosted(session)

    def test_the_company_gets_another_account_for_what_has_none(self):
        with freeze_time("2026-03-15 09:00:00"):
            self.mug.categ_id.property_account_income_categ_id = False
            self.shop.company.income_account_id = self.shop.account("3070")
        session = self.closed(self.mug)
        self.shop.company.income_account_id = self.shop.account("3010")
        self.assertAsPosted(session)

    def test_a_category_has_already_what_the_company_gets(self):
        session = self.closed(self.mug)
        self.shop.company.income_account_id = self.shop.account("3000")
        self.assertAsPosted(session)

    def test_the_till_gets_another_account_for_what_has_none(self):
        journal = self.till.journal_id
        with freeze_time("2026-03-15 09:00:00"):
            self.mug.categ_id.property_account_income_categ_id = False
            self.shop.company.income_account_id = False
            journal.default_account_id = self.shop.account("3070")
        session = self.closed(self.mug)
        journal.default_account_id = self.shop.account("3010")
        self.assertAsPosted(session)

    def test_what_is_changed_before_the_till_is_closed_holds(self):
        session = self.shop.open(self.till, at=MORNING)
        self.shop.sell(session, self.mug, at=NOON)
        with freeze_time("2026-03-16 13:00:00"):
            self.mug.property_account_income_id = self.shop.account("3010")
        self.shop.close(session, at=EVENING)
        self.assertAsPosted(session)
        accounts = {line.account_id for line in self.whole(session).lines}
        self.assertEqual(accounts, {self.shop.account("3010").id})
