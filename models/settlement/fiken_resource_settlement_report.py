"""The report of a day (PDF), attached to its first sale in Fiken."""

from odoo import api, models
from odoo.tools.translate import LazyTranslate

from ...fiken_api import files
from ..documents.fiken_resource_attachment import FileIdentity
from ..outbox.fiken_resource import Prepared, Verb

_lt = LazyTranslate(__name__)

PDF = "application/pdf"


class SettlementReportResource(models.AbstractModel):
    """The voucher behind a day's sale (fiken-api.md §15.3).

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
        if not settlement.report_id:
            session.pause()
            settlement._make_report()
        if not prepared.identity["travels"]:
            return None
        return self._came_along(session, job, prepared.identity)

    @api.model
    def _file(self, job):
        return job._record().report_id

    @api.model
    def _document_of(self, job):
        return job._record()
