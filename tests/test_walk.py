"""Whatever happens to a job, of whatever resource: in the end Fiken has it once.

Each test takes a whole business to Fiken (``business.py``) while one thing happens to
every job (``faults.py``), and compares with a run in which nothing happened
(``books.py``).
"""

import contextlib
from collections import Counter
from contextlib import ExitStack
from unittest.mock import patch

from psycopg2 import IntegrityError
from psycopg2.errors import SerializationFailure

from odoo.exceptions import UserError
from odoo.sql_db import Savepoint
from odoo.tools import mute_logger

from ..models.connection.fiken_session import FikenSession
from ..models.outbox import fiken_worker_recovery
from ..models.outbox.fiken_job import OPEN_STATES, STOPPED_STATES, UNDERWAY_STATES
from ..models.outbox.fiken_notifier import ACTIVITY
from ..models.outbox.fiken_resource import STAGES
from .books import Books, differences
from .business import MAKERS, BusinessCase
from .faults import (
    ANSWER,
    ASK,
    MARK,
    RECORD,
    SEND,
    Killed,
    by_fiken,
    edited,
    no_look_up,
    once_each,
    raising,
    row_of,
)
from .outbox.common import LOOK_AFTER

# So many times the worker is started, at most, until nothing is left to do; and so
# often it may be killed meanwhile.
ROUNDS, KILLS = 200, 400
# What ends otherwise, and why.
BY_HAND = {
    "purchase_settled": "Nobody but a person in Fiken can set purchases off; they do,"
    " and press Ignore.",
}


# What is not undone in Odoo while nobody knows whether Fiken has it.
UNDONE = ("draft", "booked")
# What people and the start-up import link beside the outbox.
LINKED = ("masterdata", "payment")
# Whose records people delete.
DELETED = ("res.partner", "product.product", "ir.attachment")


# What a deleted or merged record leaves in Fiken is retired there, not made anew.
RETIRED = ("contacts", "products", "projects", "files")
# What Odoo has is another matter then.
OF_ODOO = ("links", "to-do")


