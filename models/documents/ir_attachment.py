from odoo import api, fields, models

from ..outbox import at_commit

CONTENT = {"datas", "raw"}


class IrAttachment(models.Model):
    """A file that comes to a document later goes to Fiken too, by whatever way."""

    _inherit = "ir.attachment"

    # Whose page its jobs are on.
    _fiken_document_fields = ("res_model", "res_id")

    fiken_version = fields.Integer(
        readonly=True,
        copy=False,
        help="How often its content was written anew after Fiken had got it.",
    )

    # CRUD

    @api.model_create_multi
    def create(self, vals_list):
        attachments = super().create(vals_list)
        attachments._fiken_note()
        return attachments

    def write(self, vals):
        files = self._fiken_files() if CONTENT & vals.keys() else self.browse()
        before = {file: file.checksum for file in files}
        result = super().write(vals)
        files.filtered(lambda file: file.checksum != before[file])._fiken_rewritten()
        if {"res_model", "res_id"} & vals.keys():
            self._fiken_note()
        return result

    def unlink(self):
        self._fiken_files()._fiken_forget()
        return super().unlink()

    # Business

    def _fiken_files(self):
        """Files of documents, beside what Odoo makes itself."""
        return self.filtered(
            lambda file: file.res_model == "account.move"
            and file.res_id
            and not file.res_field
        )

    def _fiken_note(self):
        files = self._fiken_files()
        if files:
            flush = self.env["ir.attachment"].sudo()._fiken_enqueue_noted
            at_commit.noted(self.env, "fiken_files", set, flush).update(files.ids)

    def _fiken_rewritten(self):
        """What Fiken has got, or may have, is another file than this one now."""
        if not self:
            return
        known = self.env["fiken.resource.attachment"].sudo()._known_files(self)
        for file in known:
            file.sudo().fiken_version += 1
        self._fiken_note()

    @api.model
    def _fiken_enqueue_noted(self):
        files = self.browse(at_commit.take(self.env, "fiken_files")).exists()
        moves = self.env["account.move"].browse(files.mapped("res_id")).exists()
        moves._fiken_enqueue_files(files)

    def _fiken_forget(self):
        """The files of a draft are those that its document has in Odoo."""
        if not self:
            return
        links = self.env["fiken.binding"]._of_files(self)
        moves = self.env["account.move"].browse(self.mapped("res_id")).exists()
        moves._fiken_files_deleted(links)
