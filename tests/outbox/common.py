"""What the tests of the outbox share: time that passes, edits that race, a consent."""

from contextlib import contextmanager
from datetime import timedelta
from unittest.mock import patch
from urllib.parse import parse_qs, urlsplit

import requests

from odoo import Command, fields
from odoo.tests import new_test_user

from ..common import SLUG, FikenCase

CRON_LOG = "odoo.addons.base.models.ir_cron"
CALLBACK = "http://127.0.0.1:8069/fiken/oauth/callback"
# What Odoo waits before it asks Fiken what became of a request: its time-out (30 s)
# and 60 s more (architecture.md, rule 3).
LOOK_AFTER = 90
SOON = timedelta(seconds=3)


class OutboxCase(FikenCase):
    """The worker must survive everything these tests do to it."""

    def send(self):
        # A cron that crashes only logs it.
        with self.as_cron(), self.assertNoLogs(CRON_LOG, "ERROR"):
            self.connection.cron_id.method_direct_trigger()
        self.env.invalidate_all()

    def new_biller(self):
        """Somebody who may invoice, and no more."""
        return new_test_user(
            self.env,
            "biller",
            groups="account.group_account_invoice",
            company_id=self.company.id,
            company_ids=[Command.set(self.company.ids)],
        )

    # Time

    def time_passes(self, seconds):
        """Nobody waits for hours here: what the outbox remembers moves back instead."""
        self.env.flush_all()
        self.env.cr.execute(
            """UPDATE fiken_job SET next_try_at = next_try_at - %(by)s,
                                    sent_at = sent_at - %(by)s""",
            {"by": timedelta(seconds=seconds)},
        )
        self.env.invalidate_all()

    def assertDueIn(self, job, seconds):
        wait = (job.next_try_at - fields.Datetime.now()).total_seconds()
        self.assertAlmostEqual(wait, seconds, delta=3)

    # Races

    @contextmanager
    def meanwhile(self, resource, step, act, before=False):
        """``act`` happens once in another transaction, when the worker does ``step``.

        :param str step: a method of the resource: ``_preflight`` or ``_write``
        :param before: whether it happens before the step and not after it
        """
        model = self.env.registry[f"fiken.resource.{resource}"]
        original, done = getattr(model, step), []

        def stepped(strategy, *args):
            if before:
                once()
            try:
                return original(strategy, *args)
            finally:
                once()

        def once():
            if not done:
                done.append(True)
                with self.env.registry.cursor() as cr:
                    act(self.env(cr=cr))

        with patch.object(model, step, stepped):
            yield
        self.assertTrue(done, f"{step} of {resource} was never done")

    # Records

    def new_customer(self, name="Bønnehuset AS", **values):
        return self.env["res.partner"].create(
            {"name": name, "country_id": self.norway.id, **values}
        )

    def known_customer(self, **values):
        """A customer who is in Fiken."""
        partner = self.new_customer(**values)
        self.owe("contact", partner)
        self.send()
        self.assertTrue(self.binding(partner, "contact"))
        self.sandbox.reset_stats()
        return partner

    def owe(self, resource, record):
        self.env[f"fiken.resource.{resource}"]._enqueue(
            record, self.fiken_company, self.vendor
        )

    def contacts(self, **filters):
        return self.sandbox.get(
            f"/companies/{self.slug}/contacts", pageSize=100, **filters
        )

    def requested(self, method="POST"):
        """The paths that Odoo asked Fiken for, below the company."""
        return [
            row["path"].partition(self.slug)[2] or row["path"]
            for row in self.sandbox.requests()
            if row["method"] == method
        ]

    def fiken_issued(self, mode="booked", **values):
        """An invoice that gets its number from Fiken."""
        self.vendor.issuer = "fiken"
        self.vendor.bank_account_id = self.fiken_company.account_ids.filtered(
            "is_bank"
        )[0]
        move = self.invoice(post=False, **values)
        move.fiken_mode = mode
        move.action_post()
        return move

    def edit_in_fiken(self, resource, remote_id, **changes):
        """A person changes a record in Fiken's own pages."""
        self.sandbox._control(
            "POST",
            "edit",
            {
                "slug": self.slug,
                "resource": resource,
                "id": int(remote_id),
                "changes": changes,
            },
        )

    # The cron

    def count_runs(self):
        """A list that grows with every run of the worker."""
        runs = []
        worker = self.env.registry["fiken.worker"]
        original = worker._run

        def counted(model, connection):
            runs.append(connection)
            return original(model, connection)

        self.startPatcher(patch.object(worker, "_run", counted))
        return runs

    @contextmanager
    def capture_wakes(self):
        """The times for which the worker is woken; None for at once."""
        wakes = []
        connection = self.env.registry["fiken.connection"]
        original = connection._wake

        def captured(model, at=None):
            wakes.append(at)
            return original(model, at)

        with patch.object(connection, "_wake", captured):
            yield wakes

    def assertTriggered(self, at):
        """Odoo starts the worker at that time, give or take what a test takes."""
        calls = self.triggers().mapped("call_at")
        self.assertTrue(
            [call for call in calls if abs(call - at) < SOON],
            f"No trigger at {at}, only {calls}",
        )

    def triggers(self):
        return (
            self.env["ir.cron.trigger"]
            .sudo()
            .search([("cron_id", "=", self.connection.cron_id.id)])
        )

    # Consent

    def consent(self):
        """Kari presses *Connect* and ticks the company: real tokens."""
        tokens = consented_tokens(self.sandbox.url)
        self.connection._store_tokens(tokens)
        self.connection.write({"state": "connected", "state_reason": False})
        return tokens


def consented_tokens(sandbox_url, email="kari@example.com", companies=(SLUG,)):
    """Walk through Fiken's login and consent pages, then trade the code for tokens."""
    browser = requests.Session()
    query = {
        "response_type": "code",
        "client_id": "sandbox-client",
        "redirect_uri": CALLBACK,
        "state": "test",
    }
    pages = f"{sandbox_url}/oauth"
    browser.post(
        f"{pages}/login",
        params=query,
        data={"email": email, "password": "x"},
        timeout=10,
    )
    answer = browser.post(
        f"{pages}/authorize",
        params=query,
        data={"decision": "approve", "company": list(companies)},
        allow_redirects=False,
        timeout=10,
    )
    code = parse_qs(urlsplit(answer.headers["Location"]).query)["code"][0]
    answer = requests.post(
        f"{pages}/token",
        data={
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": CALLBACK,
        },
        auth=("sandbox-client", "sandbox-secret"),
        timeout=10,
    )
    answer.raise_for_status()
    return answer.json()
