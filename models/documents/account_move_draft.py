import logging

from odoo import api, fields, models
from odoo.exceptions import UserError

from ...fiken_api import errors
from .account_move import BOOKED, DRAFTS

_logger = logging.getLogger(__name__)


class AccountMove(models.Model):
    """Drafts in Fiken that somebody finished or deleted there are noticed."""

    _inherit = "account.move"

    # Actions

    def action_fiken_look(self):
        """*Look in Fiken*: is it a draft there still?"""
        self.check_access("write")
        links = self._fiken_draft_links()
        if not links:
            raise UserError(self.env._("None of these is a draft in Fiken."))
        gone = self.browse()
        for fiken_company, group in links.grouped("fiken_company_id").items():
            with fiken_company.connection_id._click_session() as session:
                gone |= group._follow_drafts(session, group._absent_drafts(session))
        if gone:
            gone._fiken_wake()
            return gone._fiken_wait_action()
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "info",
                "message": self.env._("It is a draft in Fiken still."),
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    # Business

    def _fiken_draft_links(self):
        """The links to drafts in Fiken of documents that are not booked there."""
        links = self._fiken_links((*DRAFTS, *BOOKED))
        booked = links.filtered(lambda link: link.resource in BOOKED).mapped("res_id")
        return links.filtered(
            lambda link: link.resource in DRAFTS and link.res_id not in booked
        )

    def _fiken_draft_moves(self):
        return self.browse(self._fiken_draft_links().mapped("res_id"))

    def _fiken_links(self, resources):
        if not self.ids:
            return self.env["fiken.binding"].sudo()
        return (
            self.env["fiken.binding"]
            .sudo()
            .search(
                [
                    ("res_model", "=", self._name),
                    ("res_id", "in", self.ids),
                    ("resource", "in", resources),
                ]
            )
        )


class FikenBinding(models.Model):
    _inherit = "fiken.binding"

    def _draft_strategy(self):
        return self.env[f"fiken.resource.{self.resource}"].sudo()

    def _absent_drafts(self, session):
        """Those of these drafts that Fiken does not have any more, asked one by one."""
        absent = self.browse()
        for link in self:
            at = link._draft_strategy()._drafts_at
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
            path = links.fiken_company_id._path(links[0]._draft_strategy()._drafts_at)
            there = {str(row["draftId"]) for row in session.pages(path)}
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
            self.create(
                {
                    "fiken_company_id": fiken_company.id,
                    "company_id": self.company_id.id,
                    "resource": booked._resource,
                    "res_model": move._name,
                    "res_id": move.id,
                    "remote_id": found[0].remote_id,
                    "number": found[0].number,
                    "url": booked._url(fiken_company, found[0]),
                    "sent_at": fields.Datetime.now(),
                }
            )
        else:
            self.write({"resource": f"{self.resource}_deleted", "part": self.remote_id})

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
        made = next((job.sent_as for job in jobs if job.sent_as), {})
        key = strategy._key(jobs[:1], move)
        return {**made, "key": key, "draft_id": self.remote_id}


class FikenCompany(models.Model):
    _inherit = "fiken.company"

    @api.model
    def _cron_follow_drafts(self):
        """Nightly: what accountants finished or deleted in Fiken is shown in Odoo."""
        for fiken_company in self.search([("connection_id.state", "=", "connected")]):
            if not fiken_company.has_api_access:
                continue
            try:
                fiken_company._follow_drafts()
            except UserError as error:
                _logger.warning(
                    "Fiken's drafts of %s were not read: %s", fiken_company.slug, error
                )
            self.env["ir.cron"]._commit_progress(1)

    def _follow_drafts(self):
        links = self.env["fiken.binding"].search(
            [("fiken_company_id", "=", self.id), ("resource", "in", DRAFTS)]
        )
        moves = self.env["account.move"].browse(links.mapped("res_id")).exists()
        links = moves._fiken_draft_links()
        if links:
            with self.connection_id._click_session() as session:
                links._follow_drafts(session, links._unlisted_drafts(session))
