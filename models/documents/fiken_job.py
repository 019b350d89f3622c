from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..outbox.fiken_resource import Sent


class FikenJob(models.Model):
    """What Fiken has that may be the same: a person says whether it is."""

    _inherit = "fiken.job"

    found = fields.Json(
        readonly=True,
        help="What Fiken has that may be the same: kind, id, number and page of each.",
    )
    passed_over = fields.Json(
        readonly=True, help="What a person has said is something else."
    )
    found_links = fields.Html("Found in Fiken", compute="_compute_found_links")
    can_link_found = fields.Boolean(compute="_compute_found_links")

    # Computes

    @api.depends("found", "state")
    def _compute_found_links(self):
        for job in self:
            found = job.found or []
            job.found_links = Markup("<br/>").join(
                Markup('<a href="%s" target="_blank">%s</a>')
                % (one["url"], one["number"] or one["id"])
                for one in found
            )
            job.can_link_found = job.state == "failed" and len(job._linkable()) == 1

    # Actions

    def action_link_found(self):
        """It is the same: link it, and send nothing."""
        self.ensure_one()
        self._check_user()
        job = self.sudo()
        if job.state != "failed" or len(job._linkable()) != 1:
            raise UserError(
                self.env._(
                    "There is not one document in Fiken that this could be linked to."
                )
            )
        job._link_to(job._linkable()[0])

    def action_send_other(self):
        """It is another one: what was found is passed over, and this is sent."""
        self._check_user()
        for job in self.sudo().filtered(
            lambda job: job.state == "failed" and job.found
        ):
            job.passed_over = [
                *(job.passed_over or []),
                *(_identity(one) for one in job.found),
            ]
            job.found = False
            job.action_retry()

    # Business

    def _is_passed_over(self, one):
        """Whether a person has said that what was found is something else."""
        return _identity(one) in (self.passed_over or [])

    def _linkable(self):
        """What was found that is a booked document, not a scan in the inbox."""
        return [one for one in self.found or [] if one["kind"] != "inbox"]

    def _set_failed(self, reason, **values):
        """What was found before says nothing about another failure."""
        return super()._set_failed(reason, **{"found": False, **values})

    def _link_to(self, one):
        booked = self.fiken_company_id._acting(
            f"fiken.resource.{self._strategy()._booked()._resource}"
        )
        record = self._record()
        sent = Sent(one["id"], one["number"], one["url"])
        self._set_linked(found=False)
        self.env["fiken.binding"]._bind(booked, self.fiken_company_id, record, sent)
        booked._done(None, self, sent)
        record._message_log(
            body=self.env._(
                "%(user)s has linked it to %(number)s in Fiken; nothing was sent.",
                user=self.env.user.name,
                number=one["number"],
            )
        )
        self.env["fiken.notifier"]._close_todos(record)


def _identity(one):
    return f"{one['kind']}/{one['id']}"
