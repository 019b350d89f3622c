"""What can happen to a cron at night."""

from contextlib import contextmanager
from unittest.mock import patch


class Killed(BaseException):
    """The process is gone: nothing catches it, and what is not committed is lost."""


class NightMixin:
    """Its nightly actions run as Odoo's scheduler runs them."""

    def trigger_killed(self, name):
        with self.is_killed():
            self.trigger(name)
        self.env.invalidate_all()

    @contextmanager
    def is_killed(self):
        """``assertRaises`` would take back what was committed before."""
        try:
            yield
        except Killed:
            return
        self.fail("It was not killed")

    def runs_of_a_night(self, name, units=4):
        """How many runs it takes when the time of each is over after some units."""
        cls = self.env.registry["ir.cron"]
        original, said, runs = cls._commit_progress, [], 0

        def time_left(cron, processed=0, **kwargs):
            said.append(processed)
            left = original(cron, processed, **kwargs)
            return left if sum(said) <= units else 0

        with patch.object(cls, "_commit_progress", time_left):
            while not runs or self.env["fiken.round"].search([("stage", "!=", False)]):
                said.clear()
                self.trigger(name)
                runs += 1
                self.assertLess(runs, 100, "The night does not end")
        return runs

    @contextmanager
    def happens(self, model, method, what):
        """Before each call of a method of a model.

        :param what: takes the arguments of the call, and may raise
        """
        cls = self.env.registry[model]
        original = getattr(cls, method)

        def instead(records, *args, **kwargs):
            what(records, *args, **kwargs)
            return original(records, *args, **kwargs)

        with patch.object(cls, method, instead):
            yield

    @staticmethod
    def die(records):
        records.env.cr.rollback()
        raise Killed

    def said(self):
        """What managers are told of what was left out, in one text."""
        todos = self.connection.activity_ids.filtered(
            lambda todo: todo.summary == "Something was left out"
        )
        return " ".join(map(str, todos.mapped("note")))
