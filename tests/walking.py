"""A whole business on its way to Fiken, and what must hold when it has arrived.

``business.py`` makes it, ``faults.py`` says what may happen on the way, ``books.py``
what there is in the end.
"""

import contextlib
from collections import Counter
from contextlib import ExitStack
from unittest.mock import patch

from odoo.sql_db import Savepoint

from ..models.connection.fiken_todo import PROBLEM as ACTIVITY
from ..models.outbox import fiken_worker_recovery
from ..models.outbox.fiken_job import OPEN_STATES, STOPPED_STATES, UNDERWAY_STATES
from ..models.outbox.fiken_resource import STAGES
from .books import Books, differences
from .business import BusinessCase
from .faults import Killed, once_each
from .outbox.common import LOOK_AFTER

# So many times the worker is started, at most, until nothing is left to do; and so
# often it may be killed meanwhile.
ROUNDS, KILLS = 200, 400
# What ends otherwise, and why.
BY_HAND = {
    "purchase_settled": "Nobody but a person in Fiken can set purchases off; they do,"
    " and press Ignore.",
}


class WalkCase(BusinessCase):
    # What there is without a fault, when all is done, and after the first turn.
    expected = at_first = None

    def setUp(self):
        super().setUp()
        # Nobody waits between two looks.
        self.startPatcher(patch.object(fiken_worker_recovery, "LOOK_APART", 0))
        if self.expected is None:
            self.walk_without_faults()

    def walk_without_faults(self):
        """See what there is when nothing happens; then all is as it was before."""
        savepoint = Savepoint(self.env.cr)
        self.until_quiet(self.retry)
        type(self).at_first = self.outcome()
        self.take_the_rest(self.retry)
        type(self).expected = self.outcome()
        self.env.cr.precommit.clear()
        self.env.cr.precommit.data.clear()
        savepoint.close(rollback=True)
        self.env.invalidate_all(flush=False)
        self.registry.clear_all_caches()
        self.sandbox.reset(counters=False)

    # Walking

    def walk(self, point, act, *more, stages=STAGES, person=None):
        """Take everything to Fiken while this happens once to each job."""
        with ExitStack() as stack:
            passed = stack.enter_context(once_each(self.env, point, act, stages))
            for fault in more:
                stack.enter_context(fault)
            self.take_to_fiken(person, passed)
            self.assertTrue(passed, "It never happened")
        self.check()

    def take_to_fiken(self, person=None, passed=()):
        self.until_quiet(person or self.retry)
        if passed:
            passed.clear()
        self.take_the_rest(person or self.retry)

    def take_the_rest(self, person):
        self.act(1)
        self.until_quiet(person)
        by_hand = self.all_jobs(OPEN_STATES).filtered(
            lambda job: job.resource in BY_HAND
        )
        by_hand.action_ignore()
        self.until_quiet(person)

    def until_quiet(self, person, meanwhile=None):
        """Start the worker and let time pass, until a person is wanted, or nobody.

        :param person: what they do with what has stopped
        :param meanwhile: what happens while nobody knows what became of some jobs
        """
        for _round in range(ROUNDS):
            self.send_until_it_survives()
            if self.all_jobs(UNDERWAY_STATES):
                if meanwhile:
                    meanwhile(self.all_jobs(("sending",)))
                self.time_passes(LOOK_AFTER + 1)
                continue
            stopped = self.all_jobs(STOPPED_STATES).filtered(
                lambda job: job.resource not in BY_HAND
            )
            if not stopped:
                return
            self.check_told(stopped)
            person(stopped.filtered(lambda job: not job.waits_for_id))
            self.commit()
        self.fail(f"It never ends: {self.in_words(self.all_jobs(OPEN_STATES))}")

    def send_until_it_survives(self):
        for _kill in range(KILLS):
            with contextlib.suppress(Killed):
                return self.send()
        raise AssertionError("It is killed again and again")

    def retry(self, jobs):
        jobs.action_retry()

    # What must hold

    def check_told(self, jobs):
        """What stopped is named among the to-dos, and why."""
        self.connection._tell_overdue()
        for job in jobs:
            with self.subTest(resource=job.resource, record=job.record_name):
                self.assertTrue(job.reason)
                if job._waits_for_turn():
                    continue
                root = job.waits_for_id or job
                record = self.env[root.res_model].browse(root.res_id)
                self.assertTrue(self.told_of(record), self.in_words(job))

    def check(self):
        """In the end: all has ended, and Fiken and Odoo are as without a fault."""
        self.check_ended(self.all_jobs())
        found = self.outcome()
        self.assertEqual(found, self.expected, differences(self.expected, found))

    def check_ended(self, jobs):
        unended = jobs.filtered(lambda job: job._is_open() or job.outcome_unknown)
        self.assertFalse(unended, self.in_words(unended))
        silent = jobs.filtered(lambda job: job.state == "dropped" and not job.reason)
        self.assertFalse(silent, self.in_words(silent))

    def outcome(self):
        """What is in Fiken, and what Odoo knows of it."""
        self.env.invalidate_all()
        links = self.env["fiken.binding"].sudo().search([])
        moves = self.env["account.move"].search([("fiken_state", "!=", False)])
        days = self.env["fiken.settlement"].search([])
        todos = self.env["mail.activity"].search(
            [("activity_type_id", "=", self.env.ref(ACTIVITY).id)]
        )
        return (
            Books(self.sandbox, self.slug).counts()
            + Counter(
                ("links", f"{link.resource} of {self.name_of(link)}") for link in links
            )
            + Counter(("to-do", todo.res_name) for todo in todos)
            + Counter(
                (record._name, f"{record.display_name} is {state}")
                for records, field in ((moves, "fiken_state"), (days, "state"))
                for record in records
                for state in records.browse(record.id).mapped(field)
            )
        )

    # Helpers

    def all_jobs(self, states=None):
        domain = [("fiken_company_id", "=", self.fiken_company.id)]
        if states:
            domain.append(("state", "in", states))
        return self.env["fiken.job"].sudo().search(domain, order="id")

    def name_of(self, link):
        """Of its record; who was deleted has none."""
        record = self.env[link.res_model].browse(link.res_id).sudo().exists()
        return record.display_name if record else "-"

    def in_words(self, jobs):
        return "\n".join(
            f"{job.resource} {job.part} of {job.record_name}: {job.state},"
            f" {'unknown, ' if job.outcome_unknown else ''}{job.reason}"
            for job in jobs
        )
