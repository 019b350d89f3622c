"""The states of a job: one table says which ways there are, and nobody goes others."""

import ast
import re
from pathlib import Path

from odoo import fields

from ...models.outbox.fiken_job import STATES
from ...models.outbox.fiken_job_state import TRANSITIONS, ForbiddenTransition
from ...models.outbox.fiken_resource import Prepared, Sent
from .common import OutboxCase

ROOT = Path(__file__).resolve().parents[2]
HOME = ROOT / "models/outbox/fiken_job_state.py"
FIELD = ROOT / "models/outbox/fiken_job.py"
# These find their jobs themselves, and leave the others alone.
BY_SQL = {"insert", "release_waiting", "set_sending", "set_done"}


class TestJobState(OutboxCase):
    def test_every_way_leads_where_the_table_says_and_there_are_no_others(self):
        self.assertEqual(self.go.keys(), TRANSITIONS.keys())
        for verb, (sources, target) in TRANSITIONS.items():
            for state in STATES:
                with self.subTest(verb=verb, state=state):
                    job = self.job(state)
                    if state in sources:
                        self.go[verb](self, job)
                        self.assertEqual(self.state(job), target)
                        continue
                    if verb in BY_SQL:
                        self.go[verb](self, job)
                    else:
                        with self.assertRaises(ForbiddenTransition) as caught:
                            self.go[verb](self, job)
                        self.assertIn(str(job.ids), str(caught.exception))
                    self.assertEqual(self.state(job), state)

    def test_one_job_astray_stops_all_that_go_along(self):
        jobs = self.job("failed") | self.job("done")
        with self.assertRaises(ForbiddenTransition):
            jobs._set_dropped()
        self.assertEqual(jobs.mapped("state"), ["failed", "done"])

    def test_edit_of_what_was_being_sent_is_part_of_it_again(self):
        for unknown, state in ((False, "pending"), (True, "failed")):
            job = self.job("sending")
            newer = self.job("pending", job.res_id)
            job._set_failed("Refused", outcome_unknown=unknown)
            self.assertFalse(newer.exists())
            self.assertRecordValues(job, [{"state": state, "revision": 1}])

    def test_nobody_else_writes_the_state_of_a_job(self):
        places = [
            f"{path.relative_to(ROOT)}:{line}"
            for folder in ("models", "wizards", "pages", "controllers")
            for path in sorted((ROOT / folder).rglob("*.py"))
            if path != HOME
            for line in state_writes(path)
        ]
        self.assertFalse(places, f"Only {HOME.name} writes the state of a job")

    # Helpers

    go = {
        "insert": lambda self, job: self.owe("contact", job._record()),
        "retry": lambda self, job: job._retry(),
        "release_waiting": lambda self, job: self.release(job),
        "set_sending": lambda self, job: job._set_sending(Prepared({}, "/contacts"), 0),
        "set_done": lambda self, job: self.env.cr.execute(
            job._set_done_sql(Sent(f"{job.id}"), "")
        ),
        "wait_for": lambda self, job: job._wait_for(self.job("pending"), "First it"),
        "set_blocked": lambda self, job: job._set_blocked("Choose", self.vendor),
        "set_failed": lambda self, job: job._set_failed("Refused"),
        "postpone": lambda self, job: job._postpone("Busy", fields.Datetime.now()),
        "reopen": lambda self, job: job._reopen(),
        "await_recovery": lambda self, job: job._await_recovery("No answer", True),
        "recover": lambda self, job: job._recover(),
        "drop_again": lambda self, job: job._drop_again(),
        "set_linked": lambda self, job: job._set_linked(),
        "set_dropped": lambda self, job: job._set_dropped(),
    }

    def job(self, state, partner_id=None):
        """A customer's newest job, as it would be in that state."""
        partner = self.env["res.partner"].browse(partner_id) or self.new_customer()
        self.owe("contact", partner)
        job = self.jobs(partner)[-1]
        self.env.cr.execute(
            "UPDATE fiken_job SET state = %s WHERE id = %s", [state, job.id]
        )
        job.invalidate_recordset()
        return job

    def release(self, job):
        other = self.job("done")
        job.waits_for_id = other
        self.env.flush_all()
        self.env.cr.execute(other._release_waiting_sql([other._record_key()]))

    def state(self, job):
        self.env.flush_all()
        job.invalidate_recordset()
        return job.state


def state_writes(path):
    """The lines of a file that write the state of a job."""
    tree = ast.parse(path.read_text())
    nodes = list(ast.walk(tree))
    if path != FIELD and any(map(_is_state_field, nodes)):
        return []  # it means a state of its own
    return [node.lineno for node in nodes if _writes_state(node)]


def _is_state_field(node):
    return (
        isinstance(node, ast.Assign)
        and ast.unparse(node.targets[0]) == "state"
        and ast.unparse(node.value).startswith("fields.")
    )


def _writes_state(node):
    if isinstance(node, ast.Dict):
        return any(
            isinstance(key, ast.Constant) and key.value == "state" and _is_state(value)
            for key, value in zip(node.keys, node.values, strict=True)
        )
    if isinstance(node, ast.keyword):
        return node.arg == "state" and _is_state(node.value)
    if isinstance(node, ast.Assign):
        return any(
            isinstance(target, ast.Attribute) and target.attr == "state"
            for target in node.targets
        )
    return (
        isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and bool(re.search(r"\b(UPDATE|INSERT INTO)\s+fiken_job\b", node.value))
    )


def _is_state(value):
    return isinstance(value, ast.Constant) and value.value in STATES
