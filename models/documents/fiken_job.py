from odoo import fields, models

from ..outbox.fiken_resource import Sent


class FikenJob(models.Model):
    """What Fiken has may be another document, or the same that somebody entered."""

    _inherit = "fiken.job"

    passed_over = fields.Json(
        readonly=True, help="What a person has said is something else."
    )

    # Actions

    def action_retry(self):
        """*Add a PDF*, said its failure: then that is what goes."""
        result = super().action_retry()
        for job in self.sudo().filtered(lambda job: job.resource == "attachment"):
            document = job._strategy()._document_of(job)
            if document is not None and document._name == "account.move":
                document._fiken_owe_files()
        return result

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
        return [one for one in super()._linkable() if one["kind"] != "inbox"]

    def _link_to(self, one):
        """Somebody entered it in Fiken; nothing of ours was sent."""
        if self.outcome_unknown:
            super()._link_to(one)
            return
        booked = self.fiken_company_id._acting(
            f"fiken.resource.{self._strategy()._booked()._resource}"
        )
        record = self._record()
        sent = Sent(one["id"], one["number"])
        self._set_linked(found=False)
        self.env["fiken.binding"]._bind(booked, self.fiken_company_id, record, sent)
        booked._done(None, self, sent)
        if record._name == "account.move":
            record._fiken_document_enqueued()
        record._message_log(
            body=self.env._(
                "%(user)s has linked it to %(number)s in Fiken; nothing was sent.",
                user=self.env.user.name,
                number=one["number"],
            )
        )
        self.env["fiken.todo"]._follow_jobs(self.fiken_company_id.connection_id)


def _identity(one):
    return f"{one['kind']}/{one['id']}"
