from odoo import api, fields, models

from ...fiken_api import errors
from ..outbox.fiken_resource import Target


class FikenBinding(models.Model):
    """Links to drafts in Fiken: what became of those that are gone from there."""

    _inherit = "fiken.binding"

    is_unconfirmed = fields.Boolean(
        readonly=True,
        help="It was booked in Fiken while its document was undone in Odoo. When that"
        " is confirmed again, both are compared.",
    )

    # Business

    @api.model
    def _of_files(self, files):
        """The links of files, wherever in Fiken they are attached."""
        return self.sudo().search(
            [
                ("resource", "=", "attachment"),
                ("res_model", "=", files._name),
                ("res_id", "in", files.ids),
            ]
        )

    def _draft_strategy(self):
        return self.env[f"fiken.resource.{self.resource}"].sudo()

    def _absent_drafts(self, session):
        """Those of these drafts that Fiken does not have any more, asked one by one."""
        absent = self.browse()
        for link in self:
            at = link._draft_strategy()._endpoint.path
            path = link.fiken_company_id._path(f"{at}/{link.remote_id}")
            try:
                session.get(path)
            except errors.NotFound:
                absent |= link
        return absent

    def _follow_drafts(self, session, absent):
        """The worker finds out what became of drafts that are gone from Fiken.

        :return: their documents
        """
        moves = self.env["account.move"].browse(absent.mapped("res_id"))
        vendors = self.env["fiken.vendor"]._of_documents(moves)
        rows = []
        for link, move in zip(absent, moves, strict=True):
            strategy, vendor = link._draft_strategy(), vendors[move]
            if move.state == "posted":
                rows.append(strategy._job_row(move.id, link.fiken_company_id, vendor))
            else:
                link._follow_undone(session, strategy, move)
        self.env["fiken.job"].sudo()._enqueue(rows)
        return moves

    def _follow_undone(self, session, strategy, move):
        """The draft of a document undone in Odoo: deleted, or booked after all.

        Several that may be it are looked at when the document is confirmed again.
        """
        found = self._find_booked(session)
        if not found:
            self._end()
        if len(found) != 1:
            return
        self._bind(
            strategy._booked(),
            self.fiken_company_id,
            move,
            found[0],
            is_unconfirmed=True,
        )
        move._message_log(
            body=self.env._(
                "Somebody finished its draft in Fiken: it is booked there as"
                " %(number)s, but it is not confirmed in Odoo.",
                number=found[0].number,
            )
        )

    def _find_booked(self, session):
        """What this draft became in Fiken, by what it was made of.

        The document in Odoo may have another number, customer or date by now. What is
        another document's is passed over.

        :return: list of :class:`Sent`
        """
        drafts = self._draft_strategy()
        booked, move = drafts._booked(), self.env["account.move"].browse(self.res_id)
        found = booked._find(
            session, self.fiken_company_id, self._made_as(drafts, move)
        )
        linked = self._of_remote(
            self.fiken_company_id,
            booked._resource,
            [sent.remote_id for sent in found],
        ).mapped("remote_id")
        return [sent for sent in found if sent.remote_id not in linked]

    def _made_as(self, drafts, move):
        jobs = (
            self.env["fiken.job"]
            .sudo()
            .search(
                [
                    ("res_model", "=", self.res_model),
                    ("res_id", "=", self.res_id),
                    ("resource", "=", self.resource),
                ]
            )
        )
        made = next((job.identity for job in jobs if job.identity), {})
        key = drafts._key_there(Target(self.fiken_company_id, None), move, self)
        return {**made, "key": key, "draft_id": self.remote_id}
