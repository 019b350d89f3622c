"""Many sentences that say the same are one cause, and are told as one sentence."""

import json
from datetime import date

from ...models.connection.sentence import Amount, _lt, joined, say, stored
from ...models.connection.sentence_cause import cause_of, together


def kept(sentence):
    """What comes back from the database."""
    return json.loads(json.dumps(stored(sentence)))


def unmapped(account, ledger="Shop"):
    return kept(_lt("%(a)s is not mapped in %(b)s. Map it.", a=account, b=ledger))


def refused(message, status=400):
    return kept(
        _lt("Fiken said: %(message)s (%(status)s)", message=message, status=status)
    )


def test_names_dates_and_amounts_are_not_the_cause():
    assert cause_of(unmapped("3000")) == cause_of(unmapped("3010", "Web"))
    assert cause_of(kept(_lt("Due %(day)s", day=date(2026, 1, 1)))) == cause_of(
        kept(_lt("Due %(day)s", day=date(2026, 1, 2)))
    )
    assert cause_of(kept(_lt("%(sum)s is left", sum=Amount(1)))) == cause_of(
        kept(_lt("%(sum)s is left", sum=Amount(2, "kr")))
    )


def test_another_sentence_or_answer_is_another_cause():
    assert cause_of(unmapped("3000")) != cause_of(refused("No such account"))
    assert cause_of(refused("No")) != cause_of(refused("Never"))
    assert cause_of(refused("No")) != cause_of(refused("No", 402))
    assert cause_of(kept("Nobody knows")) != cause_of(kept("Anna knows"))


def test_the_cause_of_a_sentence_within_another_counts():
    def waiting(record, why):
        return kept(_lt("%(record)s first. %(reason)s", record=record, reason=why))

    no, never = _lt("Fiken said: No"), _lt("Fiken said: Never")
    assert cause_of(waiting("Anna", no)) == cause_of(waiting("Berit", no))
    assert cause_of(waiting("Anna", no)) != cause_of(waiting("Anna", never))
    assert cause_of(waiting("Anna", "No")) != cause_of(waiting("Anna", "Never"))


def test_it_is_the_same_before_it_is_kept_and_after():
    sentence = _lt("%(bb)s and %(a)s %(message)s", bb="x", message="m", a="y")
    asked = stored(sentence)
    ordered = [asked[0], dict(sorted(asked[1].items(), reverse=True)), asked[2]]
    assert cause_of(asked) == cause_of(ordered)
    assert stored(_lt("%(sum)s", sum=Amount(1, "kr"))) == kept(
        _lt("%(sum)s", sum=Amount(1, "kr"))
    )


def test_what_differs_is_listed_once():
    both = together([unmapped("3000"), unmapped("3010"), unmapped("3000")])
    assert say(None, both).startswith("3000 and 3010 is not mapped in Shop")
    assert together([both, unmapped("3010")]) == both
    assert together([]) is None
    assert together([unmapped("3000")]) == unmapped("3000")


def test_of_many_the_first_are_named():
    many = together([unmapped(str(number)) for number in range(3000, 3020)])
    text = say(None, many)
    assert "3004" in text and "3005" not in text and "…" in text


def test_several_sentences_are_merged_each_with_its_like():
    def day(number, orders):
        return kept(
            joined(
                _lt("%(number)s changed.", number=number), f"{orders}.", separator=" "
            )
        )

    one, other = day("D/1", "A/1"), day("D/2", "A/2")
    assert cause_of(one) == cause_of(other)
    text = say(None, together([one, other]))
    assert text.startswith("D/1 and D/2 changed.")
    assert "A/1" in text and "A/2" in text


def test_sentences_of_another_shape_are_left_as_they_are():
    assert together([kept(_lt("%s", 1)), kept(_lt("%s", 1, 2))]) == kept(_lt("%s", 1))
    assert together([kept("One"), unmapped("3000")]) == kept("One")
