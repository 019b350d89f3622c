"""What every Fiken object has in common, seen from Odoo.

A resource turns one Odoo record into one remote write, and finds that write again
when its answer was lost. It decides nothing about when to send: that is the worker's.
"""

import hashlib
import json
from dataclasses import dataclass, field
from enum import Enum
from typing import NamedTuple, TypedDict

from odoo import api, models, tools

from ..connection.sentence import _lt
from .along import read_along
from .exceptions import NothingToSend, WaitsFor

# The rank of master data that a document waits for: before all documents. What nobody
# waits for comes after everything else, however much of it there is.
AWAITED_PRIORITY = 10

# What stands in Fiken once a resource is sent; 'known' is only read, never sent.
STAGES = (
    "draft",
    "booked",
    "papers",
    "file",
    "payment",
    "payment_undo",
    "reconciled",
    "masterdata",
    "series",
    "known",
)


class Endpoint(NamedTuple):
    """Where Fiken keeps one kind of object, and what it calls its parts.

    :ivar path: below the company: ``/sales``
    :ivar id: the field of a row with its id
    :ivar key: the field of a row with our key; '' when rows carry none
    :ivar filter: the query parameter that asks for the key; '' when the whole list
        must be read
    :ivar number: the field of a row with the number that people know; '' for none
    :ivar page: its page in Fiken's web application, %s being what the page goes by;
        '' where nobody has seen one (fiken-api.md §10.1)
    """

    path: str
    id: str = ""
    key: str = ""
    filter: str = ""
    number: str = ""
    page: str = ""


class Target(NamedTuple):
    """For whom something is built; a job is one as well (it has the same fields)."""

    fiken_company_id: models.BaseModel
    vendor_id: models.BaseModel
    part: str = ""


class Identity(TypedDict, total=False):
    """What finds an object in Fiken again when the answer to its write was lost.

    It is kept as JSON on the job. Resources that need more extend it.
    """

    key: str
    contact: str
    date: str
    gross: int


class Verb(Enum):
    """The one thing that a write does in Fiken."""

    CREATE = "create"
    CHANGE = "change"
    BOOK = "book"  # a draft that is there becomes a booked document
    UPLOAD = "upload"
    DELETE = "delete"
    FETCH = "fetch"  # only reads; may be repeated


@dataclass
class Prepared:
    """One remote write, ready to go.

    :ivar body: Fiken's JSON; amounts in øre; None for what has no body
    :ivar remote_id: the id of what is changed, booked, deleted or fetched; '' when
        something is created
    :ivar identity: what identifies the created object in Fiken, for ``_find``;
        None when repeating the write does no harm
    :ivar number: what a person calls it, kept on the binding
    :ivar note: what was left out or changed on the way, for the job: a sentence
    :ivar ours: what of ``body`` is Odoo's, where the rest is Fiken's own
    :ivar is_last: nothing will be owed once it is there, so nothing need be read then
    :ivar hashed: what the hash is of, where that is not the body
    :ivar wanted: of a draft that is booked: its lines as they are to be there
    """

    body: dict | None
    path: str
    remote_id: str = ""
    identity: Identity | None = None
    number: str = ""
    note: object = ""
    ours: dict | None = None
    is_last: bool = False
    verb: Verb = Verb.CREATE
    hashed: object = None
    wanted: list | None = None
    payload_hash: str = field(init=False)

    def __post_init__(self):
        # Of what Odoo says, before anything that Fiken has is merged into it.
        said = self.body if self.hashed is None else self.hashed
        text = json.dumps(said, sort_keys=True, ensure_ascii=False, default=str)
        self.payload_hash = hashlib.sha256(text.encode()).hexdigest()

    def change(self, remote_id):
        """Make it a change of what is there; repeating a change does no harm."""
        self.verb = Verb.CHANGE
        self.remote_id = remote_id
        self.path += f"/{remote_id}"
        self.identity = None

    def create_anew(self, identity):
        """What was to be changed is gone from Fiken: make it once more."""
        self.verb = Verb.CREATE
        self.path = self.path.removesuffix(f"/{self.remote_id}")
        self.remote_id = ""
        self.identity = identity


class Papers(NamedTuple):
    """What comes back with a document that Fiken issued; a PDF as its bytes."""

    kid: str
    pdf: bytes


