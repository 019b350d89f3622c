"""Whose value stands, case by case: three sides of one field."""

from odoo.tests import BaseCase

from ...models.masterdata.weighing import Past, Rules, weigh

OURS, THEIRS, DIFFERS = "Odoo's", "Fiken's", "a person decides"
FIELDS = ("name", "mail", "bank", "place", "seldom")


def alike(_field, one, other):
    return str(one or "").casefold() == str(other or "").casefold()


def verdict(ours, theirs, was=None, stood=None, field="mail", tried=(), left_out=()):
    """Whose value of a field stands; they met before, unless ``was`` is ``...``."""
    met = was is not ...
    sides = {"ours": ours, "theirs": theirs, "was": met and was, "stood": stood}
    sides = {side: {field: value} if value else {} for side, value in sides.items()}
    past = Past(
        {**sides["was"], "name": "N"} if met else {},
        sides["stood"],
        tuple({field: value} for value in tried),
    )
    rules = Rules(FIELDS, ("bank",), {"seldom"}, set(left_out), alike)
    weighed = weigh(
        rules, {"name": "N", **sides["ours"]}, {"name": "N", **sides["theirs"]}, past
    )
    if field in weighed.differing:
        return DIFFERS
    return OURS if field in weighed.wanted else THEIRS


class TestWeighing(BaseCase):
    def check(self, *cases, **options):
        for sides, expected in cases:
            with self.subTest(sides=sides, **options):
                self.assertEqual(verdict(*sides, **options), expected)

    def test_when_they_meet_for_the_first_time(self):
        self.check(
            (("a", None, ...), OURS),
            (("a", "A", ...), OURS),
            (("a", "b", ...), DIFFERS),
            ((None, "b", ...), THEIRS),
        )

    def test_when_only_fiken_s_was_seen_before(self):
        self.check(
            (("a", None, ..., "a"), DIFFERS),
            (("a", None, ..., None), OURS),
            (("a", "b", ..., "b"), DIFFERS),
            (("a", "b", ..., "c"), DIFFERS),
            (("a", "A", ..., "c"), OURS),
            ((None, "b", ..., "c"), THEIRS),
        )

    def test_what_only_one_of_them_changed(self):
        self.check(
            (("b", "a", "a"), OURS),
            (("a", "b", "a"), DIFFERS),
            (("b", "c", "a"), DIFFERS),
            ((None, "a", "a"), OURS),
            ((None, "b", "a"), DIFFERS),
            ((None, None, "a"), OURS),
            (("a", None, "a"), DIFFERS),
            (("a", "b", None), DIFFERS),
            (("a", None, None), OURS),
        )

    def test_what_was_another_one_when_they_met(self):
        """Whoever edits it in Odoo has decided, unless Fiken was edited as well."""
        self.check(
            (("a", "b", "a", "b"), DIFFERS),
            (("c", "b", "a", "b"), OURS),
            (("a", "b", None, "b"), OURS),
            (("c", "d", "a", "b"), DIFFERS),
            ((None, "b", "a", "b"), THEIRS),
            ((None, "d", "a", "b"), DIFFERS),
            (("a", None, "a", "b"), OURS),
        )

    def test_what_is_guarded_is_replaced_by_a_decision_only(self):
        self.check(
            (("a", None, ...), OURS),
            (("a", "b", ...), DIFFERS),
            (("c", "b", "a", "b"), DIFFERS),
            (("c", "a", "a", "a"), DIFFERS),
            (("c", "b", "b"), OURS),  # decided
            ((None, "a", "a", "a"), OURS),
            ((None, "b", "a", "a"), DIFFERS),
            field="bank",
        )

    def test_what_was_tried_without_an_answer_is_odoos(self):
        self.assertEqual(verdict("c", "b", "a", tried=["b"]), OURS)
        self.assertEqual(verdict("c", None, "a", tried=[None]), OURS)
        self.assertEqual(verdict(None, "b", "a", tried=["b"]), OURS)
        self.assertEqual(verdict("c", "d", "a", tried=["b"]), DIFFERS)

    def test_what_fiken_does_not_return_is_left_alone_until_somebody_edits_it(self):
        self.check(
            (("a", None, ...), THEIRS),
            (("a", None, "a"), THEIRS),
            (("b", None, "a"), OURS),
            (("a", "b", ...), DIFFERS),
            field="seldom",
        )

    def test_what_odoo_cannot_send_is_not_taken_away(self):
        self.assertEqual(verdict(None, "a", "a", left_out=["mail"]), THEIRS)
        self.assertEqual(verdict(None, "b", "a", left_out=["mail"]), THEIRS)

    def test_an_address_is_filled_where_nothing_contradicts_it(self):
        ours = {"street": "Torget 1", "country": "Norway"}
        met = {"place": ours}
        rules = Rules(FIELDS, (), set(), set(), alike)
        cases = (
            ({"country": "Norway"}, Past(), ours),
            (
                {"city": "Bergen", "country": "norway"},
                Past(),
                {**ours, "city": "Bergen"},
            ),
            ({"street": "Bryggen 2", "country": "Norway"}, Past(), None),
            (ours, Past(met), ours),
            ({**ours, "city": "Bergen"}, Past(met), {**ours, "city": "Bergen"}),
            ({**ours, "street": "Bryggen 2"}, Past(met), None),
        )
        for theirs, past, expected in cases:
            with self.subTest(theirs=theirs):
                weighed = weigh(rules, {"place": ours}, {"place": theirs}, past)
                self.assertEqual(weighed.wanted.get("place"), expected)
                self.assertEqual("place" in weighed.differing, expected is None)

    def test_false_and_zero_are_values(self):
        rules = Rules(("flag", "days"), (), set(), set(), alike)
        for field, ours, theirs in (("flag", True, False), ("days", 14, 0)):
            weighed = weigh(rules, {field: ours}, {field: theirs}, Past())
            self.assertIn(field, weighed.differing)
