"""Secrets are taken out before anything is logged or shown."""

import contextlib
import json
import re

MASK = "***"

SECRET_KEYS = frozenset(
    {
        "access_token",
        "refresh_token",
        "client_secret",
        "authorization",
        "code",
        "state",
        "password",
    }
)

# In headers, in forms, and in JSON or Python dicts that are part of a sentence.
_IN_TEXT = re.compile(
    r"(?i)(bearer\s+|basic\s+"
    r"|(?:access_token|refresh_token|client_secret)[\"']?\s*[=:]\s*[\"']?"
    r"|\bcode(?:=|[\"']\s*:\s*[\"']))"
    r"[^\s&\"',}]+"
)


def redact(value):
    """A copy of ``value`` in which every secret is masked.

    :param value: dict, list or text, nested as it comes; JSON text is masked inside
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
        if value[:1] in "{[":
            with contextlib.suppress(ValueError):
                return json.dumps(redact(json.loads(value)), ensure_ascii=False)
        return _IN_TEXT.sub(lambda match: match.group(1) + MASK, value)
    return value
