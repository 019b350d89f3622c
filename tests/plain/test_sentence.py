"""What is kept of a sentence is its source and its values."""

import json
from datetime import date, datetime

import pytest

from ...models.connection.sentence import (
    Amount,
    Moment,
    _lt,
    joined,
    say,
    stored,
)


def kept(sentence):
    """What comes back from the database."""
    return json.loads(json.dumps(stored(sentence)))


def test_the_source_and_the_values_are_kept_not_the_text():
    source, values, module = kept(_lt("%(name)s is late.", name="INV/1"))
    assert source == "%(name)s is late."
    assert values == {"name": "INV/1"}
    assert module == "fiken_connector"


def test_a_sentence_within_another_is_a_sentence_still():
    inner = _lt("%(name)s is late.", name="INV/1")
    outer = _lt("Look here. %(why)s", why=inner)
    assert say(None, kept(outer)) == "Look here. INV/1 is late."
    assert kept(outer)[1]["why"] == kept(inner)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (Amount(123450), "1234.50"),
        (Amount(-5), "-0.05"),
        (Amount(100, "kr"), "1.00\N{NO-BREAK SPACE}kr"),
        (date(2026, 3, 1), "2026-03-01"),
        (Moment(datetime(2026, 3, 1, 12, 5)), "2026-03-01 12:05:00"),
        ("100 %", "100 %"),
        (7, "7"),
        (0, "0"),
        ("", ""),
        (ValueError("no"), "no"),
    ],
)
def test_values_come_back_as_they_were(value, text):
    assert say(None, kept(_lt("«%(value)s»", value=value))) == f"«{text}»"


def test_several_sentences_are_read_one_after_the_other():
    several = joined(_lt("One."), "", "100 %s", None, _lt("Two."))
    assert say(None, kept(several)) == "One.\n100 %s\nTwo."
    assert joined("", None) == ""


def test_plain_texts_are_never_taken_for_sentences():
    assert say(None, kept("%(name)s is late.")) == "%(name)s is late."
    assert stored("") is None
    assert stored(False) is None


def test_what_the_database_does_not_take_is_left_out():
    text = say(None, kept(_lt("«%(said)s»", said="a\0b\ud800")))
    assert text == "«ab?»"


def test_a_sentence_added_to_a_text_would_be_translated_and_is_refused():
    with pytest.raises(TypeError):
        "So: " + _lt("One.")
    with pytest.raises(TypeError):
        _lt("One.") + "\n"
