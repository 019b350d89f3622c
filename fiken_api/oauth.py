"""Fiken's OAuth 2 (fiken-api.md §1): authorize, token, refresh, revoke."""

from urllib.parse import urlencode

import requests

from .errors import InvalidGrant, NotSent, OutcomeUnknown, error_for
from .redact import redact

TIMEOUT = 30


def authorize_url(oauth_url, client_id, redirect_uri, state):
    """Where the user's browser goes to log in and tick companies (§1.2)."""
    query = urlencode(
        {
            "response_type": "code",
            "client_id": client_id,
            "redirect_uri": redirect_uri,
            "state": state,
        }
    )
    return f"{oauth_url}/authorize?{query}"


def exchange_code(oauth_url, client_id, client_secret, code, redirect_uri, state):
    """Trade the single-use code for tokens (§1.3).

    :return: ``{"access_token", "refresh_token", "expires_in"}``; seconds
    :raise InvalidGrant: the code is used, too old, or the app's secret is wrong
    """
    fields = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": redirect_uri,
        "state": state,
    }
    return _token(oauth_url, client_id, client_secret, fields)


def refresh(oauth_url, client_id, client_secret, refresh_token):
    """A fresh access token; ``refresh_token`` may be absent: keep the old one (§1.3).

    :raise InvalidGrant: the user withdrew the consent, a new one is needed
    """
    fields = {"grant_type": "refresh_token", "refresh_token": refresh_token}
    return _token(oauth_url, client_id, client_secret, fields)


def revoke(oauth_url, access_token):
    """Take back the whole grant: access and refresh token die with it (§1.4)."""
    _post(
        f"{oauth_url}/revoke",
        headers={"Authorization": f"Bearer {access_token}"},
    )


def _token(oauth_url, client_id, client_secret, fields):
    response = _post(f"{oauth_url}/token", data=fields, auth=(client_id, client_secret))
    answer = _json(response)
    if not answer.get("access_token"):
        raise OutcomeUnknown("Fiken answered without an access token.")
    return answer


def _post(url, **kwargs):
    try:
        with requests.Session() as http:
            # A .netrc or proxy of the machine must not see or replace the secrets.
            http.trust_env = False
            response = http.post(url, timeout=TIMEOUT, allow_redirects=False, **kwargs)
    except requests.ConnectionError as error:
        raise NotSent(redact(str(error))) from error
    except requests.RequestException as error:
        raise OutcomeUnknown(redact(str(error))) from error
    if response.status_code == 200:
        return response
    body = _json(response)
    message = redact(
        body.get("error_description")
        or body.get("message")
        or body.get("error")
        or f"HTTP {response.status_code}"
    )
    if body.get("error") in ("invalid_grant", "invalid_client", "unauthorized_client"):
        raise InvalidGrant(message, status=response.status_code)
    raise error_for(response.status_code, message)


def _json(response):
    """The object that Fiken answered; an empty one for anything else."""
    try:
        body = response.json()
    except ValueError:
        return {}
    return body if isinstance(body, dict) else {}
