"""What was booked in Fiken while its document was undone in Odoo."""

from odoo import api, models

from ..connection.sentence import _lt
from ..outbox.exceptions import NeedsReview
from ..outbox.fiken_resource import Prepared, Sent, Verb


class BookedResource(models.AbstractModel):
    """A draft that somebody finished in Fiken while its document was undone in Odoo.

    Confirmed again the document may be another one: it is compared, and never sent.
    """

    _inherit = "fiken.resource.booked"

    @api.model
    def _prepare(self, job, move):
        link = self._binding(job.fiken_company_id, move)
        if not link or not link.is_unconfirmed or move.state != "posted":
            return super()._prepare(job, move)
        return Prepared(
            None,
            job.fiken_company_id._path(self._endpoint.path),
            remote_id=link.remote_id,
            number=link.number,
            verb=Verb.FETCH,
        )

    @api.model
    def _write(self, session, job, prepared):
        if prepared.verb is not Verb.FETCH:
            return super()._write(session, job, prepared)
        move = job._record()
        link = self._binding(job.fiken_company_id, move)
        sent = Sent(link.remote_id, link.number, page_id=link.page_id)
        there = self._read_booked(session, job.fiken_company_id, sent)
        if not there:
            link._end()
            draft = self._drafts()._binding(job.fiken_company_id, move)
            if draft:
                draft._end()
            raise NeedsReview(
                _lt(
                    "%(number)s, which its draft became in Fiken, was deleted there."
                    " Press Send to Fiken to send it anew; choose Do not send if it is"
                    " not wanted.",
                    number=sent.number or sent.remote_id,
                )
            )
        self._check_same(job, move, sent, there)
        link.is_unconfirmed = False
        return sent
