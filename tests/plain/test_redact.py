import copy
import json

from hypothesis import given
from hypothesis import strategies as st

from odoo.tests import BaseCase

from ...fiken_api.redact import MASK, SECRET_KEYS, redact

SECRET = "s3cr3t-Tok.en_42"
NAMES = st.text("abcdefghij", min_size=1, max_size=8)


class TestRedact(BaseCase):
    """No token and no secret is ever written to a log, an error or a screen."""

    def test_secrets_of_oauth_are_masked_in_every_shape(self):
        token = {"access_token": SECRET, "expires_in": 86157}
        for value in (
            token,
            [token],
            {"answer": [{"inner": token}]},
            json.dumps(token),
            json.dumps([{"inner": token}]),
            str(token),
            f"Fiken said: {json.dumps(token)}",
            json.dumps(token)[:-5],
            f"grant_type=refresh_token&refresh_token={SECRET}&x=1",
            f"https://odoo.example/callback?state=1&code={SECRET}",
            f"Authorization: Bearer {SECRET}",
            f"authorization: basic {SECRET}",
            {"Authorization": f"Bearer {SECRET}"},
            {"headers": [f"Bearer {SECRET}"]},
            f"client_secret={SECRET}",
            {"text": json.dumps({"refresh_token": SECRET})},
            json.dumps({"text": json.dumps({"refresh_token": SECRET})}),
            json.dumps({"client_secret": f'a"b {SECRET}'}),
            json.dumps({"password": f"kaffe, te og {SECRET}"}),
            json.dumps([{"access_token": [{"inner": SECRET}]}]),
            f'"access_token":"{SECRET[:-4]}',
            f"/callback?code={SECRET}&state={SECRET}",
        ):
            self.assertNotIn(SECRET[:-4], str(redact(value)), value)
            self.assertIn(MASK, str(redact(value)))

    def test_what_is_no_secret_stays_readable(self):
        for value in (
            {"name": "Kaffebaren AS", "netPrice": 10000, "lines": [{"vat": 2500}]},
            "vatType HIGH cannot be used with account 3100",
            '{"message": "dueDate er påkrevd"}',
            '[{"code": "1920:10001", "name": "Bank"}]',
            {"code": "1920:10001", "state": "booked"},
            "Error code 12: the state is booked",
            "{not json",
            None,
            True,
            12.5,
        ):
            self.assertEqual(redact(value), value)

    def test_the_original_is_left_alone(self):
        body = {"refresh_token": SECRET, "lines": [{"password": SECRET}]}
        before = copy.deepcopy(body)
        redact(body)
        self.assertEqual(body, before)

    @given(
        st.recursive(
            st.just(SECRET),
            lambda inner: st.lists(inner, min_size=1, max_size=3)
            | st.dictionaries(NAMES, inner, min_size=1, max_size=3),
            max_leaves=8,
        ),
        st.sampled_from(sorted(SECRET_KEYS)),
    )
    def test_whatever_hangs_below_a_secret_name_is_masked(self, value, key):
        for name in (key, key.upper(), key.title()):
            self.assertNotIn(SECRET, json.dumps(redact({"deep": [{name: value}]})))
            text = json.dumps({"deep": [{name: value}]})
            self.assertNotIn(SECRET, redact(text))
