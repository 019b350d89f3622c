"""Secrets are taken out before anything is logged or shown.

Texts are masked as texts, without reading them as JSON: they may be megabytes long, cut
off anywhere, or part of a sentence.
"""

import re

MASK = "***"

SECRET_KEYS = frozenset(
    {
        "access_token",
        "refresh_token",
        "client_secret",
        "authorization",
        "password",
    }
)

# A secret's name and its value, in JSON, in Python's dicts, in forms and headers; of
# what is nested below the name, everything that follows. ``code`` and ``state`` are
# secrets of OAuth in queries and forms; in JSON they are an account's or a document's.
_IN_TEXT = re.compile(
    rf"""
    (?P<name>
        \b(?:bearer|basic)\s+
      | (?:{"|".join(SECRET_KEYS)})(?:\\*["'])?\s*[=:]\s*
      | \b(?:code|state)=
    )
    (?:
        [\[{{].*
      | (?P<quote>\\*["'])(?:(?!(?P=quote))(?:\\.|.))*
      | (?:(?:bearer|basic)\s+)?[^\s&"',}}]+
    )
    """,
    re.IGNORECASE | re.DOTALL | re.VERBOSE,
)

# What a text has at least one of that holds a secret: looking for these is much faster.
_HINTS = (
    "bearer",
    "basic",
    "_token",
    "_secret",
    "authorization",
    "password",
    "code=",
    "state=",
)


def redact(value):
    """A copy of ``value`` in which every secret is masked.

    :param value: dict, list or text, nested as it comes
    :return: the same shape; never the same dict or list
    """
    if isinstance(value, dict):
        return {
            key: MASK if str(key).lower() in SECRET_KEYS else redact(item)
            for key, item in value.items()
        }
    if isinstance(value, (list, tuple)):
        return [redact(item) for item in value]
    if isinstance(value, str):
        lower = value.lower()
        if any(hint in lower for hint in _HINTS):
            return _IN_TEXT.sub(_masked, value)
    return value


def _masked(match):
    quote = match["quote"] or ""
    return match["name"] + quote + MASK
