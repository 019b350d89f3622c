"""What a day of the point of sale is read as, held against Odoo's closing entry."""

from collections import defaultdict

from .pos import PosCase

DAY = "2026-03-16"
MORNING = "2026-03-16 07:00:00"
NOON = "2026-03-16 11:00:00"
EVENING = "2026-03-16 19:00:00"


class TestClosingEntry(PosCase):
    def test_a_days_orders_are_what_the_closing_entry_posts(self):
        session = self.shop.open(self.till, cash=500, at=MORNING)
        for number in range(7):
            self.shop.sell(
                session,
                (self.coffee, 1 + number % 3),
                (self.mug, 1, number * 5),
                self.book,
                paid=[(self.shop.card, None)] if number % 2 else None,
                at=NOON,
            )
        self.shop.close(session, at=EVENING)
        self.assert_as_posted(session)

    def assert_as_posted(self, session):
        day = self.env["fiken.pos.day"]._read_session(self.vendor, session)
        posted = defaultdict(int)
        for aml in session.move_id.line_ids:
            kind = aml.tax_line_id.id or -1
            posted[aml.account_id.code, kind] -= round(aml.balance * 100)
        print(dict(posted))
        print(day)
