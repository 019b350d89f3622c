"""A consent that does not open the companies whose books are kept with it."""

from ..common import SLUG, SLUG_NO_VAT
from .connecting import KARI, OLA, ConnectCase, FikenPages


class TestWrongConsent(ConnectCase):
    def setUp(self):
        super().setUp()
        self.connect()
        self.choose()
        self.token = self.connection.access_token

    def consent_by(self, email, *slugs, connection=None):
        """Log in at Fiken and tick these; what Odoo's page says then."""
        url = self.connect_url(connection or self.connection)
        return self.come_back(FikenPages(email).approve(url, *slugs))

    def lose_the_consent(self):
        self.sandbox.revoke()
        self.connection.state = "reconnect"

    def assertStays(self, state="connected"):
        self.assertRecordValues(self.connection, [{"state": state, "user_email": KARI}])
        self.assertEqual(self.connection.access_token, self.token)
        drafts = self.env["fiken.connection"].sudo().search([("state", "=", "draft")])
        self.assertFalse(drafts, "Its tokens were kept.")

    # There is a consent that works

    def test_a_working_consent_is_not_given_up_for_one_that_opens_less(self):
        """Another accountant happens to be logged in at Fiken in this browser."""
        said = self.consent_by(OLA, SLUG_NO_VAT)
        for fact in ("Ola Hansen", OLA, "Demo Kaffe AS", "tick the company"):
            self.assertIn(fact, said)
        self.assertEqual(self.way_back, self.connection._form_url())
        self.assertStays()
        self.assertTrue(self.books().is_shared)
        self.assertIn("Kari", self.message(self.press(self.connection, "action_test")))

    def test_each_linked_company_counts(self):
        other = (
            self.env["res.company"]
            .sudo()
            .create(
                {
                    "name": "Kaffe Nord AS",
                    "country_id": self.env.ref("base.no").id,
                    "currency_id": self.env.ref("base.NOK").id,
                }
            )
        )
        self.manager.company_ids |= other
        self.ticked |= other
        self.choose(SLUG_NO_VAT, company=other, confirm_organization=True)
        said = self.consent_by(OLA, SLUG)
        self.assertIn(self.books(other).name, said)
        self.assertNotIn("Demo Kaffe AS", said)
        self.assertStays()

    def test_another_user_who_opens_all_takes_over(self):
        self.assertEqual(self.consent_by(OLA, SLUG), "")
        self.assertEqual(self.connection.user_email, OLA)
        self.assertFalse(self.connection.activity_ids)

    def test_the_same_user_who_ticks_less_has_replaced_it_at_fiken(self):
        """Nothing is won by keeping the old tokens: it is taken, and said."""
        self.assertEqual(self.consent_by(KARI, SLUG_NO_VAT), "")
        self.assertEqual(self.connection.state, "connected")
        self.assertFalse(self.books().is_shared)
        [todo] = self.connection.activity_ids
        self.assertEqual(todo.summary, "Demo Kaffe AS is not shared with us")
        self.connect()
        self.assertTrue(self.books().is_shared)
        self.assertFalse(self.connection.activity_ids)

    def test_the_choice_is_made_on_a_new_connection_as_well(self):
        """*New*, *Connect* as a user who has a connection already."""
        self.lose_the_consent()
        said = self.consent_by(KARI, SLUG_NO_VAT, connection=self.new_connection())
        self.assertIn("Demo Kaffe AS", said)
        self.assertEqual(self.way_back, self.connection._form_url())
        self.assertStays("reconnect")

    # None works

    def test_a_consent_that_opens_none_of_them_is_not_taken(self):
        self.lose_the_consent()
        self.assertIn("Demo Kaffe AS", self.consent_by(OLA, SLUG_NO_VAT))
        self.assertStays("reconnect")

    def test_a_consent_that_opens_some_is_taken_and_the_missing_are_named(self):
        other = self.env["res.company"].sudo().create({"name": "Kaffe Nord AS"})
        row = self.sandbox.get(f"/companies/{SLUG_NO_VAT}")
        theirs = self.env["fiken.company"].sudo()
        theirs = theirs._link(self.connection, other, row, "2026-01-01")
        self.lose_the_consent()
        self.assertEqual(self.consent_by(OLA, SLUG), "")
        self.assertEqual(self.connection.state, "connected")
        self.assertTrue(self.books().is_shared)
        self.assertFalse(theirs.is_shared)
        self.assertIn(theirs.name, self.connection.activity_ids[:1].summary)

    # Fiken is busy

    def test_fiken_is_busy_before_it_says_which_companies(self):
        """The working consent stays; the new one is looked at later."""
        url = self.connect_url()
        back = FikenPages(OLA).approve(url, SLUG_NO_VAT)
        self.sandbox.fault("GET", "/companies$", "status:429", times=100)
        self.assertIn("it is kept", self.come_back(back))
        self.assertEqual(self.connection.access_token, self.token)
        draft = self.env["fiken.connection"].sudo().search([("state", "=", "draft")])
        self.sandbox.no_faults()
        self.assertIn("Demo Kaffe AS", self.press(draft, "action_connect"))
        self.assertEqual(self.connection.access_token, self.token)

    def test_a_consent_that_waited_goes_to_the_connection_it_was_asked_for(self):
        back = FikenPages(OLA).approve(self.connect_url())
        self.sandbox.fault("GET", "/user", "status:429", times=100)
        self.come_back(back)
        draft = self.env["fiken.connection"].sudo().search([("state", "=", "draft")])
        self.sandbox.no_faults()
        action = self.press(draft, "action_connect")
        self.assertEqual(action["url"], self.connection._form_url())
        self.assertEqual(self.connection.user_email, OLA)
