"""The guided set-up in a real browser: nothing → the first booked invoice."""

import pytest

from odoo.tests import tagged

from ..connection import test_connect_browser as browsing
from ..connection.connecting import SECRET, ConnectCase

MOST_CLICKS, MOST_FIELDS = 20, 6
GUIDE = "/odoo/action-fiken_connector.fiken_guide_action"


class Counting:
    """A person whose clicks and fields are counted."""

    def __init__(self, person):
        self.person = person
        self.clicks = self.fields = 0

    def presses(self, *args):
        self.clicks += 1
        self.person.presses(*args)

    def enters(self, *args):
        self.fields += 1
        self.person.enters(*args)

    def __getattr__(self, name):
        return getattr(self.person, name)


@pytest.mark.browser
@tagged("post_install", "-at_install")
class TestGuideBrowser(ConnectCase):
    person = browsing.TestConnectBrowser.person

    def test_from_nothing_to_the_first_booked_invoice(self):
        siri, move = self.newcomer()
        self.connection.unlink()
        with self.person(siri) as human:
            person = Counting(human)
            person.go(self.base_url() + GUIDE)
            person.sees("/fiken/oauth/callback", "[data-step=app] code")
            person.enters("#fiken_guide_id", "sandbox-client")
            person.enters("#fiken_guide_secret", SECRET)
            person.presses("button[name=connect]")

            browsing.consents(person)

            # Back in the guide
            person.presses("button[name=read_companies]")
            person.sees("Demo Kaffe AS", "[data-step=company]")
            day = "[data-step=company] input.o_datetime_input"
            person.enters(day, "01/01/2026")
            person.presses("button[name=choose_company]")
            person.sees("Done", "[data-step=company][data-state=done]")
            person.presses("#fiken_no_tax_OUTSIDE")
            person.sees("Off", "[data-step=flows]")
            person.presses("[data-step=first] > button")
            person.presses(f"button[data-move='{move.id}']")
            person.sees("High rate", ".o_fiken_preview")
            person.presses(".o_fiken_preview button.btn-primary")
            person.does_not_see(".o_fiken_preview")
        self.assertLessEqual(person.clicks, MOST_CLICKS)
        self.assertLessEqual(person.fields, MOST_FIELDS)
        self.assertEqual(move.state, "posted")
        with self.enter_registry_test_mode():
            self.books().connection_id.cron_id.method_direct_trigger()
        self.env.invalidate_all()
        self.assertEqual(move.fiken_state, "booked", move.fiken_reason)
