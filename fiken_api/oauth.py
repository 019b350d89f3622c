"""Fiken's OAuth 2 (fiken-api.md §1): authorize, token, refresh, revoke."""

from urllib.parse import urlencode

from .errors import InvalidGrant, OutcomeUnknown, error_for
from .redact import redact
from .shape import parse, sentence_of
from .transport import Transport, is_token

# A year. Fiken's own tokens live for an hour or a day.
LONGEST_LIFE = 366 * 24 * 3600


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

    :return: ``{"access_token", "refresh_token", "expires_in"}``: texts, and whole
        seconds; the refresh token may be absent
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
    answer = _post(f"{oauth_url}/token", data=fields, auth=(client_id, client_secret))
    token = answer.get("access_token")
    if not isinstance(token, str) or not is_token(token):
        raise OutcomeUnknown("Fiken answered without an access token.")
    tokens = {
        "access_token": token,
        "expires_in": _seconds(answer.get("expires_in")),
    }
    if isinstance(answer.get("refresh_token"), str):
        tokens["refresh_token"] = answer["refresh_token"]
    return tokens


def _seconds(value):
    """How long a token lives, whatever Fiken says: 0, refreshed at once, to a year."""
    try:
        seconds = float(value)
    except (TypeError, ValueError, OverflowError):
        return 0
    # What is no number is neither smaller nor larger than any.
    return int(min(seconds, LONGEST_LIFE)) if seconds > 0 else 0


def _post(url, **parts):
    """:return: the object that was answered; an empty one for anything else"""
    with Transport() as transport:
        headers = {"Accept": "application/json", **parts.pop("headers", {})}
        prepared = transport.prepare("POST", url, headers=headers, **parts)
        reply = transport.send(prepared, writing=True)
    body = _object(reply.content)
    if reply.status == 200:
        return body
    message = redact(sentence_of(reply.content)) or f"HTTP {reply.status}"
    if body.get("error") in ("invalid_grant", "invalid_client", "unauthorized_client"):
        raise InvalidGrant(message, status=reply.status)
    raise error_for(reply.status, message)


def _object(content):
    try:
        body = parse(content)
    except ValueError:
        return {}
    return body if isinstance(body, dict) else {}
