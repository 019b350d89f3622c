"""What nobody outside Fiken knows: everything is right whichever way it is.

Each test takes a whole business to Fiken (``business.py``) with switches of the sandbox
(``sandbox/unknowns.py``) the other way: each resource is made, changed, found again
after a lost answer and read back. Every value of every switch has its turn: alone where
something else comes of it, and for each way in which answers are written; else together
with others. A new switch, like a new resource, needs no test written.

``FIKEN_ONE_BY_ONE=1 dev/test --fast tests/test_unknowns.py`` tries each value alone, to
see which one it is.
"""

import os
import time
from typing import NamedTuple

import pytest

from ..sandbox.unknowns import PRESETS, SWITCHES
from .faults import SEND, by_fiken, of_kind, once_each
from .walking import WalkCase

# A value for each switch that takes any.
VALUES = {
    "access_token_ttl": 3600,
    "closed_period_to": "2026-03-31",
    "code_ttl": 60,
    "max_attachment_bytes": 20,
    "pdf_seconds": 1,
    "rate_limit": 40,
    "stale_lists_seconds": 1,
    "vat_tolerance_ore": 5,
}
# What no resource meets, and where it is tried.
ELSEWHERE = {
    "access_token_ttl": "tests/connection/test_consent.py",
    "code_ttl": "tests/connection/test_connect.py",
    "rotate_refresh_tokens": "tests/connection/test_consent.py",
}


class Stop(NamedTuple):
    """The product stops there by design: a person must look.

    :ivar resources: which are not sent
    :ivar words: what their reasons say
    """

    resources: set
    words: str


# What has a date in the books, and what is a file.
DATED = {
    "cash_sale",
    "invoice",
    "payment",
    "payment_undo",
    "purchase",
    "sale",
    "settlement",
    "settlement_payment",
}
FILES = {"attachment", "invoice_pdf", "settlement_report"}


STOPS = {
    ("account_1901", "refuse"): Stop({"cash_sale", "settlement_payment"}, "1901"),
    ("closed_period_to", VALUES["closed_period_to"]): Stop(DATED, "period is closed"),
    ("max_attachment_bytes", VALUES["max_attachment_bytes"]): Stop(FILES, "too big"),
    ("negative_lines", "refuse"): Stop({"purchase", "sale"}, "cannot be negative"),
    ("payment_delete", "refuse"): Stop({"payment_undo"}, "does not let us delete"),
    ("rounding_account_on_sales", "refuse"): Stop({"settlement"}, "7740"),
    ("spec", "2026-05"): Stop({"payment_undo", "replaced_file"}, "Delete it"),
}
# In Fiken's books something else stands then than usually, and why; there is as much of
# each kind.
OTHERWISE = {
    ("draft_number_becomes_sale_number", False): "Fiken lets the number go.",
    ("nok_of_foreign_lines", "own_rate"): "Fiken counts NOK itself, which is told.",
}
# Walked alone all the same, and why.
ALONE = {
    (
        "stale_lists_seconds",
        VALUES["stale_lists_seconds"],
    ): "With create_invoice_location"
    " = sale an invoice is looked for at once in a list that does not have it yet.",
}


def ways():
    """(switch, value) of all that Fiken may do otherwise than usually."""
    for name, switch in SWITCHES.items():
        if name in ELSEWHERE:
            continue
        chosen = [VALUES[name]] if name in VALUES else switch.choices
        for value in chosen:
            if value != switch.default:
                yield name, value


def walks():
    """{name: the switches of one walk}; all ways are in them."""
    alone = {*STOPS, *OTHERWISE, *ALONE}.union(
        *(preset.items() for preset in PRESETS.values())
    )
    together = {}
    for name, value in ways():
        if (name, value) in alone or "FIKEN_ONE_BY_ONE" in os.environ:
            yield f"{name}_{value}".lower().replace("-", "_"), {name: value}
            continue
        turn = sum(name in switches for switches in together.values())
        together.setdefault(f"together_{turn + 1}", {})[name] = value
    yield from together.items()


@pytest.mark.slow
class TestUnknowns(WalkCase):
    def setUp(self):
        self.switch, self.stopped = {}, {}
        super().setUp()

    def test_every_switch_is_walked(self):
        free = {
            name
            for name, switch in SWITCHES.items()
            if not isinstance(switch.choices, tuple)
        }
        self.assertEqual(
            VALUES.keys(), free, "Say in VALUES what these are to be set to"
        )
        self.assertLessEqual(ELSEWHERE.keys(), SWITCHES.keys())
        self.assertLessEqual(
            STOPS.keys() | OTHERWISE.keys() | ALONE.keys(), set(ways())
        )

    def walk_with(self, switch):
        self.switch = switch
        self.sandbox.unknowns(**self.switch)
        lost = by_fiken(self.sandbox, "commit-then-drop")
        with once_each(self.env, SEND, lost, key=of_kind) as passed:
            self.take_to_fiken(self.relent)
        self.assertTrue(passed, "No answer was lost")
        # How it is written now says nothing about what is there.
        self.sandbox.unknowns(reset=True)
        self.check_stopped([STOPS[way] for way in switch.items() if way in STOPS])
        if OTHERWISE.keys() & switch.items():
            self.check_ended(self.all_jobs())
            self.assertEqual(self.by_kind(self.outcome()), self.by_kind(self.expected))
        else:
            self.check()

    def relent(self, jobs):
        """For a moment Fiken does as usually, and a person tries again what stopped."""
        for job in jobs:
            self.stopped.setdefault(job.resource, job.reason)
        self.sandbox.unknowns(reset=True)
        jobs.action_retry()
        self.send_until_it_survives()
        self.sandbox.unknowns(**self.switch)

    def check_stopped(self, stops):
        """Those stopped that have to, and say why."""
        wanted = {name: stop.words for stop in stops for name in stop.resources}
        self.assertEqual(self.stopped.keys(), wanted.keys(), self.stopped)
        for name, reason in self.stopped.items():
            self.assertIn(wanted[name], reason, name)

    def by_kind(self, outcome):
        kinds = {}
        for (kind, _text), count in outcome.items():
            kinds[kind] = kinds.get(kind, 0) + count
        return kinds

    # What Fiken has is read back, as each night

    def take_the_rest(self, person):
        taken = super().take_the_rest(person)
        before = self.writes_in_all()
        for name in ("compare", "follow_drafts", "compare_payments"):
            self.trigger(f"ir_cron_{name}")
        self.compare(self.made["day"] | self.made["day_as_draft"])
        self.until_quiet(person)
        self.assertEqual(self.writes_in_all(), before, "All is as it should be")
        return taken

    def writes_in_all(self):
        asked = self.sandbox.stats()["requests"].items()
        return sum(count for name, count in asked if not name.startswith("GET "))

    def time_passes(self, seconds):
        """Lists that lag behind do so by the sandbox's clock, which nobody moves."""
        time.sleep(self.switch.get("stale_lists_seconds", 0))
        return super().time_passes(seconds)


def _test_of(switch):
    def test(self):
        self.walk_with(switch)

    test.__doc__ = "; ".join(f"{name}: {SWITCHES[name].meaning}" for name in switch)
    return test


for _name, _switch in walks():
    setattr(TestUnknowns, f"test_{_name}", _test_of(_switch))
