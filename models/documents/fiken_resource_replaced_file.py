"""Files of before a draft was corrected, which are no vouchers of it any more."""

import contextlib

from odoo import api, models

from ...fiken_api import errors
from ..connection.sentence import _lt
from ..outbox.exceptions import NeedsReview, NothingToSend
from ..outbox.fiken_resource import Prepared, Sent, Verb

# Older versions of the API cannot delete files (fiken-api.md §2.3).
NOT_ALLOWED = 405


class ReplacedFileResource(models.AbstractModel):
    """Takes a file away from a document in Fiken.

    The job's ``part`` is the id of the link that says which; it is looked for by its
    name where the document is now, since the files of a draft follow when it is booked.
    """

    _name = "fiken.resource.replaced_file"
    _inherit = "fiken.resource.attachment"
    _description = "Fiken Replaced File"

    _resource = "replaced_file"
    _title = _lt("Replaced file")
    _record_model = "account.move"
    # After what takes its place.
    _priority = 75

    @api.model
    def _enqueue_links(self, links, vendor):
        """:param links: to the files that are to go"""
        self.env["fiken.job"].sudo()._enqueue(
            [
                self._job_row(
                    self._move_of(link).id,
                    link.fiken_company_id,
                    vendor,
                    part=str(link.id),
                )
                for link in links
            ]
        )

    @api.model
    def _move_of(self, link):
        """The document of a file; that of the attachment where it is one."""
        if link.res_model == self._record_model:
            return self.env[self._record_model].browse(link.res_id)
        return self._document(self.env[link.res_model].browse(link.res_id))

    @api.model
    def _prepare(self, job, move):
        link, path = self._replaced(job), self._path_of(job, move)
        if not link or not path:
            raise NothingToSend(_lt("It is gone from Fiken."))
        return Prepared(
            None,
            path,
            remote_id=link.remote_id,
            number=link.number,
            verb=Verb.DELETE,
            hashed={"link": link.id},
        )

    @api.model
    def _path_of(self, job, move):
        """Where the files of the document are now; '' when it is not in Fiken."""
        document = self._link_of(job.fiken_company_id, move)
        if not document:
            return ""
        at = self.env[f"fiken.resource.{document.resource}"]._endpoint.path
        return job.fiken_company_id._path(f"{at}/{document.remote_id}/attachments")

    @api.model
    def _replaced(self, job):
        return self.env["fiken.binding"].browse(int(job.part)).exists()

    @api.model
    def _needs_preflight(self, prepared):
        return True

    @api.model
    def _preflight(self, session, job, prepared):
        # What was built together with the booking of its draft follows it.
        prepared.path = self._path_of(job, job._record())
        try:
            rows = session.get(prepared.path).rows
        except errors.NotFound:
            self._check_draft(job, prepared.path)
            rows = []
        found = [row for row in rows if self._name_of(row) == prepared.number]
        if not found:
            return Sent(prepared.remote_id, prepared.number)
        prepared.path += f"/{found[0].get('uuid') or found[0]['identifier']}"
        return None

    @api.model
    def _write(self, session, job, prepared):
        try:
            # Somebody may have been faster.
            with contextlib.suppress(errors.NotFound):
                session.delete(prepared.path)
        except errors.Refused as error:
            if error.status != NOT_ALLOWED:
                raise
            raise NeedsReview(
                _lt(
                    "%(file)s, of before %(name)s was corrected, is still attached to"
                    " it in Fiken, which lets no other program delete files. Delete it"
                    " there, then press Retry.",
                    file=prepared.number,
                    name=job._record().display_name,
                )
            ) from error
        return Sent(prepared.remote_id, prepared.number)

    @api.model
    def _take_over(self, job, sent):
        """Its link stays until the file is gone."""

    @api.model
    def _done(self, session, job, sent):
        self._replaced(job).unlink()
        self._own_binding(job).unlink()

    @api.model
    def _document_of(self, job):
        return job._record()

    @api.model
    def _trouble_words(self):
        return self.env._("An outdated file is in Fiken still:")

    @api.model
    def _is_there(self, job):
        return True
