from markupsafe import Markup

from odoo import api, models
from odoo.tools import html2plaintext

from .fiken_job import STOPPED_STATES


class FikenNotifier(models.AbstractModel):
    """Says on a record how its transfer to Fiken ended: silence is the worst bug."""

    _name = "fiken.notifier"
    _description = "Fiken Teller"

    @api.model
    def _notify(self, strategy, jobs):
        """A chatter line for each job. Who must act finds it among the to-dos.

        :param strategy: the resource class of all these jobs
        """
        records = self.env[strategy._record_model].sudo().browse(jobs.mapped("res_id"))
        existing = set(records.exists().ids)
        jobs = jobs.filtered(lambda job: job.res_id in existing)
        if not jobs:
            return
        spoken = {job.res_id: self._lang_of(job) for job in jobs.sorted("id")}
        for lang, group in jobs.grouped(lambda job: spoken[job.res_id]).items():
            self.with_context(lang=lang)._tell(
                strategy.with_context(lang=lang), group.with_context(lang=lang)
            )

    def _lang_of(self, job):
        """Chatter is kept as text: in the language of who caused the job.

        Where nobody did, it is that of the company.
        """
        user = job.sudo().create_uid
        if user.active and not user.share and not user._is_superuser():
            return user.lang
        return job.company_id._fiken_lang()

    def _tell(self, strategy, jobs):
        records = self.env[strategy._record_model].sudo().browse(jobs.mapped("res_id"))
        bindings = strategy.env["fiken.binding"]._of(
            jobs.fiken_company_id, strategy._resource, records
        )
        sentences = {}
        for job in jobs.sorted("id"):
            # The last word on each part: a record may have several payments.
            parts = sentences.setdefault(job.res_id, {})
            parts[job.part] = self._sentence(strategy, job, bindings.get(job.res_id))
        bodies = {
            res_id: Markup("<br/>").join(parts.values())
            for res_id, parts in sentences.items()
        }
        problems = jobs.filtered(lambda job: job.state in STOPPED_STATES)
        for record in records.browse(problems.mapped("res_id")):
            if self._is_said(record, bodies[record.id]):
                del bodies[record.id]
        records.browse(bodies)._message_log_batch(bodies=bodies)

    def _is_said(self, record, body):
        """Whether the newest line says just that: a problem that stays is told once."""
        newest = record.message_ids.sorted("id", reverse=True)[:1]
        return bool(newest) and html2plaintext(newest.body) == html2plaintext(body)

    def _sentence(self, strategy, job, binding):
        if job.state == "done":
            link = binding.display_name if binding else ""
            if binding and binding.url:
                link = Markup('<a href="%s" target="_blank">%s</a>') % (
                    binding.url,
                    binding.display_name,
                )
            return Markup("%s %s %s") % (
                strategy._done_words(),
                link,
                job.note or "",
            )
        words = {
            "blocked": strategy.env._("Not in Fiken yet, a setting is missing:"),
            "failed": strategy.env._("Not in Fiken, a person must look:"),
            "dropped": strategy.env._("Not sent to Fiken."),
        }
        return Markup("%s %s") % (
            self._unsure_words(strategy, job) or words[job.state],
            job.reason or "",
        )

    def _unsure_words(self, strategy, job):
        """Of what Fiken may have, nobody says that it is not there."""
        if not job.outcome_unknown and not job.found:
            return ""
        if job.state in STOPPED_STATES:
            return strategy.env._("It may be in Fiken already, a person must look:")
        return strategy.env._("It may be in Fiken already.")
