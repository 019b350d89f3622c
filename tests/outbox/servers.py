"""Real Odoo servers on a database of their own: they can be two, and be killed."""

import contextlib
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psycopg2
import requests

from odoo.tests.common import get_db_name
from odoo.tools import config

from ..sandbox import ROOT

SETUP = Path(__file__).with_name("servers_setup.py")
ODOO = [sys.executable, "-m", "odoo"]
OF_OURS = (
    "SELECT res_id FROM ir_model_data WHERE module = 'fiken_connector' AND name = %s"
)


class Database:
    """A copy of the database in which dev/test installed the addon."""

    def __init__(self, sandbox):
        try:
            base = os.environ["FIKEN_TEST_BASE_DB"]
        except KeyError:
            raise RuntimeError("Run these tests by dev/test: it sets them up") from None
        # Not one for all: several processes may run tests.
        self.name = f"{get_db_name()}_servers"
        self._dev(f'db_copy "{base}" "{self.name}"')
        self._cr = self.connect().cursor()
        self._run_setup(sandbox)

    def _dev(self, command):
        """A function of dev/_lib.sh."""
        script = f'. "{ROOT}/dev/_lib.sh" && ensure_setup && {command}'
        subprocess.run(["bash", "-euo", "pipefail", "-c", script], check=True)

    def _run_setup(self, sandbox):
        done = subprocess.run(
            [*ODOO, "shell", "--no-http", "-d", self.name, "--log-level", "error"],
            input=SETUP.read_text(),
            capture_output=True,
            text=True,
            env={**os.environ, "SANDBOX_URL": sandbox.url},
        )
        for line in done.stdout.splitlines():
            if line.startswith("READY "):
                self.ids = json.loads(line.removeprefix("READY "))
                return
        raise RuntimeError(f"The set-up failed:\n{done.stdout}\n{done.stderr}")

    def connect(self):
        connection = psycopg2.connect(
            dbname=self.name,
            host=config["db_host"] or None,
            user=config["db_user"] or None,
        )
        connection.autocommit = True
        return connection

    def disconnect(self):
        """Nobody is connected any more, as who copies or drops it wants."""
        self._cr.connection.close()

    def drop(self):
        self._dev(f'db_drop "{self.name}"')

    def sql(self, query, *values):
        self._cr.execute(query, values)
        return self._cr.fetchall() if self._cr.description else None

    def jobs(self, move_id, resource):
        """States of an invoice's jobs, the oldest first."""
        return [
            state
            for (state,) in self.sql(
                """SELECT state FROM fiken_job WHERE res_model = 'account.move'
                      AND res_id = %s AND resource = %s ORDER BY id""",
                move_id,
                resource,
            )
        ]

    def settlements(self):
        """[(state, jobs that are done)] of each day of the point of sale."""
        return self.sql(
            """SELECT s.state, COUNT(j.id) FROM fiken_settlement s
            LEFT JOIN fiken_job j ON j.res_model = 'fiken.settlement'
                                 AND j.res_id = s.id AND j.state = 'done'
             GROUP BY s.id"""
        )

    def outbox(self, *states):
        """The jobs that are in one of these states."""
        return self.sql(
            """SELECT resource, res_id, state, attempts, next_try_at, reason
                 FROM fiken_job WHERE state IN %s ORDER BY id""",
            states,
        )

    def enqueue_again(self, move_id):
        """What an edit leaves behind while the invoice's job is being sent."""
        self.sql(
            """INSERT INTO fiken_job (fiken_company_id, company_id, vendor_id, resource,
                      res_model, res_id, part, priority, document_model,
                      document_id, state, revision)
               SELECT fiken_company_id, company_id, vendor_id, resource, res_model,
                      res_id, part, priority, document_model, document_id, 'pending', 0
                 FROM fiken_job WHERE res_model = 'account.move' AND res_id = %s
                                  AND resource = 'sale'""",
            move_id,
        )

    def time_passes(self, seconds):
        """A look-up is due 70 seconds after the mark. Nobody waits here: what the
        outbox remembers moves back instead.
        """
        self.sql(
            """UPDATE fiken_job SET sent_at = sent_at - %s * interval '1 second',
                      next_try_at = next_try_at - %s * interval '1 second'""",
            seconds,
            seconds,
        )

    def wake(self):
        """Let the servers' cron threads look, as the minute that passes would."""
        self._trigger("SELECT cron_id FROM fiken_connection")

    def trigger(self, name):
        """The turn of a scheduled action of ours comes."""
        self._trigger(OF_OURS, name)

    def drop_turns(self, name):
        self.sql(f"DELETE FROM ir_cron_trigger WHERE cron_id IN ({OF_OURS})", name)

    def _trigger(self, crons, *args):
        self.sql(
            f"""INSERT INTO ir_cron_trigger (cron_id, call_at)
                SELECT id, now() at time zone 'UTC' FROM ir_cron
                 WHERE id IN ({crons})""",
            *args,
        )
        with contextlib.closing(
            psycopg2.connect(
                dbname="postgres",
                host=config["db_host"] or None,
                user=config["db_user"] or None,
            )
        ) as connection:
            connection.autocommit = True
            connection.cursor().execute(
                "SELECT pg_notify('cron_trigger', %s)", [self.name]
            )

    @contextlib.contextmanager
    def gate_held(self, key):
        """Another request of the same Fiken user is under way."""
        with contextlib.closing(self.connect()) as connection:
            cr = connection.cursor()
            cr.execute("SELECT pg_advisory_lock(%s)", [key])
            yield

    @contextlib.contextmanager
    def sale_locked(self, move_id, edited=False):
        """What the server writes to an invoice's job waits until this ends.

        :param edited: whether the job is changed meanwhile, as an edit does it
        """
        find = "UPDATE fiken_job SET revision = revision + 1 WHERE"
        if not edited:
            find = "SELECT id FROM fiken_job WHERE"
        find += " res_model = 'account.move' AND resource = 'sale' AND res_id = %s"
        with contextlib.closing(self.connect()) as connection:
            connection.autocommit = False
            find += "" if edited else " FOR UPDATE"
            connection.cursor().execute(find, [move_id])
            yield connection


