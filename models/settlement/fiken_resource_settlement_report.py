"""The report of a day (PDF), attached to what the day is in Fiken."""

from odoo import api, models

from ...fiken_api import errors, files
from ..connection.sentence import _lt
from ..documents.fiken_resource_attachment import FileIdentity
from ..documents.part import FilePart
from ..outbox.exceptions import NeedsReview
from ..outbox.fiken_resource import Prepared, Verb
from .fiken_settlement import JOURNAL

PDF = "application/pdf"


class SettlementReportResource(models.AbstractModel):
    """The voucher behind a day's sales and its journal entry (fiken-api.md §15.3).

    Making it takes a second or more, so the worker does it, outside the gate, and keeps
    it: what was attached is what stays on the day in Odoo.
    """

    _name = "fiken.resource.settlement_report"
    _inherit = "fiken.resource.attachment"
    _description = "Fiken Settlement Report"

    _resource = "settlement_report"
    _title = _lt("Settlement report")
    _record_model = "fiken.settlement"

    @api.model
    def _prepare(self, job, settlement):
        place = self._place(job, settlement)
        key = files.clean_name(settlement.number, PDF, settlement.id)
        return Prepared(
            None,
            place,
            identity=FileIdentity(key=key, path=place, travels=self._travels(job)),
            number=key,
            verb=Verb.UPLOAD,
            hashed={"filename": key},
        )

    @api.model
    def _needs_preflight(self, prepared):
        return True

    @api.model
    def _preflight(self, session, job, prepared):
        settlement = job._record()
        if job.part and FilePart.parse(job.part).resource == JOURNAL:
            self._find_entry(session, job, prepared)
        if not settlement.report_id:
            session.pause()
            settlement._make_report()
        if not prepared.identity["travels"]:
            return None
        return self._came_along(session, job, prepared.identity)

    @api.model
    def _find_entry(self, session, job, prepared):
        """A file hangs on a journal entry, and what is known is its transaction.

        Of several entries in one transaction it is the first: always the same one.
        """
        entries = self.env["fiken.resource.journal_entry"]
        transaction = FilePart.parse(job.part).remote_id
        try:
            rows = entries._read_row(session, job.fiken_company_id, transaction)
        except errors.NotFound:
            rows = None
        if not rows:
            raise NeedsReview(
                _lt(
                    "The journal entry of %(number)s is no longer in Fiken, so its"
                    " report was not attached. Press Compare with Fiken on the day.",
                    number=job._record().number,
                )
            )
        first = min(row["journalEntryId"] for row in rows)
        place = entries._files_path(job.fiken_company_id, first)
        prepared.path = prepared.identity["path"] = place

    @api.model
    def _file(self, job):
        return job._record().report_id

    @api.model
    def _document_of(self, job):
        return job._record()
