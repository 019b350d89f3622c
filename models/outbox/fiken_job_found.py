from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError


class FikenJob(models.Model):
    """What Fiken has that may be the same: a person says whether it is."""

    _inherit = "fiken.job"

    found = fields.Json(
        readonly=True,
        help="What Fiken has that may be the same: kind, id, number and page of each.",
    )
    found_links = fields.Html("Found in Fiken", compute="_compute_found_links")
    can_link_found = fields.Boolean(compute="_compute_found_links")
    linkable = fields.Json(compute="_compute_found_links")

    # Computes

    @api.depends("found", "state")
    def _compute_found_links(self):
        for job in self:
            job.found_links = Markup("<br/>").join(
                _in_words(one) for one in job.found or []
            )
            job.linkable = job._linkable() if job.state == "failed" else []
            job.can_link_found = job.state == "failed" and len(job._linkable()) == 1

    # Actions

    def action_link_found(self, remote_id=None):
        """It is the same: link it, and send nothing.

        :param remote_id: which of those that were found, where they are several
        """
        self.ensure_one()
        self._check_user()
        job = self.sudo()
        chosen = [
            one
            for one in job._linkable()
            if remote_id is None or one["id"] == remote_id
        ]
        if job.state != "failed" or len(chosen) != 1:
            raise UserError(
                self.env._(
                    "There is not one document in Fiken that this could be linked to."
                )
            )
        job._link_to(chosen[0])

    # Business

    def _found_row(self, hit):
        """What is kept of a hit of a look-up.

        :param Sent hit: what carries our key, and differs or is not alone
        """
        return {
            "kind": self.resource,
            "id": hit.remote_id,
            "number": hit.number,
            "url": self._strategy()._url(self.fiken_company_id, hit),
        }

    def _linkable(self):
        """What was found that this record may be."""
        return self.found or []

    def _set_failed(self, reason, **values):
        """What was found before says nothing about another failure."""
        return super()._set_failed(reason, **{"found": False, **values})

    def _link_to(self, one):
        """A person knows what became of the request: the worker takes their word.

        It looks once more, and all that follows an answer follows.
        """
        self.identity = {**(self.identity or {}), "chosen": one["id"]}
        record = self._record()
        if hasattr(record, "_message_log"):
            record._message_log(
                body=self.env._(
                    "%(user)s says that it is %(number)s in Fiken.",
                    user=self.env.user.name,
                    number=one["number"] or one["id"],
                )
            )
        self._begin_anew()

    def _is_chosen(self, hit):
        """Whether a person has said that this is what was sent."""
        return (self.identity or {}).get("chosen") == hit.remote_id


def _in_words(one):
    """What was found, with its page where one is known."""
    name = one["number"] or one["id"]
    if not one["url"]:
        return Markup("%s (%s)") % (name, one["id"])
    return Markup('<a href="%s" target="_blank">%s</a>') % (one["url"], name)