class Server:
    """An Odoo server with one cron thread."""

    def __init__(self, database):
        self._database = database.name
        self._url = f"http://127.0.0.1:{free_port()}"
        self._log = tempfile.TemporaryFile("w+")
        self._process = subprocess.Popen(
            [*ODOO, "-d", self._database, "--max-cron-threads", "1"]
            + ["--http-port", self._url.rsplit(":", 1)[1]],
            stdout=self._log,
            stderr=subprocess.STDOUT,
        )
        wait_until(self._answers, 120, self.log)

    def _answers(self):
        assert self._process.poll() is None, self.log()
        with contextlib.suppress(requests.ConnectionError, requests.Timeout):
            return requests.get(f"{self._url}/web/health", timeout=10).ok

    def log(self):
        self._log.seek(0)
        return self._log.read()[-5000:]

    def call(self, model, method, *args):
        """As a user's click does it."""
        answer = requests.post(
            f"{self._url}/jsonrpc",
            json={
                "jsonrpc": "2.0",
                "method": "call",
                "params": {
                    "service": "object",
                    "method": "execute_kw",
                    "args": [self._database, 2, "admin", model, method, args],
                },
            },
            timeout=60,
        ).json()
        if "error" in answer:
            raise AssertionError(answer["error"]["data"]["message"])
        return answer.get("result")

    def confirm(self, *move_ids):
        self.call("account.move", "action_post", list(move_ids))

    def is_running(self):
        return self._process.poll() is None

    def kill(self):
        """SIGKILL: no time to say good-bye to anybody."""
        self._process.kill()
        self._process.wait()


def free_port():
    with contextlib.closing(socket.socket()) as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def wait_until(is_so, seconds, log=lambda: ""):
    deadline = time.monotonic() + seconds
    while True:
        found = is_so()
        if found:
            return found
        assert time.monotonic() < deadline, f"It never happened.\n{log()}"
        time.sleep(0.05)
