from odoo.tests import BaseCase

from ...fiken_api import oauth
from ...fiken_api.errors import Busy, InvalidGrant, OutcomeUnknown
from ..hostile import HostileServer, http


class TestOauthTokens(BaseCase):
    """No token is lost because of how Fiken writes what comes with it."""

    def refresh(self, answer):
        with HostileServer(answer) as server:
            return oauth.refresh(server.url, "client", "secret", "old")

    def test_life_of_a_token_in_any_shape_loses_no_token(self):
        seconds = {
            '"expires_in": 3600': 3600,
            '"expires_in": 3600.9': 3600,
            '"expires_in": "86157"': 86157,
            '"expires_in": "3600.5"': 3600,
            '"expires_in": -5': 0,
            '"expires_in": null': 0,
            '"expires_in": [3600]': 0,
            '"expires_in": {"seconds": 1}': 0,
            '"expires_in": "soon"': 0,
            '"expires_in": NaN': 0,
            '"expires_in": "nan"': 0,
            '"expires_in": 1e999': 0,
            '"expires_in": 1e15': oauth.LONGEST_LIFE,
            '"expires_in": "inf"': oauth.LONGEST_LIFE,
            f'"expires_in": {"9" * 5000}': 0,
            '"token_type": "bearer"': 0,
        }
        for text, life in seconds.items():
            body = f'{{"access_token": "new", "refresh_token": "next", {text}}}'
            tokens = self.refresh(http(body.encode()))
            self.assertEqual(
                tokens,
                {"access_token": "new", "refresh_token": "next", "expires_in": life},
                text,
            )

    def test_refresh_token_that_is_none_is_ignored(self):
        for token in (None, "", 12, ["next"], {"token": "next"}, False):
            body = {"access_token": "new", "refresh_token": token, "expires_in": 1}
            self.assertNotIn("refresh_token", self.refresh(http(body)), token)

    def test_answer_without_a_usable_access_token_is_no_consent(self):
        for body in (
            {"access_token": None},
            {"access_token": 12},
            {"access_token": "a\r\nX-Evil: 1"},
            {"access_token": "kaffe æ"},
            ["new"],
            b"<html>Log in</html>",
            b"",
        ):
            with self.assertRaises(OutcomeUnknown, msg=body):
                self.refresh(http(body))

    def test_withdrawn_consent_is_told_by_fikens_own_sentence(self):
        body = {"error": "invalid_grant", "error_description": "Trukket\0 tilbake"}
        with self.assertRaisesRegex(InvalidGrant, "^Trukket tilbake$"):
            self.refresh(http(body, "400 Bad Request"))

    def test_busy_token_endpoint_is_no_lost_consent(self):
        with self.assertRaises(Busy):
            self.refresh(http(b"", "429 Too Many Requests"))
