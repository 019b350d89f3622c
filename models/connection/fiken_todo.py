import re
from datetime import timedelta

from psycopg2.errors import UniqueViolation

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL, mute_logger, plaintext2html

from . import who_may
from .fiken_access_mixin import MANAGER
from .sentence import stored
from .sentence_cause import cause_of, together
from .sentence_field import SentenceField

PROBLEM = "fiken_connector.mail_activity_fiken_problem"
# Where a title ends: a sentence's full stop, not one of an abbreviation or a number.
SENTENCE_END = re.compile(r"(?<=[\w»\")])[.!?](?=\s|$)|\n")
TITLE_LENGTH = 120
# What is done is forgotten after this time.
KEPT = timedelta(days=400)
TRIM_LIMIT = 10_000


class FikenTodo(models.Model):
    """What a person must do so that Fiken gets what it is owed: one record a cause.

    It is opened by what finds the cause and closed by what finds it gone. Where nothing
    will ever find it gone, as of a notice, a person says that they have seen it; then
    the same is not told again until it has been gone once.

    There is at most one mail activity a cause: on the record that it is about, where
    there is just one that they may open, else on the to-do.
    """

    _name = "fiken.todo"
    _description = "Fiken To-Do"
    _inherit = ["mail.thread", "mail.activity.mixin", "fiken.access.mixin"]
    _rec_name = "title"
    _rec_names_search = ["heading", "subject", "text"]
    _order = "state desc, opened_at desc, id desc"

    cause = fields.Char(required=True, readonly=True)
    title = fields.Char("What", compute="_compute_title")
    heading = SentenceField(readonly=True)
    subject = fields.Char(readonly=True, help="The one record that it is about.")
    text = SentenceField("Why", readonly=True)
    kind = fields.Selection(
        [
            ("connection", "Connection"),
            ("setting", "A setting is missing"),
            ("document", "A person must look"),
            ("settlement", "Daily settlement"),
            ("mapping", "Account mapping"),
            ("late", "Waiting for long"),
        ],
        required=True,
        readonly=True,
    )
    count = fields.Integer("Records", default=1, readonly=True, aggregator=None)
    connection_id = fields.Many2one(
        "fiken.connection", readonly=True, index=True, ondelete="cascade"
    )
    fiken_company_id = fields.Many2one(
        "fiken.company", readonly=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one("res.company", readonly=True, index=True)
    user_id = fields.Many2one("res.users", "Who Can Act", readonly=True)
    res_model = fields.Char(readonly=True)
    res_ids = fields.Json(readonly=True, help="The records that it is about.")
    about = fields.Json(readonly=True, help="What is missing: [[model, id]].")
    sentences = fields.Json(readonly=True, help="{record id: why} of those records.")
    is_closable = fields.Boolean(
        readonly=True, help="Nothing but a person can tell that it is done."
    )
    state = fields.Selection(
        [("open", "To Do"), ("closed", "Done")],
        default="open",
        required=True,
        readonly=True,
    )
    opened_at = fields.Datetime("Since", default=fields.Datetime.now, readonly=True)
    closed_at = fields.Datetime(readonly=True)
    closed_by_id = fields.Many2one("res.users", "Done By", readonly=True)
    activity_id = fields.Many2one(
        "mail.activity", readonly=True, index="btree_not_null", ondelete="set null"
    )
    can_act = fields.Boolean(compute="_compute_can_act")
    who = fields.Char("Who May Act", compute="_compute_can_act")

    _cause_idx = models.Index("(cause, id)")
    _cause_uniq = models.UniqueIndex(
        "(cause) WHERE state = 'open'", "This is to be done already."
    )
    _open_idx = models.Index("(company_id) WHERE state = 'open'")
    _about_idx = models.Index(
        "USING gin (res_ids jsonb_path_ops)"
        " WHERE state = 'open' OR closed_by_id IS NOT NULL"
    )

    # Computes

    @api.depends("heading", "subject", "text", "count")
    @api.depends_context("lang")
    def _compute_title(self):
        """The cause in one sentence, and of what, or of how many records, it is."""
        for todo in self:
            what = todo.heading or first_sentence(todo.text)
            if todo.subject:
                # Many a sentence begins with it.
                named = what.startswith(todo.subject)
                what = what if named else f"{todo.subject}: {what}"
            elif todo.count > 1 and not todo.heading:
                what = self.env._(
                    "%(count)s wait: %(cause)s", count=todo.count, cause=what
                )
            todo.title = shortened(what)

    @api.depends_context("uid")
    def _compute_can_act(self):
        """Whether the reader may mend it, else who may."""
        is_manager = self.env.su or self.env.user.has_group(MANAGER)
        for todo in self:
            todo.can_act = is_manager or todo.user_id == self.env.user
            todo.who = (
                ""
                if todo.can_act
                else who_may.ask(self.env, todo.sudo().user_id.mapped("name"))
            )

    # Actions

    def action_open(self):
        """Go where it is mended."""
        self.ensure_one()
        records = self._records().exists()
        if len(records) == 1 and records.has_access("read"):
            return records._get_records_action()
        if len(records) > 1 and records.has_access("read"):
            return records._get_records_action(name=self.title)
        return self._get_records_action()

    def action_done(self):
        """A person has seen it, or done it elsewhere."""
        self._check_user()
        self.filtered("is_closable").sudo()._close(by=self.env.user)

    @api.model
    def open_count(self):
        """How many things wait for a person, in the companies that they look at."""
        return self.search_count([("state", "=", "open")])

    @api.model
    def status(self):
        """What the browser shows on every page: the menu's badge and the banner.

        Asked once a minute, so that no form asks for itself.
        """
        return {
            "count": self.open_count(),
            "action": self.env["ir.model.data"]._xmlid_to_res_id(
                "fiken_connector.fiken_todo_action", raise_if_not_found=False
            ),
            "troubles": self.env["fiken.connection"]._troubles(),
        }

    # Business: opening

    @api.model
    def _tell(self, cause, text, *, user, record=None, **values):
        """Keep a to-do open for a cause; nothing is written where it says so already.

        :param text: why, as a sentence or as one is kept
        :param record: what it is about, if that is one record
        :param user: who can act
        """
        if record is not None:
            values.update(res_model=record._name, res_ids=record.ids)
        for name, sentence in (("text", text), ("heading", values.get("heading"))):
            values[name] = sentence if isinstance(sentence, list) else stored(sentence)
        values["user_id"] = user.id
        newest = self._newest(cause)
        if newest.state == "open":
            newest._renew(values)
            return newest
        if newest.closed_by_id and stored(newest.text) == values["text"]:
            return newest
        return self._open(cause, values)

    @api.model
    def _open(self, cause, values):
        """A new to-do; none where another transaction opens it just now."""
        todos = self.sudo().with_context(
            mail_create_nolog=True, mail_create_nosubscribe=True
        )
        try:
            with mute_logger("odoo.sql_db"), self.env.cr.savepoint():
                todo = todos.create({"cause": cause, **values})
        except UniqueViolation:
            return self.browse()
        todo._schedule()
        return todo

    @api.model
    def _newest(self, cause):
        return self.sudo().search([("cause", "=", cause)], order="id desc", limit=1)

    @api.model
    def _opened(self, cause):
        return self._newest(cause).filtered(lambda todo: todo.state == "open")

    def _renew(self, values):
        """It is the same cause, of more records or in other words."""
        as_written = self._convert_to_write({name: self[name] for name in values})
        changed = {
            name: value
            for name, value in values.items()
            if (as_written[name] or False) != (value or False)
        }
        if not changed:
            return
        self.write(changed)
        activity = self.activity_id.filtered("active")
        if not activity:
            return
        holder = self._holder()
        if (activity.res_model, activity.res_id) != (holder._name, holder.id):
            activity.unlink()
            self._schedule()
        else:
            activity.write(self._activity_values())

    @api.model
    def _tell_about(self, record, sentence, *, scope, user, **values):
        """The same, where many records of one scope may have the same cause.

        What was told of this record before is told of it no more.
        """
        kept = sentence if isinstance(sentence, list) else stored(sentence)
        cause = f"{record._name}:{scope._name}:{scope.id}:{cause_of(kept)}"
        told = self._about(record, closed_by_hand=True)
        told.filtered(
            lambda todo: todo.state == "open" and todo.cause != cause
        )._without(record)
        if any(
            todo.cause == cause and todo.sentences.get(str(record.id)) == kept
            for todo in told
        ):
            return
        opened = self._opened(cause)
        sentences = {**(opened.sentences or {}), str(record.id): kept}
        self._tell(
            cause,
            user=user,
            res_model=record._name,
            **self._of_records(record, sentences),
            **values,
        )

    @api.model
    def _of_records(self, model, sentences):
        """The values of a to-do for {id: sentence} of records of a model."""
        records = model.browse(map(int, sentences))
        return {
            "res_ids": records.ids,
            "sentences": sentences,
            "count": len(records),
            "subject": records.display_name if len(records) == 1 else False,
            "text": together(list(sentences.values())),
        }

    # Business: closing

    @api.model
    def _close_causes(self, causes):
        """These are gone, by whatever way."""
        self._end(Domain("cause", "in", list(causes)))

    @api.model
    def _end(self, domain):
        """Close what is open of these; of what a person has closed that is forgotten.

        So it is told again when it comes back.
        """
        gone = self.sudo().search(
            domain
            & (Domain("state", "=", "open") | Domain("closed_by_id", "!=", False))
        )
        gone._close()

    def _close(self, by=None):
        if not self:
            return
        self.activity_id.filtered("active").unlink()
        self.write(
            {
                "state": "closed",
                "closed_at": fields.Datetime.now(),
                "closed_by_id": by.id if by else False,
            }
        )

    @api.model
    def _close_about(self, records):
        """What :meth:`_tell_about` told of these records is gone."""
        for record in records:
            self._about(record, closed_by_hand=True)._without(record)

    def _without(self, record):
        for todo in self:
            left = {
                res_id: kept
                for res_id, kept in (todo.sentences or {}).items()
                if res_id != str(record.id)
            }
            if left:
                todo._renew(self._of_records(record, left))
            else:
                todo._close()

    @api.model
    def _about(self, record, closed_by_hand=False):
        """What is open of what :meth:`_tell_about` told of a record."""
        self.flush_model()
        rows = self.env.execute_query(
            SQL(
                """SELECT id FROM fiken_todo
                    WHERE (state = 'open' OR closed_by_id IS NOT NULL)
                      AND (state = 'open' OR %s)
                      AND sentences IS NOT NULL
                      AND res_model = %s AND res_ids @> %s::jsonb""",
                closed_by_hand,
                record._name,
                str(record.id),
            )
        )
        return self.sudo().browse(row[0] for row in rows)

    @api.autovacuum
    def _gc_closed(self):
        """But for what a person has seen: it must not be told again."""
        gone = self.sudo().search(
            [
                ("state", "=", "closed"),
                ("closed_by_id", "=", False),
                ("closed_at", "<", fields.Datetime.now() - KEPT),
            ],
            limit=TRIM_LIMIT,
        )
        gone.unlink()
        return len(gone), len(gone) == TRIM_LIMIT

    # Business: the mail activity

    def _schedule(self):
        """Who can act finds it among their activities, too."""
        for todo in self:
            if todo.user_id:
                todo.activity_id = todo._holder().activity_schedule(
                    PROBLEM, **todo._activity_values()
                )

    def _activity_values(self):
        """Odoo keeps these as text: in the language of who is to act."""
        user = self.user_id
        here = self.with_context(
            lang=user.lang or self.company_id._fiken_lang(), tz=user.tz
        )
        return {
            "summary": here.title,
            "note": plaintext2html(str(here.text or "")),
            "user_id": user.id,
        }

    def _holder(self):
        """The record that bears the activity: what it is about, if they may open it."""
        record = self._records().exists()
        if (
            len(record) == 1
            and self.count == 1
            and hasattr(record, "activity_schedule")
            and any(
                self._may_open(self.user_id, company, record)
                for company in self.company_id or self.user_id.company_ids
            )
        ):
            return record.sudo()
        return self

    def _records(self):
        if self.res_model not in self.env:
            return self.browse()
        return self.env[self.res_model].browse(self.res_ids or [])


def first_sentence(text):
    text = (text or "").strip()
    end = SENTENCE_END.search(text)
    return text[: end.start()] if end else text


def shortened(title):
    return title if len(title) <= TITLE_LENGTH else title[: TITLE_LENGTH - 1] + "…"
