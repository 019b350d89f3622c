"""What contacts and products have in common: a record here, a record there."""

from odoo import api, models

from ...fiken_api import errors
from ..connection.sentence import _lt, joined
from ..outbox.exceptions import NothingToSend
from ..outbox.fiken_resource import Identity
from .fiken_resource_merged import PreparedRecord


class MasterdataIdentity(Identity):
    """What finds a contact, a person or a product again.

    :ivar name: what it is called in Fiken
    :ivar values: what Odoo sent, field by field
    """

    name: str
    values: dict


class MasterdataResource(models.AbstractModel):
    _name = "fiken.resource.masterdata"
    _inherit = "fiken.resource.merged"
    _description = "Fiken Master Data"

    _stage = "masterdata"
    _is_awaited = True
    _outlives_record = True

    # What Fiken may not return at all: it is empty there only where Fiken is known to
    # return it.
    _doubtful = ()

    # What a kind of record must say

    @api.model
    def _gone_body(self):
        """What Fiken keeps of a record that was deleted in Odoo: inactive."""
        raise NotImplementedError

    @api.model
    def _written(self, job, record):
        """The write of a record, whether it is wanted in Fiken or not.

        :raise AlreadyThere, MissingSetting, NeedsReview: there is none
        """
        raise NotImplementedError

    @api.model
    def _identity(self, body) -> MasterdataIdentity:
        """What finds the object again: its key, its name and what was sent."""
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
    def _beside(self, row):
        """{flag beside the compared fields: whether Fiken has it}."""
        return {}

    @api.model
    def _learn_row(self, binding, row):
        """Take in what Fiken has beside the compared fields now."""
        known, beside = binding.sent_values, self._beside(row)
        if known and any(bool(known.get(name)) != beside[name] for name in beside):
            binding.sent_values = {**known, **beside}

    @api.model
    def _linked_together(self, fiken_company, records):
        """Records were linked by another way than their jobs: what else is owed."""

    # Building

    @api.model
    def _prepared(self, job, record, body, number, notes=None):
        """The write of one record.

        :param dict notes: {field that Odoo has and cannot send: why}
        :raise AlreadyThere: it is in Fiken like this already
        """
        notes = notes or {}
        prepared = PreparedRecord(
            body,
            job.fiken_company_id._path(self._endpoint.path),
            number=number,
            note=joined(*notes.values(), separator=" "),
            ours=dict(body),
            identity=self._identity(body),
            left_out=frozenset(notes),
        )
        binding = self._binding(job.fiken_company_id, record)
        return self._changing(prepared, binding)

    @api.model
    def _check_belongs(self, fiken_company, record):
        """:raise NothingToSend: it belongs to another company than these books"""
        if not record._fiken_of(fiken_company):
            raise NothingToSend(
                _lt(
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
        prepared = PreparedRecord(
            body,
            job.fiken_company_id._path(self._endpoint.path),
            number=binding.number,
            ours=dict(body),
        )
        prepared.change(binding.remote_id)
        if binding.payload_hash == prepared.payload_hash:
            raise NothingToSend(_lt("The record was deleted in Odoo."))
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
    def _unseen_fields(self, fiken_company, is_first):
        """Those that became readable together: one that was seen is enough to fill
        another, and not enough to say that somebody emptied it.
        """
        seen = set((fiken_company.fields_seen or {}).get(self._resource, ()))
        return set() if is_first and seen else set(self._doubtful) - seen

    @api.model
    def _needs_preflight(self, prepared):
        return True

    @api.model
    def _merge_known(self, session, job, prepared):
        """Before a PUT: what Fiken has is merged with what Odoo wants there.

        :return bool: False when it was deleted in Fiken, so that it is made once more
        """
        try:
            self._merge_read(session, job, prepared)
        except errors.NotFound:
            if job.part or not job._record():
                raise NothingToSend(
                    _lt("It was deleted both in Odoo and in Fiken.")
                ) from None
            prepared.create_anew(self._identity(prepared.body))
            return False
        return True

    @api.model
    def _merge_read(self, session, job, prepared):
        """What only Fiken knows is read and sent along (§4.1, §4.2)."""
        there = session.get(prepared.path).row
        self._learn_fields(job.fiken_company_id, [there])
        if not job.part and job._record():
            self._merge(job, prepared, there)
            return
        # What is retired keeps what Fiken has of it.
        kept = {
            name: value for name, value in there.items() if name not in self._read_only
        }
        prepared.body = {**kept, **prepared.body}

    # Afterwards

    @api.model
    def _done(self, session, job, sent):
        binding = self._remember(job, sent)
        if not job.part and not job._record():
            retired = PreparedRecord(self._gone_body(), "").payload_hash
            if binding.payload_hash != retired:
                # Deleted in Odoo while nobody knew whether Fiken had it.
                row = self._job_row(job.res_id, job.fiken_company_id)
                self.env["fiken.job"]._enqueue([row], wake=False)
