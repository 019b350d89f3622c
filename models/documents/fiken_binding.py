from odoo import api, models

from ...fiken_api import errors


class FikenBinding(models.Model):
    """Links to drafts in Fiken: what became of those that are gone from there."""

    _inherit = "fiken.binding"

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

    def _unlisted_drafts(self, session):
        """The same by Fiken's lists, for many of one company at once."""
        absent = self.browse()
        for links in self.grouped("resource").values():
            at = links[0]._draft_strategy()._endpoint
            path = links.fiken_company_id._path(at.path)
            there = {str(row[at.id]) for row in session.pages(path)}
            absent |= links.filtered(
                lambda link, there=there: link.remote_id not in there
            )
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
        """The draft of a document undone in Odoo: deleted, or booked after all."""
        fiken_company, booked = self.fiken_company_id, strategy._booked()
        found = booked._find(session, fiken_company, self._undone_as(strategy, move))
        if len(found) == 1:
            self._bind(booked, fiken_company, move, found[0])
            move._message_log(
                body=self.env._(
                    "Somebody finished its draft in Fiken: it is booked there as"
                    " %(number)s, but it is not confirmed in Odoo.",
                    number=found[0].number,
                )
            )
        else:
            self._end()

    def _undone_as(self, strategy, move):
        """How its booked document is found: with what the draft was made of.

        The document in Odoo may have another customer or date by now.
        """
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
        key = strategy._key(jobs[:1], move)
        return {**made, "key": key, "draft_id": self.remote_id}
