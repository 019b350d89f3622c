"""Drafts in Fiken, which an accountant may change, finish or delete there."""

from odoo import api, models

from ...fiken_api import documents
from ..connection.sentence import _lt
from ..outbox.exceptions import NothingToSend
from ..outbox.fiken_resource import Prepared, Verb


class DraftResource(models.AbstractModel):
    """What makes a document the draft of one."""

    _name = "fiken.resource.draft"
    _inherit = "fiken.resource"
    _description = "Fiken Draft"

    _done_text = _lt("Draft in Fiken:")
    _stage = "draft"
    # By what books it.
    _is_awaited = True

    @api.model
    def _as_draft(self, job, move, body, note):
        """The write of a draft: a new one, or a change of the one that is there."""
        prepared = Prepared(
            body,
            job.fiken_company_id._path(self._endpoint.path),
            identity=self._identity(job, move),
            number=self._number(job, move),
            note=note,
        )
        binding = self._binding(job.fiken_company_id, move)
        if binding:
            prepared.change(binding.remote_id)
        return prepared

    # What stands in Fiken

    @api.model
    def _gross_of_draft(self, draft):
        return sum(line["gross"] for line in draft["lines"])

    @api.model
    def _sums_of_draft(self, lines):
        """{(account, VAT type): (net, gross)} of a draft's lines, ours or Fiken's.

        None where a line does not say its account or its type.
        """
        return documents.summed(
            (
                line.get("incomeAccount"),
                line.get("vatType"),
                *self._amounts_of_draft_line(line),
            )
            for line in lines
        )

    @api.model
    def _sums_as_wanted(self, lines, wanted):
        """The sums of Fiken's lines; a draft in which Fiken may mean two things says
        what is wanted, if that is one of them.
        """
        return self._sums_of_draft(lines)

    @api.model
    def _amounts_of_draft_line(self, line):
        return line["net"], line["gross"]

    @api.model
    def _key_there(self, job, move, link):
        """What it is found by as it is in Fiken, whatever Odoo calls it by now.

        :param link: to the draft
        """
        return link.number or self._key(job, move)

    # Asking Fiken

    @api.model
    def _needs_preflight(self, prepared):
        return prepared.verb is Verb.CHANGE

    @api.model
    def _preflight(self, session, job, prepared):
        return self._sync_draft(session, job, prepared)

    @api.model
    def _sync_draft(self, session, job, prepared):
        """Before a draft is changed: is it one still?"""
        if self._read_draft(session, prepared.path) is not None:
            return None
        fiken_company, booked = job.fiken_company_id, self._booked()
        sent = self._finished_in_fiken(session, job)
        self.env["fiken.binding"]._bind(booked, fiken_company, job._record(), sent)
        booked._done(session, job, sent)
        if job.res_model == "account.move":
            job._record()._fiken_document_enqueued()
        raise NothingToSend(
            _lt(
                "Somebody finished the draft in Fiken: it is booked as %(number)s.",
                number=sent.number,
            )
        )
