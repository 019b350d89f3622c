"""What contacts and products have in common: a record here, a record there.

Odoo is master (architecture.md, rule 8), but nothing is overwritten blindly: a PUT
reads first, keeps what only Fiken knows, and leaves alone what somebody changed in
Fiken until a person has chosen a side.
"""

import re
import unicodedata

from odoo import api, models

from ...fiken_api import errors
from ..outbox.fiken_resource import Identity, NothingToSend, Prepared

# Attempts without an answer that are remembered: more are never under way.
TRIED = 10


class MasterdataIdentity(Identity):
    """What finds a contact, a person or a product again.

    :ivar name: what it is called in Fiken
    :ivar values: what Odoo sent, field by field
    """

    name: str
    values: dict


class MasterdataResource(models.AbstractModel):
    _name = "fiken.resource.masterdata"
    _inherit = "fiken.resource"
    _description = "Fiken Master Data"

    _stage = "masterdata"
    _is_awaited = True
    _outlives_record = True

    # What Fiken sets itself: a PUT must not carry it.
    _read_only = ()
    # What is compared with what was sent last.
    _compared = ()
    # What Fiken may not return at all: it is empty there only where Fiken is known to
    # return it.
    _doubtful = ()

    # What a kind of record must say

    @api.model
    def _gone_body(self):
        """What Fiken keeps of a record that was deleted in Odoo: inactive."""
        raise NotImplementedError

    @api.model
    def _identity(self, body) -> MasterdataIdentity:
        """What finds the object again: its key, its name and what was sent."""
        raise NotImplementedError

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
    def _is_same(self, fiken_company, record, remote_id):
        """A person says that a record is an object which Fiken has under its name.

        Asked of those that suggest one (``fiken.drift._suggest``).

        :return: the jobs that are owed now, as rows
        """
        raise NotImplementedError

    @api.model
    def _fit(self, there, ours, before):
        """Where ours and Fiken's belong together and not one of them wins.

        :param dict there: what Fiken has
        :param dict ours: what Odoo wants there; changed in place
        :param dict before: what Odoo sent last
        """

    # Building

    @api.model
    def _prepared(self, job, record, body, number, note=""):
        """The write of one record.

        :raise NothingToSend: it is in Fiken like this already
        """
        prepared = Prepared(
            body,
            job.fiken_company_id._path(self._endpoint.path),
            number=number,
            note=note,
            ours=dict(body),
            identity=self._identity(body),
        )
        binding = self._binding(job.fiken_company_id, record)
        return self._changing(prepared, binding)

    @api.model
    def _check_belongs(self, fiken_company, record):
        """:raise NothingToSend: it belongs to another company than these books"""
        if not record._fiken_of(fiken_company):
            raise NothingToSend(
                self.env._(
                    "It belongs to %(owner)s in Odoo, and these are the books of"
                    " %(company)s.",
                    owner=record.company_id.sudo().name,
                    company=fiken_company.company_id.name,
                )
            )

    @api.model
    def _prepare_gone(self, job):
        binding = self._own_binding(job)
        if not binding:
            return super()._prepare_gone(job)
        return self._retired(job, binding)

    @api.model
    def _retired(self, job, binding):
        """It is kept in Fiken, with its documents, and offered no more."""
        body = self._gone_body()
        prepared = Prepared(
            body,
            job.fiken_company_id._path(self._endpoint.path),
            number=binding.number,
            ours=dict(body),
        )
        prepared.change(binding.remote_id)
        if binding.payload_hash == prepared.payload_hash:
            raise NothingToSend(self.env._("The record was deleted in Odoo."))
        return prepared

    # Asking Fiken

    @api.model
    def _everywhere(self, session, fiken_company, **filters):
        """Rows of the active and of the retired: which of them Fiken lists unasked is
        not known (§4.1).
        """
        path = fiken_company._path(self._endpoint.path)
        rows = {}
        for retired in ({}, self._gone_body()):
            for row in session.pages(path, **filters, **retired):
                rows.setdefault(str(row[self._endpoint.id]), row)
        self._learn_fields(fiken_company, rows.values())
        return list(rows.values())

    @api.model
    def _find(self, session, fiken_company, identity: MasterdataIdentity):
        at, key = self._endpoint, identity["key"]
        return [
            self._hit(row, identity)
            for row in self._everywhere(session, fiken_company, **{at.filter: key})
            if row.get(at.key) == key
        ]

    @api.model
    def _learn_fields(self, fiken_company, rows):
        """A doubtful field that one row carries is one that Fiken returns."""
        fiken_company._learn_fields(
            self._resource,
            {field for row in rows for field in self._doubtful if field in row},
        )

    @api.model
    def _returned_fields(self, fiken_company):
        """The compared fields that are empty in Fiken when a row lacks them."""
        seen = fiken_company.fields_seen or {}
        doubtful = set(self._doubtful).difference(seen.get(self._resource, ()))
        return set(self._compared) - doubtful

    @api.model
    def _needs_preflight(self, prepared):
        return True

    @api.model
    def _merge_known(self, session, job, prepared):
        """Before a PUT: what Fiken has is merged with what Odoo wants there.

        :return bool: False when it was deleted in Fiken, so that it is made once more
        """
        try:
            self._merge(session, job, prepared)
        except errors.NotFound:
            if job.part or not job._record():
                raise NothingToSend(
                    self.env._("It was deleted both in Odoo and in Fiken.")
                ) from None
            prepared.create_anew(self._identity(prepared.body))
            return False
        return True

    @api.model
    def _merge(self, session, job, prepared):
        """A PUT replaces: what only Fiken knows is read and sent along (§4.1, §4.2)."""
        there = session.get(prepared.path).row
        self._learn_fields(job.fiken_company_id, [there])
        kept = {
            field: value
            for field, value in there.items()
            if field not in self._read_only
        }
        binding = self._own_binding(job)
        is_retired = job.part or not job._record()
        # What is retired keeps what Fiken has of it.
        before = {} if is_retired else binding.sent_values or {}
        ours = dict(prepared.body)
        self._fit(kept, ours, before)
        changed = {}
        if not is_retired:
            changed = self._changed_in_fiken(binding, there, ours)
            self.env["fiken.drift"]._show(job, changed)
        # What was never sent is known to be absent.
        prepared.ours = {**ours, **{field: before.get(field) for field in changed}}
        for field, value in before.items():
            if field not in ours and value is not None:
                # Odoo has no value any more: a PUT without it empties it.
                kept.pop(field, None)
        sent = {field: value for field, value in ours.items() if field not in changed}
        prepared.body = {**kept, **sent}
        if binding:
            tried = [*(binding.tried_values or []), prepared.ours]
            binding.tried_values = tried[-TRIED:]

    @api.model
    def _changed_in_fiken(self, binding, there, ours):
        """What somebody changed in Fiken since the last send, and Odoo sees otherwise.

        :return: {field: (Odoo's value, Fiken's value)}
        """
        if not binding.sent_values:
            return {}  # it was Fiken's own until now
        known = [binding.sent_values, *(binding.tried_values or [])]
        returned = self._returned_fields(binding.fiken_company_id)
        changed = {}
        for field in self._compared:
            value = there.get(field)
            if field not in ours or (value is None and field not in returned):
                continue
            if not any(field in values for values in known):
                continue
            seen = self._folded(value)
            sent = [self._folded(values.get(field)) for values in known]
            if seen not in sent and seen != self._folded(ours[field]):
                changed[field] = (ours[field], value)
        return changed

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
            return self.env._("Yes") if value else self.env._("No")
        if isinstance(value, dict):
            return ", ".join(str(part) for part in value.values() if part)
        return str(value)

    # Afterwards

    @api.model
    def _write(self, session, job, prepared):
        sent = super()._write(session, job, prepared)
        sent.values = prepared.ours
        return sent

    @api.model
    def _done(self, session, job, sent):
        """Remember what was sent: what differs from it later was changed in Fiken."""
        values = sent.values or (job.identity or {}).get("values")
        binding = self._own_binding(job)
        binding.write({"sent_values": values, "tried_values": False})
        if not job.part and not job._record():
            retired = Prepared(self._gone_body(), "").payload_hash
            if binding.payload_hash != retired:
                # Deleted in Odoo while nobody knew whether Fiken had it.
                row = self._job_row(job.res_id, job.fiken_company_id)
                self.env["fiken.job"]._enqueue([row], wake=False)