class TestWalk(BusinessCase):
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

    # The table of makers

    def test_every_resource_is_walked(self):
        """A new one needs a record in this business, and no test."""
        known = {
            self.env[name]._resource
            for name in self.env.registry
            if name.startswith("fiken.resource.") and self.env[name]._resource
            if self.env[name]._stage != "known"
        }
        self.assertEqual(
            known - MAKERS.keys(),
            set(),
            "Say in MAKERS in tests/business.py which record owes Fiken one of these",
        )
        self.assertEqual(MAKERS.keys() - known, set(), "These are no resources")
        self.take_to_fiken()
        self.assertEqual(
            known - set(self.all_jobs().mapped("resource")),
            set(),
            "What MAKERS in tests/business.py names makes no job of these",
        )
        self.check()

    # Lost answers

    def test_answer_is_lost_though_fiken_did_it(self):
        self.walk(SEND, by_fiken(self.sandbox, "commit-then-drop"))

    def test_answer_says_500_though_fiken_did_it(self):
        self.walk(SEND, by_fiken(self.sandbox, "commit-then-500"))

    def test_answer_is_lost_and_fiken_did_nothing(self):
        self.walk(SEND, by_fiken(self.sandbox, "drop"))

    def test_fiken_is_busy(self):
        self.walk(SEND, by_fiken(self.sandbox, "status:429"))

    def test_answer_meets_a_conflict_in_the_database(self):
        self.walk(RECORD, raising(SerializationFailure))

    def test_our_own_code_breaks_on_the_answer(self):
        with mute_logger("odoo.addons.fiken_connector.models.outbox"):
            self.walk(RECORD, raising(ZeroDivisionError))

    # Refused

    def test_refused_and_tried_again_by_a_person(self):
        self.walk(SEND, by_fiken(self.sandbox, "status:400"))

    # Killed

    def test_killed_before_the_mark_is_committed(self):
        self.walk(MARK, raising(Killed))

    def test_killed_between_the_mark_and_the_request(self):
        self.walk(SEND, raising(Killed))

    def test_killed_before_the_answer_is_committed(self):
        self.walk(ANSWER, raising(Killed))

    # Edited

    def test_edited_before_fiken_is_asked(self):
        self.walk(ASK, edited(self.env, before=True))

    def test_edited_while_fiken_is_asked_before_the_write(self):
        self.walk(ASK, edited(self.env, before=False))

    def test_edited_before_the_request(self):
        self.walk(SEND, edited(self.env, before=True))

    def test_edited_before_the_answer_is_committed(self):
        self.walk(ANSWER, edited(self.env, before=True))

    def test_edited_after_the_answer_is_committed(self):
        self.walk(ANSWER, edited(self.env, before=False))

    # A person steps in while nobody knows

    def test_ignored_and_wanted_again_and_fiken_has_it(self):
        self.walk(
            SEND,
            by_fiken(self.sandbox, "commit-then-drop"),
            no_look_up(self.env),
            person=self.ignore_and_enqueue,
        )

    def test_ignored_and_wanted_again_and_fiken_has_it_not(self):
        self.walk(
            SEND,
            by_fiken(self.sandbox, "drop"),
            no_look_up(self.env),
            person=self.ignore_and_enqueue,
        )

    def ignore_and_enqueue(self, jobs):
        unknown = jobs.filtered("outcome_unknown")
        self.assertTrue(unknown, self.in_words(jobs))
        for job in unknown:
            self.check_not_undone(job)
        rows = [row_of(job) for job in unknown]
        unknown.action_ignore()
        for job in unknown:
            self.check_not_undone(job)
        self.env["fiken.job"]._enqueue(rows)

    def check_not_undone(self, job):
        """What may be booked in Fiken is not undone in Odoo meanwhile."""
        record, stage = job._record(), job._strategy()._stage
        if stage not in UNDONE:
            return
        undone = ("button_draft", "button_cancel")
        if record._name == "fiken.settlement":
            undone = ("action_skip",)
        for undo in undone:
            with self.assertRaises(UserError, msg=f"{undo}: {self.in_words(job)}"):
                getattr(record, undo)()

    def test_deleted_while_nobody_knows(self):
        gone = set()

        def delete(jobs):
            for job in jobs.filtered(lambda job: job.res_model in DELETED):
                record = job._record()
                if job.resource == "contact" and record.child_ids:
                    continue  # their people are deleted, and so need them
                with contextlib.suppress(UserError, IntegrityError):
                    with self.env.cr.savepoint(), mute_logger("odoo.sql_db"):
                        record.unlink()
                    gone.add(job.resource)

        self.walk_at_first(delete)
        self.assertLessEqual(
            {"contact", "contact_person", "product", "attachment"}, gone
        )

    def test_merged_while_nobody_knows(self):
        firm = self.made["people"]

        def merge(jobs):
            if firm.exists() and firm.id in jobs.mapped("res_id"):
                merger = self.env["base.partner.merge.automatic.wizard"].create({})
                both = (firm | self.customer).ids
                merger._merge(both, self.customer, extra_checks=False)

        self.walk_at_first(merge)
        self.assertFalse(firm.exists())

    def walk_at_first(self, meanwhile):
        """Every answer is lost, though Fiken did it, and records change meanwhile."""
        lost = by_fiken(self.sandbox, "commit-then-drop")
        with once_each(self.env, SEND, lost):
            self.until_quiet(self.retry, meanwhile)
        self.check_ended(self.all_jobs().filtered(lambda j: j.resource not in BY_HAND))
        found = self.outcome()
        for kinds, compare in (
            (set(RETIRED), self.assertLessEqual),
            ({kind for kind, _text in found} - {*RETIRED, *OF_ODOO}, self.assertEqual),
        ):
            for kind in kinds:
                with self.subTest(kind):
                    compare(*(self.count(kind, one) for one in (found, self.at_first)))

    def count(self, kind, outcome):
        return sum(outcome[key] for key in outcome if key[0] == kind)

    def test_linked_by_another_way(self):
        """The start-up import, or somebody's payment in Fiken, was faster."""
        refused = by_fiken(self.sandbox, "commit-then-400")
        self.walk(SEND, refused, stages=LINKED, person=self.link)

    def link(self, jobs):
        jobs.action_retry()
        for job in jobs.filtered("identity"):
            strategy = job._strategy()
            with self.as_cron(), FikenSession(self.connection) as session:
                [hit] = strategy._find(session, job.fiken_company_id, job.identity)
            if not strategy._own_binding(job):
                self.env["fiken.binding"]._bind(
                    strategy, job.fiken_company_id, job._record(), hit, job.part
                )

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
        """Who looks at the record, or at the connection, sees what stopped, and why."""
        self.connection._tell_overdue()
        notes = " ".join(self.connection.activity_ids.mapped("note"))
        for job in jobs:
            with self.subTest(resource=job.resource, record=job.record_name):
                self.assertTrue(job.reason)
                strategy = job._strategy()
                if job._waits_for_turn():
                    continue
                if not strategy._notifies:
                    self.assertIn(strategy._label(), notes)
                    continue
                record = job._record()
                if hasattr(strategy, "_document_of"):
                    record = strategy._document_of(job)
                self.assertTrue(self.todos(record), self.in_words(job))

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
