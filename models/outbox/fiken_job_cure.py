from typing import NamedTuple

from odoo import api, fields, models

from ..connection import who_may
from .existing import existing
from .fiken_job import STOPPED_STATES


class Cure(NamedTuple):
    """What mends the cause that stopped a job.

    :ivar words: of the button
    :ivar action: what it opens
    :ivar record: what is changed there: who may not write it, may not do it
    """

    words: str
    action: dict
    record: models.BaseModel


class FikenJob(models.Model):
    """The way out of what stopped a job: a dialog on the spot that saves and sends."""

    _inherit = "fiken.job"

    cure_words = fields.Char(compute="_compute_cure")
    may_cure = fields.Boolean(compute="_compute_cure")
    who_may = fields.Char(compute="_compute_cure")

    # Computes

    @api.depends("state", "setting_model", "setting_id", "waits_for_id")
    @api.depends_context("uid")
    def _compute_cure(self):
        for job in self:
            cure = job._cure()
            job.cure_words = cure.words if cure else ""
            job.may_cure = bool(cure) and cure.record.has_access("write")
            job.who_may = "" if not cure or job.may_cure else job._who_may(cure.record)

    # Actions

    def action_fix(self):
        """Open what mends it, for who may."""
        self.ensure_one()
        self._check_user()
        cure = self._cure()
        return cure.action if cure else self._get_records_action(context={})

    # Business

    def _stuck(self):
        """The job that stopped where this one only waits for it."""
        job = self
        while job.waits_for_id and job.state == "blocked":
            job = job.waits_for_id
        return job

    def _cure(self):
        """:return Cure: None where nothing of Odoo's mends it"""
        self.ensure_one()
        job = self.sudo()._stuck()
        if job.state not in STOPPED_STATES or job.outcome_unknown or job.found:
            return None
        setting = job._setting()
        if setting is not None:
            setting = setting.with_user(self.env.user)
            mends = getattr(setting, "_fiken_cure", None)
            return mends(job) if mends else self._cure_in_form(setting)
        return job._cure_of_record(self.env.user)

    def _setting(self):
        """The record whose saving lets it go, or None."""
        if not self.setting_model or self.setting_model not in self.env:
            return None
        setting = self.env[self.setting_model].browse(self.setting_id or [])
        return existing(setting) or None

    def _lacking(self):
        """The record that the setting lacks, where it is one of many there."""
        model, res_id = self.lacks or (None, None)
        if model not in self.env:
            return None
        return existing(self.env[model].browse(res_id)) or None

    def _cure_of_record(self, user):
        """Where no setting is missing, something of the record itself is."""
        record = self._record()
        if not record:
            return None
        return self._cure_in_form(record.with_user(user))

    @api.model
    def _cure_in_form(self, record):
        """The record's own form, in a dialog: saving it lets go what waits for it."""
        name = record.sudo().display_name
        action = record._get_records_action(
            name=name,
            target="new" if self._fits_dialog(record) else "current",
            context={},
        )
        words = self.env._("Open %s", name)
        return Cure(words, action, record)

    @api.model
    def _fits_dialog(self, record):
        """Documents have buttons of their own, which a dialog does not show."""
        return record._name != "account.move"

    def _who_may(self, record):
        """Who can change this record, which this reader may not."""
        company = self.sudo().company_id
        managers = self._managers_of(company)[: who_may.NAMED]
        able = managers.filtered(lambda one: record.with_user(one).has_access("write"))
        if able:
            return self.env._(
                "A Fiken manager can fix this: %s", ", ".join(able.mapped("name"))
            )
        # Taxes and documents are changed by who keeps Odoo's books.
        groups = who_may.writers(self.env, record._name)
        found = who_may.names(self.env, groups, company._fiken_books() | company)
        return who_may.ask(self.env, found) or self.env._("Nobody can fix this yet.")
