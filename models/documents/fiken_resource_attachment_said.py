from markupsafe import Markup

from odoo import api, models


class AttachmentResource(models.AbstractModel):
    """What became of a file is said on its document."""

    _inherit = "fiken.resource.attachment"

    @api.model
    def _done(self, session, job, sent):
        """Of a file that was written anew Fiken has what it was before as well."""
        if not self._version(job._record()):
            return
        old = self._siblings("fiken.binding", job).filtered(
            lambda link: link.remote_id != sent.remote_id
        )
        move = self._document_of(job)
        if not old or move is None or move._name != "account.move":
            return
        if move not in move._fiken_booked_moves():
            self.env["fiken.resource.replaced_file"]._enqueue_links(old, job.vendor_id)
            return
        move._message_log(
            body=self.env._(
                "%(file)s was changed in Odoo after it was booked: Fiken has it as it"
                " was, and as it is now.",
                file=job._record().name,
            )
        )

    @api.model
    def _trouble_words(self):
        return self.env._("A file is not in Fiken:")

    @api.model
    def _is_there(self, job):
        """Whether the file is in Fiken, or on its way, by whatever job."""
        return bool(
            self._own_binding(job)
            or self._siblings("fiken.binding", job)
            or self._siblings("fiken.job", job).filtered(
                lambda other: other.state != "dropped"
            )
        )

    @api.model
    def _document_of(self, job):
        """The record on which people look for the file."""
        attachment = job._record()
        return self._document(attachment) if attachment else None

    @api.model
    def _notify(self, jobs):
        """Said on the document, and only what did not get there."""
        teller = self.env["fiken.notifier"]
        for job in jobs:
            lang = teller._lang_of(job)
            job = job.with_context(lang=lang)
            words = self.with_context(lang=lang)._trouble_words()
            document = self._document_of(job)
            if document is None or not hasattr(document, "_message_log"):
                continue
            if job.state == "done" or job.state == "dropped" and self._is_there(job):
                continue
            body = Markup("%s %s") % (words, job.reason or "")
            if not teller._is_said(document, body):
                document._message_log(body=body)
