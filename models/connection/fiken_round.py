import logging

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models

from .sentence import Said, _lt, joined, stored

_logger = logging.getLogger(__name__)

# So many of what failed are named; more are only counted.
EXAMPLES = 20
# Of the time between two turns, what is over when the next one was missed.
MISSED = 0.9


class FikenRound(models.Model):
    """How far a look at many things has come, for one vendor or Fiken company.

    What is done is committed with the place to go on from: whatever ends a run, the
    next one goes on there (``fiken_rounds.py``).
    """

    _name = "fiken.round"
    _description = "Round of Fiken"
    _order = "id"

    look = fields.Char(required=True, readonly=True, help="The model that looks.")
    res_model = fields.Char("Model", required=True, readonly=True)
    res_id = fields.Many2oneReference(
        "Whose", model_field="res_model", required=True, readonly=True
    )
    connection_id = fields.Many2one(
        "fiken.connection", required=True, readonly=True, index=True, ondelete="cascade"
    )
    cron_id = fields.Many2one("ir.cron", readonly=True)
    # None: it is through.
    stage = fields.Char(readonly=True)
    position = fields.Json(readonly=True)
    # To there one by one, since something failed among several.
    single_to = fields.Json(readonly=True)
    tries = fields.Integer(readonly=True, help="How often the next unit was begun.")
    troubles = fields.Integer(
        readonly=True, help="How many pages in a row Fiken did not give."
    )
    retry_at = fields.Datetime(readonly=True)
    started_at = fields.Datetime(readonly=True)
    finished_at = fields.Datetime(readonly=True)
    found = fields.Json(readonly=True)
    # Sentences on what was left out: of this round, and of the last one.
    failing = fields.Json(readonly=True)
    failing_count = fields.Integer(readonly=True)
    left_out = fields.Json(readonly=True)
    left_out_count = fields.Integer(readonly=True)

    _whose_uniq = models.Constraint(
        "UNIQUE(look, res_model, res_id)", "This round is under way already."
    )

    # Business

    def _owner(self):
        return self.env[self.res_model].browse(self.res_id)

    @api.model
    def _of_look(self, look):
        """{(model, id) of whose it is: round}."""
        rounds = self.search([("look", "=", look)])
        return {(one.res_model, one.res_id): one for one in rounds}

    def _is_due(self):
        """Whether there is something to go on with now."""
        now = fields.Datetime.now()
        return bool(self.stage) and (not self.retry_at or self.retry_at <= now)

    def _missed_its_turn(self):
        """Whether others were under way when it was to begin anew."""
        if self.stage or not (self.cron_id and self.started_at):
            return False
        every = relativedelta(
            **{self.cron_id.interval_type: self.cron_id.interval_number}
        )
        began = self.started_at
        return fields.Datetime.now() >= began + (began + every - began) * MISSED

    def _begin(self, stage):
        self._enter(stage)
        self.write(
            {
                "retry_at": False,
                "started_at": fields.Datetime.now(),
                "found": {},
                "failing": [],
                "failing_count": 0,
            }
        )

    def _enter(self, stage):
        """Go on with another stage, or be through."""
        self.write(
            {
                "stage": stage,
                "position": False,
                "single_to": False,
                "tries": 0,
                "troubles": 0,
            }
        )

    def _pass(self, position):
        self.write({"position": position, "tries": 0})

    def _put_off(self, at):
        self.write({"retry_at": at, "tries": 0})

    def _end(self):
        self._enter(False)
        self.write(
            {
                "left_out": self.failing,
                "left_out_count": self.failing_count,
                "finished_at": fields.Datetime.now(),
                "retry_at": False,
            }
        )
        self._try_to_tell()

    def _fail(self, sentence):
        """It is told: at once, and of what is not named the number at the end."""
        sentence = stored(sentence)
        failing = self.failing or []
        if sentence in failing:
            return
        self.failing_count += 1
        if len(failing) < EXAMPLES:
            self.failing = [*failing, sentence]
            self._try_to_tell()

    def _try_to_tell(self):
        """What cannot be told holds up nothing: it is in the log."""
        try:
            with self.env.cr.savepoint():
                self._tell()
        except Exception:
            _logger.exception("What was left out could not be told")

    def _tell(self):
        """A to-do while something is left out."""
        connection = self.connection_id
        rounds = self.search([("connection_id", "=", connection.id)])
        sentences = rounds._sentences()
        if not sentences:
            connection._cured("left out")
            return
        more = rounds._unnamed_count() + max(len(sentences) - EXAMPLES, 0)
        text = joined(
            *sentences[:EXAMPLES],
            _lt("… and %(count)s more", count=more) if more > 0 else "",
            _lt(
                "All the rest was done, and these are tried again the next time. If"
                " they stay here, look at the server log."
            ),
        )
        connection._notify_managers("left out", _lt("Something was left out"), text)

    def _unnamed_count(self):
        return sum(
            max(one.left_out_count, one.failing_count) - EXAMPLES
            for one in self
            if max(one.left_out_count, one.failing_count) > EXAMPLES
        )

    def _sentences(self):
        """Each once."""
        sentences = [
            Said(self.env, sentence)
            for one in self
            for sentence in [*(one.left_out or []), *(one.failing or [])]
        ]
        return list({str(sentence): sentence for sentence in sentences}.values())
