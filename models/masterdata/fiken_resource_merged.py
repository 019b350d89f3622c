"""A record that both have: which of Odoo's values go, and which of Fiken's stay.

A PUT replaces. So it reads first, keeps what only Fiken knows, and leaves alone what is
another one there until a person has chosen a side (architecture.md, rule 8).
"""

import re
import unicodedata
from dataclasses import dataclass, field

from odoo import api, models

from ..connection.sentence import _lt
from ..outbox.exceptions import NothingToSend
from ..outbox.fiken_resource import Prepared, Sent
from .weighing import Past, Rules, weigh

# Attempts without an answer that are remembered: more are never under way.
TRIED = 10


@dataclass
class PreparedRecord(Prepared):
    """
    :ivar left_out: fields that Odoo has and cannot send: what Fiken has there stays
    :ivar kept: see ``fiken.binding.kept_values``
    """

    left_out: frozenset = frozenset()
    kept: dict = field(default_factory=dict)


@dataclass
class SentRecord(Sent):
    """
    :ivar kept: see ``fiken.binding.kept_values``
    """

    kept: dict = field(default_factory=dict)


class AlreadyThere(NothingToSend):
    """Odoo has nothing that it did not send.

    :ivar PreparedRecord prepared: what it would send
    """

    def __init__(self, message, prepared):
        super().__init__(message)
        self.prepared = prepared


class MergedResource(models.AbstractModel):
    _name = "fiken.resource.merged"
    _inherit = "fiken.resource"
    _description = "Fiken Record that both have"

    # The fields that are weighed, Fiken's against Odoo's.
    _compared = ()
    # Of these, what only a person's decision replaces in Fiken.
    _guarded = ()
    # Of these, those in which each sign counts.
    _exact = ("email",)
    # What Fiken sets itself: a PUT must not carry it.
    _read_only = ()
    # {field: what says that there is none}, where leaving it out does not.
    _nothing = {}

    # What a kind of record must say

    @api.model
    def _compared_labels(self):
        """{field of Fiken: the word for it}."""
        raise NotImplementedError

    @api.model
    def _apply_fiken_value(self, record, field, value):
        """Write Fiken's value of a field into Odoo.

        :return bool: False when Odoo has no one place for it
        """
        raise NotImplementedError

    # What a kind of record may say

    @api.model
    def _unseen_fields(self, fiken_company, is_first):
        """The compared fields that Fiken may have though a row lacks them."""
        return set()

    @api.model
    def _without_defaults(self, there, past):
        """A row without what Fiken writes by itself where nobody has said anything."""
        return there

    @api.model
    def _fit(self, there, ours, before):
        """What belongs together with Fiken's, and is not one side's to win.

        :param dict there: what Fiken has
        :param dict ours: what Odoo wants there beside the compared; changed in place
        :param dict before: what Odoo sent last
        :return: what Odoo has sent of it from now on
        """
        return ours

    # Building

    @api.model
    def _changing(self, prepared, binding):
        """What has never been compared goes, whatever its hash."""
        if binding and self._past(binding).is_first(self._compared):
            prepared.change(binding.remote_id)
            return prepared
        try:
            return super()._changing(prepared, binding)
        except NothingToSend as nothing:
            raise AlreadyThere(nothing.message, prepared) from None

    # Asking Fiken

    @api.model
    def _merge(self, job, prepared, there):
        """Weigh what Odoo wants against what Fiken has.

        :param dict there: Fiken's row
        """
        binding = self._own_binding(job)
        past = self._past(binding)
        weighed = self._weigh(job.fiken_company_id, prepared, there, past)
        self.env["fiken.drift"]._show(job, weighed.differing)
        beside = {
            name: value
            for name, value in prepared.body.items()
            if name not in self._compared
        }
        sent = self._fit(there, beside, past.sent)
        prepared.ours = {**weighed.sent, **sent}
        prepared.kept = weighed.kept
        body = {
            name: value for name, value in there.items() if name not in self._read_only
        }
        body.update(
            {
                name: self._nothing.get(name) if value is None else value
                for name, value in weighed.wanted.items()
            }
        )
        body.update(beside)
        prepared.body = {
            name: value for name, value in body.items() if value is not None
        }
        if binding:
            tried = [*(binding.tried_values or []), weighed.wanted]
            binding.tried_values = tried[-TRIED:]

    @api.model
    def _weigh(self, fiken_company, prepared, there, past):
        rules = Rules(
            self._compared,
            self._guarded,
            self._unseen_fields(fiken_company, past.is_first(self._compared)),
            prepared.left_out,
            self._is_alike,
        )
        there = self._without_defaults(there, past)
        return weigh(rules, prepared.body, there, past)

    @api.model
    def _met(self, fiken_company, prepared, there):
        """What is known of a record that was linked without sending anything.

        :param dict there: Fiken's row
        :return: (what Odoo has, what Fiken has where that is another value)
        """
        weighed = self._weigh(fiken_company, prepared, there, Past())
        for name, value in weighed.wanted.items():
            if not self._is_alike(name, value, there.get(name)):
                # Fiken lacks it, and is not told now.
                weighed.sent.pop(name, None)
                weighed.kept[name] = there.get(name)
        return weighed.sent, weighed.kept

    @api.model
    def _past(self, binding):
        return Past(
            binding.sent_values or {},
            binding.kept_values or {},
            tuple(binding.tried_values or ()),
        )

    @api.model
    def _is_alike(self, field, one, other):
        """Whether two values of a field say the same."""
        if field in self._exact:
            one, other = (str(value or "").strip().casefold() for value in (one, other))
            return one == other
        return self._folded(one) == self._folded(other)

    @api.model
    def _folded(self, value):
        """A value as it is compared: capitals, spaces, signs and what is empty do not
        count.
        """
        if isinstance(value, dict):
            parts = {key: self._folded(value[key]) for key in sorted(value)}
            return "|".join(f"{key}={part}" for key, part in parts.items() if part)
        if isinstance(value, bool) or value is None:
            return "true" if value else ""
        if isinstance(value, int | float):
            return f"{value:.6f}"
        return re.sub(r"\W", "", unicodedata.normalize("NFKC", str(value)).casefold())

    @api.model
    def _value_in_words(self, field, value):
        """A value of Fiken as a person reads it."""
        if value is None or value == "":
            return "-"
        if isinstance(value, bool):
            return _lt("Yes") if value else _lt("No")
        if isinstance(value, dict):
            return ", ".join(str(part) for part in value.values() if part)
        return str(value)

    # Afterwards

    @api.model
    def _write(self, session, job, prepared):
        sent = super()._write(session, job, prepared)
        return SentRecord(
            sent.remote_id, sent.number, values=prepared.ours, kept=prepared.kept
        )

    @api.model
    def _remember(self, job, sent):
        """What both have now: what differs from it later was changed since."""
        values = sent.values or (job.identity or {}).get("values") or {}
        kept = getattr(sent, "kept", None)
        if not kept:
            kept = {name: values[name] for name in self._guarded if values.get(name)}
        binding = self._own_binding(job)
        binding.write(
            {"sent_values": values, "kept_values": kept, "tried_values": False}
        )
        return binding
