"""Fiken's answers in one shape, however they are written (fiken-api.md §2).

Whether Fiken leaves an empty field out or says null or "", how it writes a VAT type,
how often it lists a file: decided here, so that nothing further in asks again.
"""

import json
import math

# Upper-case words of Fiken's document that were seen in lower case. A company's own
# ``vatType`` is another word: how often it settles, in lower case.
UPPER_CASE = ("vatType", "language")
# Errors say what is wrong in one of these, the first that has something to say.
SENTENCES = ("message", "error_description", "error")
# Digits: an id has 19.
LONGEST_NUMBER = 30

_SURROGATES = {code: "\N{REPLACEMENT CHARACTER}" for code in range(0xD800, 0xE000)}
_UNFIT = {0: None, **_SURROGATES}


def clean(text):
    """``text`` as databases, logs and headers take it: no NUL, no half characters."""
    return text if text.isascii() and "\0" not in text else text.translate(_UNFIT)


def parse(content):
    """Fiken's JSON, shaped.

    :param bytes content: UTF-8; what is no UTF-8 becomes a replacement character
    :return: a dict, a list, or None where there is nothing
    :raise ValueError: it is no JSON, or neither an object nor a list
    """
    text = content.decode("utf-8-sig", "replace")
    if not text.strip():
        return None
    try:
        value = shaped(
            json.loads(
                text,
                parse_int=lambda digits: _number(int, digits),
                parse_float=lambda digits: _number(float, digits),
                parse_constant=lambda name: None,
            )
        )
    except RecursionError as error:
        raise ValueError("nested too deep") from error
    if not isinstance(value, dict | list | None):
        raise ValueError("neither an object nor a list")
    return value


def shaped(value):
    """A copy in which null and "" are absent and each attachment is there once.

    Enums (``UPPER_CASE``) are in capitals, texts fit for a database. An empty list, 0
    and false are values and stay.
    """
    if isinstance(value, dict):
        row = {clean(key): shaped(item) for key, item in value.items()}
        row = {key: item for key, item in row.items() if item not in (None, "")}
        return _in_capitals(row)
    if isinstance(value, list):
        items = [shaped(item) for item in value]
        return _once([item for item in items if item not in (None, "")])
    return clean(value) if isinstance(value, str) else value


def sentence_of(content):
    """What an error says, in one sentence; '' where it is a page or says nothing.

    :param bytes content: ``{"message": …}``, a list of such, or plain text
    """
    try:
        return " ".join(_sentences(parse(content)))
    except ValueError:
        text = clean(content[:2000].decode("utf-8", "replace")).strip()
        return "" if text.startswith("<") else text[:500]


def _sentences(value):
    if isinstance(value, str):
        return [value.strip()]
    if isinstance(value, list):
        return [sentence for item in value for sentence in _sentences(item)]
    if isinstance(value, dict):
        return next(
            (_sentences(value[name]) for name in SENTENCES if name in value), []
        )
    return []


def _in_capitals(row):
    is_company = "slug" in row
    for name in UPPER_CASE:
        if isinstance(row.get(name), str) and not is_company:
            row[name] = row[name].upper()
    return row


def _once(rows):
    """Attachments were seen twice with the same uuid (fiken-api.md §2.3)."""
    if not any(isinstance(row, dict) and "downloadUrl" in row for row in rows):
        return rows
    kept = {}
    for row in rows:
        kept.setdefault(
            str(row.get("uuid") or row) if isinstance(row, dict) else id(row), row
        )
    return list(kept.values())


def _number(kind, digits):
    """Infinity, and what no column holds, is no number: it is absent."""
    number = kind(digits) if len(digits) <= LONGEST_NUMBER else math.inf
    return number if math.isfinite(number) else None
