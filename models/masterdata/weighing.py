"""Whose value stands where Odoo and Fiken both have one: no records, no HTTP.

Three sides of each field: what Odoo has, what Fiken has, and what both had when they
last met. What only one of them changed since is right; where nobody knows who is, they
differ until a person decides.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum
from typing import NamedTuple

# A plain value has one part, an address several.
WHOLE = ""


@dataclass(frozen=True)
class Past:
    """What is known from before.

    :ivar sent: {field: what Odoo had when they last met}
    :ivar kept: {field: what stood in Fiken then}, where that was another value
    :ivar tried: of each write since without an answer, {field: what it would put there}
    """

    sent: dict = field(default_factory=dict)
    kept: dict = field(default_factory=dict)
    tried: tuple = ()

    def is_first(self, fields):
        """Whether they have not met before: Fiken's may have been seen alone."""
        return not any(name in self.sent for name in fields)


class Rules(NamedTuple):
    """What holds for the fields of one kind of record.

    :ivar fields: those that are weighed
    :ivar guarded: of these, what nothing but a person's decision replaces in Fiken
    :ivar unseen: of these, what Fiken may have without returning it
    :ivar left_out: of these, what Odoo has and cannot send: Fiken's stays
    :ivar alike: (field, one value, other value) → whether they say the same
    """

    fields: tuple
    guarded: tuple
    unseen: set
    left_out: set
    alike: Callable


@dataclass
class Weighed:
    """
    :ivar wanted: {field: what is to stand in Fiken}, None where nothing is; Fiken's
        stay in fields that are not in it
    :ivar differing: {field: (Odoo's value, Fiken's value)} for a person to decide
    :ivar sent, kept: what is known from now on, see :class:`Past`
    """

    wanted: dict = field(default_factory=dict)
    differing: dict = field(default_factory=dict)
    sent: dict = field(default_factory=dict)
    kept: dict = field(default_factory=dict)


class Verdict(Enum):
    OURS = "Odoo's"
    THEIRS = "Fiken's"
    DIFFERS = "a person decides"


def weigh(rules, ours, theirs, past):
    """Weigh all fields of a record.

    :param dict ours: what Odoo has; fields without a value are absent
    :param dict theirs: what Fiken has
    :return Weighed:
    """
    weighed = Weighed()
    first = past.is_first(rules.fields)
    for name in rules.fields:
        sides = [values.get(name) for values in (ours, theirs, past.sent, past.kept)]
        mine, there, was, stood = map(_parts, sides)
        verdicts = {
            part: _judge(rules, name, part, mine, there, was, stood, past, first)
            for part in {**there, **was, **mine}
        }
        known = _known(name, past)
        if Verdict.DIFFERS in verdicts.values():
            weighed.differing[name] = (ours.get(name), theirs.get(name))
            if first:
                known = (ours.get(name), theirs.get(name))
        elif Verdict.OURS in verdicts.values():
            stands = _joined(
                {
                    part: mine.get(part) if verdict is Verdict.OURS else there[part]
                    for part, verdict in verdicts.items()
                }
            )
            weighed.wanted[name] = stands
            is_own = rules.alike(name, stands, ours.get(name))
            is_kept = name in rules.guarded or not is_own
            known = (ours.get(name), stands if is_kept else None)
        elif first:
            known = (ours.get(name), theirs.get(name))
        for side, value in zip((weighed.sent, weighed.kept), known, strict=True):
            if not is_empty(value):
                side[name] = value
    return weighed


def is_empty(value):
    """False and 0 are values."""
    return value is None or value == "" or value == [] or value == {}


def _judge(rules, name, part, mine, there, was, stood, past, first):
    """Whose part of a field stands; the parts are those of Odoo now, of Fiken now, of
    Odoo then and, where they differed, of Fiken then.
    """
    ours, theirs, was_ours = mine.get(part), there.get(part), was.get(part)

    def alike(value):
        sides = (theirs, value) if part is WHOLE else ({part: theirs}, {part: value})
        return not is_empty(value) and rules.alike(name, *sides)

    tried = [_parts(values[name]).get(part) for values in past.tried if name in values]
    if is_empty(ours):
        if is_empty(was_ours) or name in rules.left_out:
            return Verdict.THEIRS
        if is_empty(theirs) or alike(was_ours) or any(map(alike, tried)):
            return Verdict.OURS
        return Verdict.THEIRS if alike(stood.get(part)) else Verdict.DIFFERS
    if name in rules.left_out:
        return Verdict.THEIRS
    if is_empty(theirs):
        if name in rules.unseen:
            return Verdict.THEIRS if first or ours == was_ours else Verdict.OURS
        if first:
            # What was there alone, somebody took away.
            return Verdict.DIFFERS if part in stood else Verdict.OURS
        if is_empty(was_ours) or part in stood or any(map(is_empty, tried)):
            return Verdict.OURS
        return Verdict.DIFFERS
    if alike(ours):
        return Verdict.OURS
    if first:
        return Verdict.DIFFERS
    if name in rules.guarded:
        decided = part not in stood and alike(was_ours)
        return Verdict.OURS if decided else Verdict.DIFFERS
    if alike(stood.get(part)):
        # It was another one then: whoever edits it in Odoo has decided.
        return Verdict.OURS if ours != was_ours else Verdict.DIFFERS
    if alike(was_ours) or any(map(alike, tried)):
        return Verdict.OURS
    return Verdict.DIFFERS


def _known(name, past):
    return past.sent.get(name), past.kept.get(name)


def _parts(value):
    if isinstance(value, dict):
        return {part: one for part, one in value.items() if not is_empty(one)}
    return {} if is_empty(value) else {WHOLE: value}


def _joined(parts):
    parts = {part: value for part, value in parts.items() if not is_empty(value)}
    return parts[WHOLE] if WHOLE in parts else parts or None