@dataclass
class Sent:
    """What is in Fiken now.

    :ivar page_id: what its page in Fiken goes by, where that is not its id
    :ivar matches: of a hit of ``_find``: contact, date and amount are ours as well
    :ivar is_last: as it was prepared
    :ivar gross: of a document: what Fiken booked, øre NOK, where it was read
    :ivar papers: of a document that Fiken issued
    :ivar values: of master data: what Odoo sent, field by field
    """

    remote_id: str
    number: str = ""
    page_id: str = ""
    matches: bool = True
    is_last: bool = False
    gross: int | None = None
    papers: Papers | None = None
    values: dict | None = None


class FikenResource(models.AbstractModel):
    _name = "fiken.resource"
    _description = "Fiken Resource"

    # What it is: the name in fiken.job and fiken.binding, whose records it sends, and
    # where it stands in the queue (what others depend on goes first).
    _resource = ""
    _record_model = ""
    _priority = 50
    # The word for it in lists, and what the chatter says when it is there: _lt(…).
    _title = None
    _done_text = None
    # What stands in Fiken once it is sent: one of STAGES.
    _stage = ""
    # Where Fiken keeps it; None for what has no list of its own.
    _endpoint = None
    # Of a document: below which path its payments are posted; '' when it takes none.
    _paid_at = ""
    # Which switch it goes by, the ``kind`` of a Flow; '' of what only follows another.
    _flow = ""
    # Whether other jobs may wait for this one.
    _is_awaited = False
    # Whether the record's chatter tells how its jobs ended.
    _notifies = False
    # Whether Fiken is told when the record is deleted in Odoo.
    _outlives_record = False

    @api.model
    @tools.ormcache("stage", "record_model", "kind")
    def _names(self, stage, record_model=None, kind="fiken.resource"):
        """The names of all resources of a stage, in the order of the queue.

        :param record_model: only those that send records of this model
        :param kind: only those that inherit this model
        """
        strategies = [
            self.env[name]
            for name in self.env.registry
            if name.startswith("fiken.resource.")
        ]
        strategies = [
            strategy
            for strategy in strategies
            if strategy._resource
            and strategy._stage == stage
            and record_model in (None, strategy._record_model)
            and isinstance(strategy, self.env.registry[kind])
        ]
        strategies.sort(key=lambda strategy: (strategy._priority, strategy._resource))
        return tuple(strategy._resource for strategy in strategies)

    @api.model
    @tools.ormcache("flow")
    def _flow_names(self, flow):
        """The names of all resources that go by a switch."""
        strategies = [
            self.env[name]
            for name in self.env.registry
            if name.startswith("fiken.resource.")
        ]
        return tuple(
            sorted(one._resource for one in strategies if one._flow == flow != "")
        )

    @api.model
    def _label(self):
        """The word for this kind of object in lists."""
        return self.env._(self._title)

    # What a resource must say

    @api.model
    def _prepare(self, job, record):
        """The write that this job owes, without asking Fiken.

        :return Prepared:
        :raise MissingSetting, NeedsReview, NothingToSend, WaitsFor: when there is none
        """
        raise NotImplementedError

    # What a resource may say

    @api.model
    def _done_words(self):
        """What the chatter says when it is in Fiken."""
        return self.env._(self._done_text)

    @api.model
    def _find(self, session, fiken_company, identity):
        """All objects in Fiken that carry the key of a write whose answer was lost.

        The key is checked again on each row: Fiken ignores filters that it does not
        know and then returns everything (fiken-api.md §0.2).

        :param dict identity: what ``Prepared.identity`` was
        :return: list of :class:`Sent`
        """
        at, key = self._endpoint, identity["key"]
        filters = {at.filter: key} if at.filter else {}
        return [
            self._hit(row, identity)
            for row in session.pages(fiken_company._path(at.path), **filters)
            if row.get(at.key) == key and not row.get("deleted")
        ]

    @api.model
    def _hit(self, row, identity):
        """A row that carries the key, and whether the rest of it is ours as well."""
        at = self._endpoint
        return Sent(
            str(row[at.id]),
            str(row.get(at.number) or ""),
            matches=self._is_ours(row, identity),
        )

    @api.model
    def _is_ours(self, row, identity):
        """Whether contact, date and amount of a row are those that were sent."""
        return True

    @api.model
    def _prepare_gone(self, job):
        """The write that a record still owes that was deleted in Odoo.

        :return Prepared:
        :raise NothingToSend: there is none
        """
        raise NothingToSend(_lt("The record was deleted in Odoo."))

    @api.model
    def _read_ahead(self, records):
        """Read at once what ``_prepare`` would read of each of these records."""

    @api.model
    def _needs_preflight(self, prepared):
        """Whether ``_preflight`` has something to ask before this write."""
        return False

    @api.model
    def _preflight(self, session, job, prepared):
        """Ask Fiken before the write; may change ``prepared``.

        :return: a :class:`Sent` when nothing is left to write, else None
        :raise WaitsFor: another record must be sent first after all
        """
        return None

    @api.model
    def _write(self, session, job, prepared):
        """The one remote write.

        :return Sent:
        """
        if prepared.verb is Verb.CHANGE:
            session.put(prepared.path, prepared.body)
            return Sent(prepared.remote_id, prepared.number)
        answer = session.post(prepared.path, prepared.body)
        return Sent(answer.location_id, prepared.number)

    @api.model
    def _take_over(self, job, sent):
        """Before the link is written, and in the same transaction: end another one."""

    @api.model
    def _done(self, session, job, sent):
        """After the answer, in the transaction that records it. No more writes."""

    @api.model
    def _notify(self, jobs):
        """Say on the records how their jobs ended."""
        self.env["fiken.notifier"]._notify(self, jobs)

    @api.model
    def _page(self):
        """The pages of this kind in Fiken, as its endpoint tells; '' for none."""
        return self._endpoint.page if self._endpoint else ""

    @api.model
    def _page_id(self, there):
        """What the page of one goes by; '' where that is not known yet.

        :param there: a link, or a :class:`Sent`
        """
        return there.remote_id

    @api.model
    def _ask_page_id(self, session, link):
        """The same, asked of Fiken: for a link that does not know it."""
        return ""

    @api.model
    def _url(self, fiken_company, there):
        """The page in Fiken that a person can open; '' when there is none."""
        page, page_id = self._page(), self._page_id(there)
        return fiken_company._web_url(page % page_id) if page and page_id else ""

    @api.model
    def _setting_of_cause(self, job, cause):
        """The record whose saving may cure a refusal of this cause, if any."""
        return None

    @api.model
    def _lost_below(self, session, job):
        """A write was refused: whether what it rests on is gone from Fiken.

        Asked once a job, and only when Fiken has said no. No writes.

        :return WaitsFor: the record that must go to Fiken again, or None
        """
        return None

    # For business code

    @api.model
    def _job_row(self, record_id, fiken_company, vendor=None, part="", priority=None):
        """:param int priority: its place in the queue, where not that of its kind"""
        return {
            "fiken_company": fiken_company,
            "vendor": vendor,
            "resource": self,
            "res_model": self._record_model,
            "res_id": record_id,
            "part": part,
            "priority": priority,
        }

    @api.model
    def _enqueue(self, records, fiken_company, vendor=None, wake=True):
        """Records have changed: Fiken is owed a write of each."""
        self.env["fiken.job"]._enqueue(
            [self._job_row(record.id, fiken_company, vendor) for record in records],
            wake=wake,
        )

    @api.model
    def _binding(self, fiken_company, record, part=""):
        return read_along(
            record,
            ("binding", fiken_company.id, self._resource, part),
            lambda records: self.env["fiken.binding"]._of(
                fiken_company, self._resource, records, part
            ),
        )

    @api.model
    def _own_binding(self, job):
        """The link of what a job is about, whether its record is there or not."""
        return self.env["fiken.binding"].search(
            [
                ("fiken_company_id", "=", job.fiken_company_id.id),
                ("resource", "=", self._resource),
                ("res_model", "=", job.res_model),
                ("res_id", "=", job.res_id),
                ("part", "=", job.part),
            ]
        )

    @api.model
    def _bound_id(self, fiken_company, record, vendor=None):
        """The Fiken id of a record, or wait for it and for what changed of it.

        :raise WaitsFor: it is not in Fiken yet, or an edit of it is due
        """
        binding = self._binding(fiken_company, record)
        if not binding or self._is_due(fiken_company, record):
            raise WaitsFor(self, record, vendor)
        return binding.remote_id

    @api.model
    def _is_due(self, fiken_company, record):
        """Whether a write of it is due now: not one that has to wait by itself."""
        return read_along(
            record,
            ("due", fiken_company.id, self._resource),
            lambda records: self.env["fiken.job"]._is_due(self, fiken_company, records),
        )

    @api.model
    def _changing(self, prepared, binding):
        """The write of what is linked already: a change, and only if there is one.

        :raise NothingToSend: it is in Fiken like this
        """
        if binding:
            if binding.payload_hash == prepared.payload_hash:
                raise NothingToSend(_lt("Nothing that Fiken keeps has changed."))
            prepared.change(binding.remote_id)
        return prepared
