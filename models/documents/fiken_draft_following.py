from odoo import api, models

from ..connection.sentence import _lt

# Most links to drafts are of documents that were booked since: they are passed over.
LOOKED_THROUGH = 1000


class FikenDraftFollowing(models.AbstractModel):
    """Nightly: what accountants finished or deleted in Fiken is shown in Odoo."""

    _name = "fiken.draft.following"
    _inherit = "fiken.rounds"
    _description = "Following of Drafts in Fiken"

    @api.model
    def _round_stages(self, fiken_company):
        return [
            f"{kind}:{resource}"
            for resource in self.env["account.move"]._fiken_resources("draft")
            for kind in ("listed", "gone")
        ]

    @api.model
    def _round_words(self, unit):
        what = f"{unit.owner.name}, {self.env[f'fiken.resource.{unit.arg}']._label()}"
        if unit.kind == "listed" and unit.upto:
            return _lt("%(what)s, page %(page)s", what=what, page=unit.upto)
        moves = self._moves(self._drafts(unit, unit.upto))
        return ", ".join([what, *moves.mapped("display_name")])

    @api.model
    def _next_listed(self, unit):
        """Pages; none where no draft is waited for."""
        return unit.page() if unit.after or self._next_gone(unit) else None

    @api.model
    def _do_listed(self, unit):
        """:return: whether it was the last page"""
        at = self.env[f"fiken.resource.{unit.arg}"]._endpoint
        rows, is_last = unit.session.page(unit.owner._path(at.path), unit.upto - 1)
        ids = [str(row[at.id]) for row in rows]
        unit.round._see(self.env["fiken.binding"]._of_remote(unit.owner, unit.arg, ids))
        return is_last

    @api.model
    def _next_gone(self, unit):
        """The next drafts that Fiken did not list, or the end of those looked through.

        :return: the last of their ids
        """
        links = unit.round._unseen(unit.owner, unit.arg, unit.after, LOOKED_THROUGH)
        drafts = self._moves(links)._fiken_draft_links() & links
        return (drafts.sorted("id")[: unit.limit][-1:] or links[-1:]).id or None

    @api.model
    def _do_gone(self, unit):
        drafts = self._drafts(unit, unit.upto)
        if drafts:
            drafts._follow_drafts(unit.session, drafts._absent_drafts(unit.session))

    @api.model
    def _drafts(self, unit, upto):
        links = unit.round._unseen(
            unit.owner, unit.arg, unit.after, LOOKED_THROUGH, upto or 0
        )
        return self._moves(links)._fiken_draft_links() & links

    @api.model
    def _moves(self, links):
        return self.env["account.move"].browse(links.mapped("res_id")).exists()
