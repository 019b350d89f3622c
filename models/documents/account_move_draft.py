from odoo import models
from odoo.exceptions import UserError


class AccountMove(models.Model):
    """Drafts in Fiken that somebody finished or deleted there are noticed."""

    _inherit = "account.move"

    # Actions

    def action_fiken_sync_draft(self):
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
        drafts = self._fiken_resources("draft")
        links = self._fiken_links((*drafts, *self._fiken_resources("booked")))
        drafted = links.filtered(lambda link: link.resource in drafts)
        booked = (links - drafted).mapped("res_id")
        return drafted.filtered(lambda link: link.res_id not in booked)

    def _fiken_compare_undone(self):
        """What was booked in Fiken while it was undone here is compared, not sent."""
        links = self._fiken_links(self._fiken_resources("booked"))
        links = links.filtered("is_unconfirmed")
        vendors = self.env["fiken.vendor"]._of_documents(
            self.browse(links.mapped("res_id"))
        )
        rows = [
            self.env[f"fiken.resource.{link.resource}"]._job_row(
                move.id, link.fiken_company_id, vendor
            )
            for link, (move, vendor) in zip(links, vendors.items(), strict=True)
        ]
        self.env["fiken.job"].sudo()._enqueue(rows)

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
