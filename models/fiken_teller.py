from markupsafe import Markup

from odoo import api, models

ACTIVITY = "fiken_connector.mail_activity_fiken_problem"


class FikenTeller(models.AbstractModel):
    """Says on a record how its transfer to Fiken ended: silence is the worst bug."""

    _name = "fiken.teller"
    _description = "Fiken Teller"

    @api.model
    def _tell(self, strategy, jobs):
        """A chatter line for each job; a to-do while a person must act.

        :param strategy: the resource class of all these jobs
        """
        records = self.env[strategy._record_model].sudo().browse(jobs.mapped("res_id"))
        existing = set(records.exists().ids)
        jobs = jobs.filtered(lambda job: job.res_id in existing)
        if not jobs:
            return
        bindings = strategy.env["fiken.binding"]._of(
            jobs.fiken_company_id, strategy._resource, records
        )
        bodies = {
            job.res_id: self._sentence(strategy, job, bindings.get(job.res_id))
            for job in jobs.sorted("id")
        }
        told = records.browse(bodies)
        told._message_log_batch(bodies=bodies)
        problems = jobs.filtered(lambda job: job.state in ("blocked", "failed"))
        self._close_todos(records.browse((jobs - problems).mapped("res_id")))
        self._open_todos(problems)

    def _sentence(self, strategy, job, binding):
        if job.state == "done":
            link = binding.display_name if binding else ""
            if binding and binding.url:
                link = Markup('<a href="%s" target="_blank">%s</a>') % (
                    binding.url,
                    binding.display_name,
                )
            return Markup("%s %s %s") % (strategy._told_when_done(), link, job.note or "")
        words = {
            "blocked": strategy.env._("Not in Fiken yet, a setting is missing:"),
            "failed": strategy.env._("Not in Fiken, a person must look:"),
            "dropped": strategy.env._("Not sent to Fiken."),
        }
        return Markup("%s %s") % (words[job.state], job.reason or "")

    def _open_todos(self, jobs):
        for job in jobs:
            record = self.env[job.res_model].sudo().browse(job.res_id)
            if not hasattr(record, "activity_schedule"):
                continue
            note = Markup("<p>%s</p>") % (job.reason or "")
            opened = record.activity_search([ACTIVITY])
            if opened:
                opened.write({"note": note})
            else:
                record.activity_schedule(
                    ACTIVITY, note=note, user_id=self._responsible(job).id
                )

    def _close_todos(self, records):
        if hasattr(records, "activity_unlink") and records:
            records.activity_unlink([ACTIVITY])

    def _responsible(self, job):
        """Who caused the job, if she may see it; else a Fiken manager."""
        group = self.env.ref("fiken_connector.group_fiken_user")
        user = job.sudo().create_uid
        if user.active and not user.share and group in user.all_group_ids:
            return user
        managers = self.env.ref("fiken_connector.group_fiken_manager").sudo()
        candidates = managers.all_user_ids.filtered(
            lambda manager: manager.active and job.company_id in manager.company_ids
        )
        return candidates[:1] or self.env.ref("base.user_admin")
