"""What may happen to a job, once to each, whatever it sends.

A fault steps in at one point of the worker's way, the first time that a job comes by.
"""

from contextlib import contextmanager
from unittest.mock import patch

from ..fiken_api import errors
from ..models.outbox.fiken_resource import STAGES

# The points of the way, in their order: (model, method, where the job is found).
MARK = ("fiken.job", "_set_sending_sql")
ASK = ("fiken.worker", "_preflight")
SEND = ("fiken.worker", "_send")
ANSWER = ("fiken.worker", "_commit_sent")
RECORD = ("fiken.worker", "_write_done")


class Killed(BaseException):
    """The server died: nothing that catches errors catches this."""


def of_record(job):
    """Not by its id: what is edited on its way has a job more."""
    return job.resource, job.res_id, job.part


def of_kind(job):
    return job.resource


@contextmanager
def once_each(env, point, act, stages=STAGES, key=of_record):
    """``act`` is a context in which each job passes the point for the first time.

    :param stages: those of the resources that it happens to
    :param key: what counts as one: each record, or the first of each kind
    :yield: what has passed; cleared, it happens once more
    """
    model, step = point
    kind = env.registry[model]
    original, passed = getattr(kind, step), set()

    def stepped(self, *args, **kwargs):
        job = self if model == "fiken.job" else args[1].job
        if key(job) in passed or job._strategy()._stage not in stages:
            return original(self, *args, **kwargs)
        passed.add(key(job))
        with act(job):
            return original(self, *args, **kwargs)

    with patch.object(kind, step, stepped):
        yield passed


def raising(error):
    """The code, the database or the server breaks at this point."""

    def act(job):
        raise error()

    return act


def by_fiken(sandbox, do):
    """The request fails as the sandbox can make it fail."""

    @contextmanager
    def act(job):
        sandbox.fault("*", "", do)
        try:
            yield
        finally:
            sandbox.no_faults()

    return act


def edited(env, before):
    """The same record is owed to Fiken again, by somebody else, in the meantime.

    :param bool before: the point is passed, and not after it
    """

    def edit(job):
        with env.registry.cursor() as cr:
            other = env["fiken.job"].with_env(env(cr=cr)).sudo().browse(job.id)
            other._enqueue([row_of(other)], wake=False)

    @contextmanager
    def act(job):
        if before:
            edit(job)
        yield
        if not before:
            edit(job)

    return act


def row_of(job):
    """What enqueues the same record anew."""
    return job._strategy()._job_row(
        job.res_id, job.fiken_company_id, job.vendor_id, job.part
    )


@contextmanager
def settings_missing(env, needs, take_away):
    """What a job needs is not there, until it has stopped for that once.

    It is missed when the job is built, or when Fiken is asked before the write.

    :param needs: {resource: the setting}; '' for who goes on without any
    :param take_away: makes it missing
    :yield: the resources that stopped
    """
    worker = env.registry["fiken.worker"]
    met, stopped = set(), set()

    def without(step, job_of):
        original = getattr(worker, step)

        def stepped(self, *args):
            job = job_of(*args)
            if of_record(job) not in met:
                take_away(job.env, needs[job.resource])
            try:
                done = original(self, *args)
                if not needs[job.resource]:
                    met.add(of_record(job))
                return done
            finally:
                if job.state == "blocked" and job.setting_model:
                    met.add(of_record(job))
                    stopped.add(job.resource)

        return patch.object(worker, step, stepped)

    with (
        without("_build", lambda job, kind: job),
        without("_preflight", lambda session, item: item.job),
    ):
        yield stopped


@contextmanager
def no_look_up(env):
    """Fiken refuses the first look for each request whose answer was lost."""
    worker = env.registry["fiken.worker"]
    original, refused = worker._decide, set()

    def decide(self, session, item, hits):
        if item.job.id in refused:
            return original(self, session, item, hits)
        refused.add(item.job.id)
        error = errors.Refused("Nobody may look now", 400)
        self._commit_change(session, item.job, self._take_recovery_error, item, error)
        return 1

    with patch.object(worker, "_decide", decide):
        yield
