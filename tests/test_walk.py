"""Whatever happens to a job, of whatever resource: in the end Fiken has it once.

Each test takes a whole business to Fiken (``business.py``) while one thing happens to
every job (``faults.py``), and compares with a run in which nothing happened
(``books.py``).
"""

import contextlib

from psycopg2 import IntegrityError
from psycopg2.errors import SerializationFailure

from odoo.exceptions import UserError
from odoo.tools import mute_logger

from ..models.connection.fiken_session import FikenSession
from .business import MAKERS
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
    settings_missing,
)
from .settings import API_MODULE, NEEDS, SettingsMixin
from .walking import BY_HAND, WalkCase

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


class TestWalk(SettingsMixin, WalkCase):
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

    # A setting is missing

    def test_a_setting_is_missing(self):
        self.assertEqual(
            NEEDS.keys(),
            MAKERS.keys(),
            "Say in NEEDS in tests/settings.py which setting a resource cannot do"
            " without",
        )
        self.walk_without(NEEDS)

    def test_the_api_module_is_missing(self):
        self.walk_without(API_MODULE)

    def walk_without(self, needs):
        """Each job stops for its setting, and goes when that is saved: no Retry."""
        with settings_missing(self.env, needs, self.take_away) as stopped:
            self.take_to_fiken(self.enter)
        self.assertEqual(stopped, {name for name in needs if needs[name]})
        self.check()

    def enter(self, jobs):
        for job in jobs:
            self.assertEqual(job.state, "blocked", self.in_words(job))
            setting = self.env[job.setting_model].browse(job.setting_id)
            self.assertIn(setting.display_name, job.reason)
        self.enter_settings()

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
