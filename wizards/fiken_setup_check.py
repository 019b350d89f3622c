import contextlib
from datetime import timedelta

from odoo import api, fields, models

from ..models.connection.fiken_company_setup import GREEN, OFF, RED, YELLOW
from ..models.connection.fiken_connection import CLICK_PATIENCE
from ..models.connection.fiken_session import FikenSession

# How long an answer is one that the page was just opened with.
FRESH = timedelta(seconds=3)


class FikenSetupCheck(models.TransientModel):
    """One page that says what is right, what is not, and where to mend it.

    This is the frame; each subject brings its lines (``fiken.company._setup_checks``).
    """

    _name = "fiken.setup.check"
    _description = "Fiken Set-up Check"

    fiken_company_id = fields.Many2one("fiken.company", required=True, readonly=True)
    company_id = fields.Many2one(related="fiken_company_id.company_id")
    line_ids = fields.One2many("fiken.setup.check.line", "check_id", readonly=True)
    error_count = fields.Integer(compute="_compute_counts")
    warning_count = fields.Integer(compute="_compute_counts")

    @api.depends("line_ids.state")
    def _compute_counts(self):
        for check in self:
            states = check.line_ids.mapped("state")
            check.error_count = states.count(RED)
            check.warning_count = states.count(YELLOW)

    @api.depends("fiken_company_id")
    def _compute_display_name(self):
        for check in self:
            check.display_name = self.env._(
                "Set-up of %(name)s", name=check.fiken_company_id.name
            )

    # Actions

    @api.model
    def action_open(self, fiken_company=None):
        """Check the set-up of one company's books and show the page."""
        fiken_company = fiken_company or self.env["fiken.company"]._of_company(
            self.env.company
        )
        if not fiken_company:
            return self.env["ir.actions.act_window"]._for_xml_id(
                "fiken_connector.fiken_connection_action"
            )
        check = self.create({"fiken_company_id": fiken_company.id})
        check._run()
        return check._get_records_action(context={})

    def action_again(self):
        self._run()
        return {"type": "ir.actions.client", "tag": "soft_reload"}

    def check_again_when_old(self):
        """Somebody comes back to the page, most likely from what they set right."""
        self.ensure_one()
        self.check_access("write")
        border = fields.Datetime.now() - FRESH
        if all(line.create_date < border for line in self.line_ids):
            self._run()

    # Checks

    def _run(self):
        self.ensure_one()
        self.fiken_company_id.check_access("read")
        # A Fiken manager need not be an accountant, nor see all that is checked.
        check = self.with_company(self.company_id).sudo()
        with check._session() as session:
            lines = check._lines(session)
        self.line_ids = [
            fields.Command.clear(),
            *(
                fields.Command.create({"sequence": i, **self._values(line)})
                for i, line in enumerate(lines)
            ),
        ]

    @contextlib.contextmanager
    def _session(self):
        """One session for all checks, or None where there is no connection."""
        connection = self.fiken_company_id.connection_id
        if connection.state != "connected" or connection.is_elsewhere:
            yield None
            return
        with FikenSession(connection.sudo(), CLICK_PATIENCE) as session:
            yield session

    def _lines(self, session):
        fiken_company = self.fiken_company_id
        user, error = fiken_company._setup_ask(session, "/user")
        lines = list(fiken_company._check_setup_connection(user, error))
        if error:
            # Whatever is asked next would fail in the same way, and take its time.
            session = None
        for check in sorted(
            fiken_company._setup_checks(), key=lambda one: one.sequence
        ):
            lines += check.lines(session)
        return lines

    @api.model
    def _values(self, line):
        return {
            "state": line.state,
            "title": line.title,
            "text": line.text,
            "res_model": line.record._name if line.record else False,
            "res_id": line.record[:1].id if line.record else False,
            "method": line.method,
        }


class FikenSetupCheckLine(models.TransientModel):
    _name = "fiken.setup.check.line"
    _description = "Line of the Fiken Set-up Check"
    _order = "sequence, id"

    check_id = fields.Many2one("fiken.setup.check", ondelete="cascade")
    sequence = fields.Integer()
    state = fields.Selection(
        [
            (GREEN, "Right"),
            (OFF, "Off"),
            (YELLOW, "Look at it"),
            (RED, "Must be fixed"),
        ]
    )
    title = fields.Char()
    text = fields.Text()
    res_model = fields.Char()
    res_id = fields.Many2oneReference(model_field="res_model")
    method = fields.Char()
    only_opens = fields.Boolean(compute="_compute_only_opens")

    @api.depends("method")
    def _compute_only_opens(self):
        for line in self:
            line.only_opens = (line.method or "action_open").startswith("action_open")

    def action_mend(self):
        """Go to the cure."""
        self.ensure_one()
        if not self.res_model:
            return False
        record = self.env[self.res_model].browse(self.res_id)
        if self.method in self._cures():
            return getattr(record, self.method)()
        return record._get_records_action(context={})

    def _cures(self):
        """What a button may do besides opening the record: the checks say it."""
        checks = self.check_id.fiken_company_id._setup_checks()
        return {cure for check in checks for cure in check.cures}
