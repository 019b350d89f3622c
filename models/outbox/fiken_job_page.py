from markupsafe import Markup

from odoo import api, fields, models
from odoo.tools import format_datetime

from .existing import existing, record_names
from .fiken_job import STOPPED_STATES

# What a page shows of what may be very many.
SIBLINGS, STEPS = 40, 30
# What the page's list of them is made of.
SIBLING_FIELDS = (
    "company_id",
    "create_date",
    "done_at",
    "due_at",
    "fiken_company_id",
    "res_id",
    "res_model",
    "resource",
    "sent_at",
    "state",
)
STEP = Markup('<li class="mb-1"><span class="text-muted me-2">%s</span>%s</li>')


class FikenJob(models.Model):
    """What a job's page is called, and where it leads."""

    _inherit = "fiken.job"

    record_name = fields.Char(compute="_compute_names")
    can_open_record = fields.Boolean(compute="_compute_can_open_record")
    sibling_ids = fields.Many2many(
        "fiken.job", string="Other Steps", compute="_compute_sibling_ids"
    )
    happened = fields.Html("What Happened", compute="_compute_happened")
    is_sent_html = fields.Html("What Is Sent", compute="_compute_is_sent_html")

    # Computes

    @api.depends("res_model", "res_id")
    def _compute_names(self):
        for job, name in record_names(self).items():
            job.record_name = name

    @api.depends("document_model", "document_id")
    @api.depends_context("uid")
    def _compute_can_open_record(self):
        """A Fiken user need not be an accountant; and a record may be deleted."""
        for model, jobs in self.grouped("document_model").items():
            readable = set()
            if model in self.env:
                ids = set(jobs.mapped("document_id"))
                records = existing(self.env[model].browse(ids))
                readable = set(records._filtered_access("read").ids)
            for job in jobs:
                job.can_open_record = job.document_id in readable

    @api.depends("resource", "res_model", "res_id")
    def _compute_display_name(self):
        labels = dict(self._selection_resource())
        for job in self:
            job.display_name = f"{labels.get(job.resource)} · {job.record_name}"

    @api.depends("document_model", "document_id")
    def _compute_sibling_ids(self):
        for job in self:
            job.sibling_ids = self.search_fetch(
                [
                    ("document_model", "=", job.document_model),
                    ("document_id", "=", job.document_id),
                    ("id", "!=", job._origin.id),
                ],
                SIBLING_FIELDS,
                limit=SIBLINGS,
            )

    @api.depends("state", "log_ids")
    @api.depends_context("uid")
    def _compute_happened(self):
        for job in self:
            # In one second, what happened first was added first.
            steps = sorted(
                job._steps(), key=lambda step: step[0].replace(microsecond=0)
            )
            job.happened = Markup('<ul class="list-unstyled mb-0">%s</ul>') % (
                Markup().join(
                    STEP % (format_datetime(self.env, at, dt_format="medium"), words)
                    for at, words in steps
                )
            )

    def _steps(self):
        """[(time, words)] of what happened; a manager sees the masked requests."""
        self.ensure_one()
        job = self.sudo()
        user = job.create_uid.name or ""
        steps = [(job.create_date, self.env._("Queued for Fiken, by %s", user))]
        shows_more = self.env["fiken.log"].has_access("read")
        requests = (
            self.env["fiken.log"]
            .sudo()
            .search_fetch([("job_id", "=", job.id)], order="id DESC", limit=STEPS)
        )
        for line in reversed(requests):
            steps.append((line.requested_at, _request(self.env, line, shows_more)))
        if job.sent_at and not requests:
            steps.append((job.sent_at, self.env._("Sent to Fiken")))
        if job.done_at and job.state in ("done", "dropped"):
            number = job.fiken_number
            words = (
                self.env._("In Fiken as %s", number)
                if job.state == "done" and number
                else self.env._("Done")
                if job.state == "done"
                else self.env._("Not sent")
            )
            # It is done when Fiken has answered, whenever the worker had begun.
            steps.append((max([job.done_at, *(at for at, _words in steps)]), words))
        elif job.state in STOPPED_STATES:
            steps.append((job.write_date, self.env._("Stopped: a person must look")))
        return [(at, words) for at, words in steps if at]

    @api.depends("state")
    @api.depends_context("uid")
    def _compute_is_sent_html(self):
        for job in self:
            job.is_sent_html = job._is_sent_html()

    def _is_sent_html(self):
        """What Fiken gets, in words of bookkeepers; packages above know more."""
        return False

    # Reading

    @api.readonly
    def web_read(self, specification):
        if "happened" in specification:
            self.sudo()._read_people()
        return super().web_read(specification)

    def _read_people(self):
        """Who is named on a page, and whose language and clock it is in, at once."""
        users = self.create_uid | self.env.user
        users.fetch()
        companies = self.company_id | users.company_id
        (users.partner_id | companies.partner_id | self._partners()).fetch()

    def _partners(self):
        """The customers and suppliers of these documents."""
        return self.env["res.partner"]

    # Actions

    @api.readonly
    def fiken_states(self):
        """{id: state}; asked by the badges on a page, of all that move."""
        jobs = self.exists()
        jobs.check_access("read")
        return {job.id: job.state for job in jobs}

    def action_open_page(self):
        self.ensure_one()
        self.check_access("read")
        return self._get_records_action(context={})

    def action_open_record(self):
        self.ensure_one()
        self.check_access("read")
        return self._document()._get_records_action(context={})

    def action_open_setting(self):
        """The form where the missing setting is entered."""
        self.ensure_one()
        self.check_access("read")
        if not self.setting_model:
            return False
        setting = self.env[self.setting_model].browse(self.setting_id or [])
        return setting._get_records_action(context={})

    def _way_out(self):
        """Where a person can mend what stopped this job: (words, action)."""
        self.ensure_one()
        stuck = self._stuck()
        if self.may_cure and (stuck.res_model != "account.move" or stuck.setting_model):
            return self.cure_words, self.action_fix()
        return self.env._("See what is wrong"), self._get_records_action(context={})


def _request(env, line, shows_more):
    """A request to Fiken in one line, its bodies below it."""
    answer = line.error or line.status or ""
    words = env._(
        "%(method)s, answered %(answer)s in %(ms)s ms",
        method=line.method,
        answer=answer,
        ms=line.milliseconds or 0,
    )
    if not shows_more:
        return words
    bodies = Markup().join(
        Markup('<pre class="small text-wrap mb-1">%s</pre>') % body
        for body in (line.request_body, line.response_body)
        if body
    )
    return Markup(
        '<details class="d-inline-block align-top"><summary>%s</summary>'
        "<div>%s</div>%s</details>"
    ) % (words, line.path, bodies)
