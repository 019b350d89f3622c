import logging
import time
from datetime import timedelta

from psycopg2 import OperationalError

from odoo import api, fields, models
from odoo.exceptions import UserError

from ...fiken_api import errors, paging
from ..connection.explain import explain_to_user
from ..connection.fiken_session import (
    FikenSession,
    NeedsConsent,
)
from ..connection.sentence import _lt
from ..connection.sentence_field import SentenceField

_logger = logging.getLogger(__name__)

PAGE = 100
BATCH = 200
# What a person chooses before anything is read.
SETTINGS = {"with_customers", "with_suppliers", "with_products", "only_company"}
RETRY_AFTER = timedelta(minutes=1)
# Seconds.
COMPARE_EVERY = 60


class FikenImport(models.Model):
    """What Fiken had before Odoo became master: read, looked at, taken over once.

    Reading and taking over go on in a cron, a page or a batch at a time, each
    committed with the place where the next one starts.
    """

    _name = "fiken.import"
    _description = "Fiken Start-up Import"
    _inherit = ["mail.thread", "fiken.guard.mixin"]
    _check_company_auto = True
    _order = "id desc"
    _rec_name = "fiken_company_id"

    fiken_company_id = fields.Many2one(
        "fiken.company", required=True, readonly=True, ondelete="restrict"
    )
    company_id = fields.Many2one(
        related="fiken_company_id.company_id", store=True, index=True
    )
    state = fields.Selection(
        [
            ("draft", "Choose"),
            ("reading", "Reading"),
            ("preview", "Preview"),
            ("importing", "Importing"),
            ("done", "Done"),
        ],
        default="draft",
        required=True,
        readonly=True,
        tracking=True,
    )
    with_customers = fields.Boolean("Customers", default=True)
    with_suppliers = fields.Boolean("Suppliers", default=True)
    with_products = fields.Boolean("Products", default=True)
    only_company = fields.Boolean(
        "For This Company Only",
        help="What is new belongs to this company alone. Else all companies in Odoo see"
        " it, as they see what is entered by hand.",
    )
    list_no = fields.Integer(readonly=True, aggregator=None)
    page_no = fields.Integer(readonly=True, aggregator=None)
    page_count = fields.Integer(readonly=True, aggregator=None)
    reason = SentenceField("Stands Still", readonly=True)
    finished_at = fields.Datetime(readonly=True)
    line_ids = fields.One2many("fiken.import.line", "import_id", readonly=True)
    progress = fields.Float("Progress (%)", compute="_compute_counts", aggregator=None)
    line_count = fields.Integer("Read", compute="_compute_counts")
    new_count = fields.Integer("New", compute="_compute_counts")
    matched_count = fields.Integer("Matched", compute="_compute_counts")
    suggested_count = fields.Integer("Suggested", compute="_compute_counts")
    conflict_count = fields.Integer("Conflicts", compute="_compute_counts")
    undecided_count = fields.Integer("To Decide", compute="_compute_counts")
    todo_count = fields.Integer("To Import", compute="_compute_counts")
    done_count = fields.Integer("In Odoo", compute="_compute_counts")
    failed_count = fields.Integer("Failed", compute="_compute_counts")

    _books_uniq = models.UniqueIndex(
        "(fiken_company_id)", "A Fiken company has one start-up import."
    )

    # Computes

    def _compute_counts(self):
        groups = self.env["fiken.import.line"]._read_group(
            [("import_id", "in", self.ids)],
            ["import_id", "match", "state", "choice"],
            ["__count"],
        )
        for startup in self:
            own = [row[1:] for row in groups if row[0] == startup]

            def count(is_meant, own=own):
                return sum(row[-1] for row in own if is_meant(*row[:-1]))

            startup.line_count = count(lambda *_key: True)
            for match in ("new", "matched", "suggested", "conflict"):
                startup[f"{match}_count"] = count(
                    lambda is_match, *_rest, match=match: is_match == match
                )
            startup.undecided_count = count(
                lambda _match, state, choice: state == "open" and not choice
            )
            startup.todo_count = count(
                lambda _match, state, choice: state == "open"
                and choice in ("create", "link")
            )
            startup.done_count = count(lambda _match, state, _choice: state == "done")
            startup.failed_count = count(
                lambda _match, state, _choice: state == "failed"
            )
            startup.progress = startup._progress()

    def _progress(self):
        """Per cent of what goes on now."""
        if self.state == "reading":
            lists = len(self._lists())
            page = self.page_no / self.page_count if self.page_count else 0
            return 100 * min(self.list_no + page, lists) / lists if lists else 0
        if self.state == "importing":
            done = self.done_count + self.failed_count
            return 100 * done / ((done + self.todo_count) or 1)
        return 100 if self.state in ("preview", "done") else 0

    # CRUD

    def _check_writable(self, vals):
        """A person chooses before it is read; all else goes by the buttons."""
        super()._check_writable(vals)
        if self.env.su:
            return
        begun = self.filtered(lambda startup: startup.state != "draft")
        if begun and SETTINGS & vals.keys():
            raise UserError(
                self.env._(
                    "The start-up import of %(name)s has begun: what is imported cannot"
                    " be changed any more.",
                    name=begun[0].fiken_company_id.name,
                )
            )

    # Actions

    @api.model
    def action_open(self, fiken_company=None):
        """The one import of these books, made when it is asked for first."""
        fiken_company = fiken_company or self.env["fiken.company"]._of_company(
            self.env.company
        )
        if not fiken_company:
            return self.env["ir.actions.act_window"]._for_xml_id(
                "fiken_connector.fiken_connection_action"
            )
        fiken_company.connection_id._check_manager()
        fiken_company.check_access("read")
        startup = self.search([("fiken_company_id", "=", fiken_company.id)])
        if not startup:
            startup = self.sudo().create({"fiken_company_id": fiken_company.id})
        return startup._get_records_action(
            name=self.env._("Start-up Import"), context={}
        )

    def action_read(self):
        """Read Fiken's lists, in the background."""
        self._check_state("draft")
        if not self._lists():
            raise UserError(
                self.env._("Choose what to import: customers, suppliers or products.")
            )
        still = self._still_reason()
        if still:
            raise UserError(still)
        self._unfinished()._discard()
        self._move_to("reading", list_no=0, page_no=0, page_count=0)

    def action_stop(self):
        """Stop reading and begin anew, or stop importing and look once more."""
        self._check_state("reading", "importing")
        if self.state == "reading":
            self._unfinished()._discard()
        self._move_to("draft" if self.state == "reading" else "preview")

    def action_go_on(self):
        """Do not wait for the next time that it is tried."""
        self._check_state("reading", "importing")
        self._move_to(self.state)

    def action_back(self):
        """Choose other things to import; what was read is read again."""
        self._check_state("preview")
        self._unfinished()._discard()
        self._move_to("draft")

    def action_import(self):
        """Create and link what was decided, in the background.

        What was entered in Odoo since the preview was made must not be doubled.
        """
        self._check_state("preview")
        changed = self.sudo()._compare()
        if changed:
            return self._reload_page(changed)
        return self._move_to("importing")

    def _reload_page(self, changed):
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "warning",
                "sticky": True,
                "message": self.env._(
                    "Odoo has changed since the preview was made: %(count)s lines are"
                    " not what they were. Look at them, then press Import again.",
                    count=changed,
                ),
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    def action_reopen(self):
        """Fiken is read once more; what is linked stays as it is."""
        self._check_state("done")
        self._move_to("draft", finished_at=False)
        self.message_post(
            body=self.env._(
                "%(user)s opened the import again.", user=self.env.user.name
            )
        )

    def action_accept_suggestions(self):
        """Link all that have the same name, where it is one record and no other's."""
        self._check_state("preview")
        self.env["fiken.import.line"].search(
            [
                ("import_id", "=", self.id),
                ("match", "=", "suggested"),
                ("state", "=", "open"),
                ("choice", "=", False),
            ]
        ).action_accept()

    def action_open_lines(self):
        """The lines that a button of the form counts."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "fiken_connector.fiken_import_line_action"
        )
        action["domain"] = [("import_id", "=", self.id)]
        name = self.env.context.get("fiken_filter")
        groups = self.env["fiken.import.line"]._read_group(
            [("import_id", "=", self.id)], ["resource"]
        )
        resources = {resource for (resource,) in groups}
        action["context"] = {
            **({f"search_default_{name}": 1} if name else {}),
            "fiken_report": self.state == "done",
            "fiken_no_contacts": "contact" not in resources,
            "fiken_no_products": "product" not in resources,
        }
        return action

    def _check_state(self, *states):
        """A manager presses this button, and it fits."""
        self.ensure_one()
        self.fiken_company_id.connection_id._check_manager()
        self.check_access("write")
        if self.state in states:
            return
        if self.state == "done":
            raise UserError(
                self.env._(
                    "The start-up import of %(name)s is done: Odoo is master now. A"
                    " Fiken manager may reopen it.",
                    name=self.fiken_company_id.name,
                )
            )
        raise UserError(
            self.env._(
                "The start-up import of %(name)s has moved on. Reload the page.",
                name=self.fiken_company_id.name,
            )
        )

    def _move_to(self, state, **values):
        self.sudo().write({"state": state, "reason": False, **values})
        if state in ("reading", "importing"):
            self._wake()

    def _wake(self, at=None):
        cron = self.env.ref("fiken_connector.ir_cron_import").sudo()
        if not cron.active:
            cron.active = True
        cron._trigger(at=at)

    # Business: reading

    def _strategy(self, resource):
        """The resource in the company of the books and in that company's language.

        What is written on the way is not owed to the books that it came from.
        """
        fiken_company = self.fiken_company_id
        strategy = fiken_company._acting(f"fiken.resource.{resource}")
        return strategy.with_context(
            fiken_importing=fiken_company.id, tracking_disable=True
        )

    def _resources(self):
        """The kinds of objects that can be imported."""
        return self.env["fiken.resource"]._names("masterdata", kind="fiken.importable")

    def _lists(self):
        """What is read: list of (resource, path, query parameters)."""
        return [
            (resource, path, params)
            for resource in self._resources()
            for path, params in self.env[f"fiken.resource.{resource}"]._import_lists(
                self
            )
        ]

    def _unfinished(self):
        """Lines that nothing came of; those that are linked are the report."""
        return (
            self.env["fiken.import.line"]
            .sudo()
            .search([("import_id", "=", self.id), ("state", "!=", "done")])
        )

    def _still_reason(self):
        """Why Fiken cannot be asked now, or ''."""
        fiken_company = self.fiken_company_id.sudo()
        connection = fiken_company.connection_id
        if connection.is_elsewhere:
            return _lt(
                "This database is not where the connection to Fiken was made. Say on"
                " the connection whether it was moved or copied."
            )
        if connection.state != "connected":
            return connection._unconnected_text()
        if not fiken_company.has_api_access:
            return self.env["fiken.worker"]._no_api_module(fiken_company)
        return ""

    def _read(self):
        """Page after page, each committed with the number of the next one.

        :return: whether there is more to do now
        """
        still = self._still_reason()
        if still:
            return self._stand_still(still)
        connection = self.fiken_company_id.sudo().connection_id
        try:
            with FikenSession(connection) as session:
                while self.state == "reading":
                    self._read_page(session)
                    if not self._commit_step():
                        return True
        except NeedsConsent as error:
            return self._stand_still(explain_to_user(error))
        except errors.FikenError as error:
            return self._stand_still(explain_to_user(error), self._is_passing(error))
        return self.state == "importing"

    def _is_passing(self, error):
        passing = (errors.Busy, errors.NotSent, errors.OutcomeUnknown)
        return isinstance(error, passing)

    def _read_page(self, session):
        lists = self._lists()
        if self.list_no >= len(lists):
            # PostgreSQL plans by statistics, and has none of what was just read.
            self.env.cr.execute("ANALYZE fiken_import_line")
            self._compare()
            self._move_to("preview")
            return
        resource, path, params = lists[self.list_no]
        answer = session.get(
            self.fiken_company_id._path(path),
            page=self.page_no,
            pageSize=PAGE,
            **params,
        )
        self.env["fiken.import.match"]._store_page(self, resource, answer.rows)
        values = {
            "page_no": self.page_no + 1,
            "page_count": answer.page_count,
            "reason": False,
        }
        if paging.is_last(answer, self.page_no):
            values.update(list_no=self.list_no + 1, page_no=0, page_count=0)
        self.write(values)

    def _compare(self):
        """:return: how many lines are not what they seemed to be"""
        strategies = [self._strategy(resource) for resource in self._resources()]
        return self.env["fiken.import.match"]._compare(self, strategies)

    def _stand_still(self, reason, is_passing=False):
        """Say why, and try again: soon, or when this cron's time comes."""
        self.reason = reason
        if is_passing:
            self._wake(at=fields.Datetime.now() + RETRY_AFTER)
        return False

    # Business: importing

    def _import_batches(self):
        """Batch after batch, each committed.

        Odoo goes on meanwhile, and so may the import of another company: what it has
        by now is not made again.

        :return: whether there is more to do now
        """
        run = self.env["fiken.import.run"]
        compared_at = -COMPARE_EVERY
        while self.state == "importing":
            if time.monotonic() - compared_at > COMPARE_EVERY:
                self._compare()
                compared_at = time.monotonic()
            batch = run._next_batch(self, BATCH)
            if batch:
                run._carry_out(batch, self._strategy(batch[0].resource))
            else:
                self._unfinished()._leave_out()
                self._move_to("done", finished_at=fields.Datetime.now())
            if not self._commit_step(len(batch)):
                return True
        return False

    def _commit_step(self, processed=1):
        """:return: whether this cron has time left"""
        remaining = int(self.state in ("reading", "importing"))
        return self.env["ir.cron"]._commit_progress(processed, remaining=remaining) > 0

    # Cron

    @api.model
    def _cron_run(self):
        """Go on with every import that is under way, where it was."""
        remaining = 0
        for startup in self.search([("state", "in", ("reading", "importing"))]):
            lang = startup.company_id._fiken_lang()
            startup = startup.with_context(lang=lang)
            go_on = {"reading": startup._read, "importing": startup._import_batches}
            try:
                remaining += bool(go_on[startup.state]())
            except OperationalError:
                # Somebody pressed a button meanwhile: what is committed stays.
                self.env.cr.rollback()
                startup._wake()
            self.env["ir.cron"]._commit_progress(remaining=remaining)
