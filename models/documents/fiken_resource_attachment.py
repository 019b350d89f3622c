"""Files of documents: attachments of what is in Fiken (fiken-api.md §2.3 and §9)."""

from dataclasses import replace
from urllib.parse import unquote, urlsplit

from odoo import api, models

from ...fiken_api import errors, files
from ..connection.sentence import _lt
from ..outbox.exceptions import NeedsReview, NothingToSend, WaitsFor
from ..outbox.fiken_job import IDLE_STATES, OPEN_STATES
from ..outbox.fiken_resource import Identity, Prepared, Sent, Verb
from .part import FilePart

# These want to be told that the file documents the sale, or the purchase, itself.
FLAGGED = ("/sales", "/purchases")
# In the paths of drafts.
DRAFT = "/drafts/"


class FileIdentity(Identity):
    """A file is found by its name among those of its document.

    :ivar path: of the files of the document
    :ivar travels: it was attached to a draft before, and may have come along
    """

    path: str
    travels: bool


class AttachmentResource(models.AbstractModel):
    """One file of an Odoo record, on the Fiken object that this record is.

    ``attachment.res_model`` and ``res_id`` name the record. The job's ``part`` may name
    the Fiken object, as a :class:`FilePart` (see ``_enqueue_files``); without one it is
    what the record is linked to. A file that cannot be sent leaves the document
    alone: it is a job of its own.
    """

    _name = "fiken.resource.attachment"
    _inherit = "fiken.resource"
    _description = "Fiken Attachment"

    _resource = "attachment"
    _stage = "file"
    _flow = "file"
    _title = _lt("File")
    _record_model = "ir.attachment"
    _priority = 70
    _notifies = True

    # For business code

    @api.model
    def _enqueue_files(self, records, parent, job, sent):
        """A document went to Fiken: it is owed its files too.

        :param records: the files; records of ``_record_model``
        :param parent: the strategy that carried the document there
        :param job: its job
        :param Sent sent: what it is in Fiken now
        """
        if not job.vendor_id.attach_files:
            return
        parts = {
            record.id: str(self._part(parent, job, sent, record)) for record in records
        }
        self.env["fiken.job"]._enqueue(
            [
                self._job_row(record_id, job.fiken_company_id, job.vendor_id, part)
                for record_id, part in parts.items()
            ],
            wake=False,
        )
        jobs = (
            self.env["fiken.job"]
            .sudo()
            .search(
                [
                    ("fiken_company_id", "=", job.fiken_company_id.id),
                    ("resource", "=", self._resource),
                    ("res_model", "=", self._record_model),
                    ("res_id", "in", records.ids),
                    ("state", "in", IDLE_STATES),
                    ("outcome_unknown", "=", False),
                ]
            )
            .filtered(lambda one: one.part != parts[one.res_id])
        )
        # What came while the document was on its way is one of these files.
        early = jobs.filtered(lambda one: not one.part)
        early._set_dropped(reason=_lt("It goes with its document."))
        # What did not get to where the document was before need not any more.
        (jobs - early).filtered(lambda one: one.state == "failed")._begin_anew()

    @api.model
    def _part(self, parent, job, sent, record):
        """:return FilePart:"""
        return FilePart(parent._resource, sent.remote_id, self._version(record))

    @api.model
    def _version(self, record):
        """Which of its contents a file is; '' of the first, and of what Odoo makes."""
        is_file = record._name == "ir.attachment"
        return str(record.fiken_version or "") if is_file else ""

    @api.model
    def _part_of(self, link, attachment):
        """The part of a file of what is in Fiken already; '' where nothing is."""
        if not link:
            return ""
        return str(FilePart(link.resource, link.remote_id, self._version(attachment)))

    @api.model
    def _known_files(self, files):
        """Those of these files that Fiken has, or may have."""
        links = self.env["fiken.binding"]._of_files(files)
        jobs = self.env["fiken.job"].search(
            [
                ("resource", "=", self._resource),
                ("res_model", "=", files._name),
                ("res_id", "in", files.ids),
                "|",
                ("state", "=", "sending"),
                ("outcome_unknown", "=", True),
            ]
        )
        known = {*links.mapped("res_id"), *jobs.mapped("res_id")}
        return files.filtered(lambda file: file.id in known)

    # The write

    @api.model
    def _takers(self):
        """What takes files: what is booked first, since a draft of it is gone then."""
        names = self.env["fiken.resource"]._names
        return [
            name
            for stage in ("booked", "draft")
            for name in names(stage, kind="fiken.resource.document")
            if self.env[f"fiken.resource.{name}"]._takes_files
        ]

    @api.model
    def _prepare(self, job, attachment):
        document = self._document(attachment)
        if document is None:
            raise NothingToSend(_lt("Its document was deleted in Odoo."))
        place = self._place(job, document)
        self._check_file(attachment, document)
        key = "-".join(filter(None, [str(attachment.id), self._version(attachment)]))
        name = files.clean_name(attachment.name, attachment.mimetype, key)
        return Prepared(
            None,
            place,
            identity=FileIdentity(key=name, path=place, travels=self._travels(job)),
            number=name,
            verb=Verb.UPLOAD,
            hashed={"filename": name, "checksum": attachment.checksum},
        )

    @api.model
    def _document(self, attachment):
        """The Odoo record that a file belongs to, or None when it is gone."""
        if not attachment.res_model or attachment.res_model not in self.env:
            return None
        return self.env[attachment.res_model].browse(attachment.res_id).exists() or None

    @api.model
    def _place(self, job, document):
        """The path that takes the document's files.

        :raise WaitsFor: the document is on its way to Fiken
        :raise NothingToSend: it is not in Fiken, and nothing is under way
        """
        fiken_company = job.fiken_company_id
        link = self._link_of(fiken_company, document)
        part = FilePart.parse(job.part) if job.part else None
        if link and (part is None or self._has_moved(job, document, part, link)):
            part = FilePart(link.resource, link.remote_id, part.job if part else "")
        if part is None:
            self._wait_for(job, document)
            raise NothingToSend(
                _lt("%(name)s is not in Fiken.", name=document.display_name)
            )
        at = self.env[f"fiken.resource.{part.resource}"]._endpoint.path
        return fiken_company._path(f"{at}/{part.remote_id}/attachments")

    @api.model
    def _has_moved(self, job, document, part, link):
        """Whether a document is elsewhere in Fiken by now: its draft was booked there.

        :param FilePart part: where the file was to go
        :param link: what the document is in Fiken now
        :raise NothingToSend: the file goes there, or went there, by another job
        """
        if document._name != "account.move":
            return False
        if (part.resource, part.remote_id) == (link.resource, link.remote_id):
            return False
        at = replace(part, resource=link.resource, remote_id=link.remote_id)
        there = self._siblings_at(job, at)
        if there:
            raise NothingToSend(
                _lt(
                    "%(name)s is %(number)s in Fiken by now, and has the file there.",
                    name=document.display_name,
                    number=link.display_name,
                )
            )
        return True

    @api.model
    def _link_of(self, fiken_company, document):
        takers = self._takers()
        links = self.env["fiken.binding"].search(
            [
                ("fiken_company_id", "=", fiken_company.id),
                ("res_model", "=", document._name),
                ("res_id", "=", document.id),
                ("resource", "in", takers),
            ]
        )
        return links.sorted(lambda link: (takers.index(link.resource), link.part))[:1]

    @api.model
    def _wait_for(self, job, document):
        open_jobs = self.env["fiken.job"].search(
            [
                ("fiken_company_id", "=", job.fiken_company_id.id),
                ("res_model", "=", document._name),
                ("res_id", "=", document.id),
                ("resource", "in", self._takers()),
                ("state", "in", OPEN_STATES),
            ],
            order="priority, id",
        )
        if open_jobs:
            raise WaitsFor(open_jobs[0]._strategy(), document, job.vendor_id)

    @api.model
    def _check_file(self, attachment, document):
        """What Fiken does not take is said, and not tried."""
        if attachment.type != "binary" or attachment.mimetype not in files.ENDINGS:
            sentence = _lt(
                "Fiken takes PDF, PNG, JPEG and GIF files only, so %(file)s was not"
                " attached.",
                file=attachment.name,
            )
            if self._has_other_file(attachment, document):
                raise NothingToSend(sentence)
            raise NeedsReview(
                _lt(
                    "%(sentence)s Add a PDF of it to %(name)s, or attach it in Fiken"
                    " yourself.",
                    sentence=sentence,
                    name=document.display_name,
                )
            )
        if not attachment.file_size:
            raise NeedsReview(_lt("The file %(file)s is empty.", file=attachment.name))
        if attachment.file_size > files.SIZE_LIMIT:
            raise NeedsReview(self._too_big(attachment))

    @api.model
    def _has_other_file(self, attachment, document):
        return bool(
            self.env["ir.attachment"].search_count(
                [
                    ("res_model", "=", document._name),
                    ("res_id", "=", document.id),
                    ("id", "!=", attachment.id),
                    ("mimetype", "in", list(files.ENDINGS)),
                ],
                limit=1,
            )
        )

    @api.model
    def _too_big(self, attachment):
        return _lt(
            "The file %(file)s is too big for Fiken: %(size)s MB. Make it smaller and"
            " add it to the document, or attach it in Fiken yourself.",
            file=attachment.name,
            size=f"{attachment.file_size / 1024 / 1024:.1f}",
        )

    @api.model
    def _travels(self, job):
        """Whether it was attached before, to a draft that may be booked by now.

        Nobody knows, when no answer came: then it is looked for as well; and so it is
        when another job of the same file is under way.
        """
        others = self._siblings("fiken.job", job).filtered(
            lambda other: other.outcome_unknown or other._is_open()
        )
        return bool(others or self._siblings("fiken.binding", job))

    @api.model
    def _siblings_at(self, job, part):
        """The other jobs and links of this file that are about one place in Fiken."""

        def is_there(other):
            at = FilePart.parse(other.part) if other.part else None
            return at and self._is_same_file(at, part)

        jobs = self._siblings("fiken.job", job)
        return [
            *self._siblings("fiken.binding", job).filtered(is_there),
            *jobs.filtered(lambda other: other.state != "dropped" and is_there(other)),
        ]

    @api.model
    def _is_same_file(self, part, other):
        return part == other

    @api.model
    def _needs_preflight(self, prepared):
        return prepared.identity["travels"] or DRAFT in prepared.path

    @api.model
    def _preflight(self, session, job, prepared):
        self._follow_document(job, prepared)
        if not prepared.identity["travels"]:
            return None
        return self._came_along(session, job, prepared.identity)

    @api.model
    def _follow_document(self, job, prepared):
        """What was built together with the booking of a draft follows it."""
        document = self._document_of(job)
        if DRAFT not in prepared.path or document is None:
            return
        place = self._place(job, document)
        if place != prepared.path:
            prepared.path = prepared.identity["path"] = place
            prepared.identity["travels"] = True

    @api.model
    def _came_along(self, session, job, identity: FileIdentity):
        """The files of a draft follow when it is booked (fiken-api.md §5.4).

        :return: what is there, or None
        """
        found = self._find(session, job.fiken_company_id, identity)
        return found[0] if found else None

    @api.model
    def _take_over(self, job, sent):
        """What a draft had, or another sending of it, is no longer its own."""
        self._siblings("fiken.binding", job).filtered(
            lambda link: link.remote_id == sent.remote_id
        ).unlink()

    @api.model
    def _siblings(self, model, job):
        """The links or jobs of the same file in another place, or once more."""
        return (
            self.env[model]
            .sudo()
            .search(
                [
                    ("fiken_company_id", "=", job.fiken_company_id.id),
                    ("resource", "=", self._resource),
                    ("res_model", "=", job.res_model),
                    ("res_id", "=", job.res_id),
                    ("part", "!=", job.part),
                ]
            )
        )

    @api.model
    def _file(self, job):
        """The attachment whose content is sent."""
        return job._record()

    @api.model
    def _write(self, session, job, prepared):
        attachment = self._file(job)
        flags = {}
        if prepared.path.rsplit("/", 2)[0].endswith(FLAGGED):
            flags["attachToSale"] = True
        try:
            answer = session.upload(
                prepared.path, prepared.identity["key"], attachment.raw, **flags
            )
        except errors.NotFound as error:
            self._check_draft(job, prepared.path)
            raise NeedsReview(
                _lt(
                    "The document of %(file)s is no longer in Fiken.",
                    file=attachment.name,
                )
            ) from error
        except errors.Refused as error:
            if error.status == 413:
                raise NeedsReview(self._too_big(attachment)) from error
            raise
        return Sent(answer.location_id, prepared.identity["key"])

    @api.model
    def _check_draft(self, job, path):
        """A draft that is gone was booked there, or deleted: its own job finds out.

        :raise NotReady: the file is tried again then
        """
        document = self._document_of(job)
        if DRAFT not in path or document._name != "account.move":
            return
        link = self._link_of(job.fiken_company_id, document)
        if not link or link._draft_strategy()._stage != "draft":
            return
        link._draft_strategy()._enqueue(
            document, job.fiken_company_id, job.vendor_id, wake=False
        )
        raise errors.NotReady(
            _lt(
                "The draft of %(name)s is not in Fiken any more. First it is found out"
                " what became of it.",
                name=document.display_name,
            )
        )

    @api.model
    def _find(self, session, fiken_company, identity: FileIdentity):
        """By its name. Older answers name the file in its address only (§2.3)."""
        try:
            rows = session.get(identity["path"]).rows
        except errors.NotFound:
            return []
        return [
            Sent(row.get("uuid") or row["identifier"], identity["key"])
            for row in rows
            if self._name_of(row) == identity["key"]
        ]

    @api.model
    def _name_of(self, row):
        path = urlsplit(row.get("downloadUrl") or "").path
        return row.get("filename") or unquote(path.rsplit("/", 1)[-1])
