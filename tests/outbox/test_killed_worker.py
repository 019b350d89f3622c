"""Servers that are killed at the worst moment, or that are two: every document once.

Real processes on a real database. What "the gate" and "sending" mean stands in the
design; what a killed server leaves behind is looked up as any lost answer is.
"""

import threading
import time

import pytest

from odoo.tests import BaseCase, tagged

from ...models.connection.fiken_gate import FikenGate
from ..common import SLUG
from ..sandbox import Sandbox
from .common import consented_tokens
from .servers import Database, Server, wait_until


@pytest.mark.slow
@tagged("post_install", "-at_install")
class TestServers(BaseCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.sandbox = Sandbox("--latency-ms", "20")
        cls.addClassCleanup(cls.sandbox.stop)
        cls.sandbox.reset()
        cls.database = Database(cls.sandbox)
        cls.addClassCleanup(cls.database.drop)
        cls.servers = []
        cls.addClassCleanup(lambda: [server.kill() for server in cls.servers])
        cls.by_odoo = iter(cls.database.ids["issued_by_odoo"])
        cls.by_fiken = iter(cls.database.ids["issued_by_fiken"])

    def setUp(self):
        super().setUp()
        self.sandbox.no_faults()
        self.server = self.running(1)[0]
        # The customers are in Fiken, and nothing is owed.
        self.settled(lambda: not self.database.outbox("pending", "sending"))
        self.sandbox.reset_stats()

    def start(self):
        self.server = Server(self.database)
        self.servers.append(self.server)

    def running(self, count):
        """So many servers run; starting one takes seconds, so they are kept."""
        while len(self.alive()) > count:
            self.alive()[-1].kill()
        while len(self.alive()) < count:
            self.start()
        return self.alive()

    def alive(self):
        return [server for server in self.servers if server.is_running()]

    # Killed

    def test_killed_before_the_post(self):
        """The job is marked, and waits for its turn, when the server dies."""
        move = next(self.by_odoo)
        with self.database.gate_held(self.gate_key()):
            self.server.confirm(move)
            self.wait(lambda: self.database.jobs(move, "sale") == ["sending"])
            self.server.kill()
        self.assertEqual(self.posts("/sales"), 0)
        self.start()
        self.wait_for_sale(move)
        self.assertEqual(self.posts("/sales"), 1)

    def test_killed_while_fiken_books(self):
        """Fiken has the request and books it after the server has died."""
        move = next(self.by_odoo)
        self.sandbox.fault("POST", "/sales$", "delay:1.5")
        self.server.confirm(move)
        self.wait(lambda: self.posts("/sales") == 1)
        self.server.kill()
        self.start()
        self.wait(lambda: self.sales_of(move))
        self.wait_for_sale(move)
        self.assertEqual(self.posts("/sales"), 1)

    def test_killed_between_fikens_answer_and_the_commit(self):
        """Fiken has said yes, and the server dies before it has written that down."""
        move = next(self.by_odoo)
        self.sandbox.fault("POST", "/sales$", "delay:1")
        self.server.confirm(move)
        self.wait(lambda: self.posts("/sales") == 1)
        with self.database.sale_locked(move):
            self.wait(lambda: self.sales_of(move))
            time.sleep(0.3)
            self.server.kill()
        self.assertEqual(self.database.jobs(move, "sale"), ["sending"])
        self.start()
        self.wait_for_sale(move)
        self.assertEqual(self.posts("/sales"), 1)

    def test_killed_between_draft_and_invoice(self):
        """The draft's id is committed before anything else is asked."""
        move = next(self.by_fiken)
        self.sandbox.fault("GET", r"/invoices/drafts/\d+$", "delay:1.5")
        self.server.confirm(move)
        self.wait(lambda: self.sandbox.count("GET", "/invoices/drafts/{id}"))
        self.server.kill()
        self.assertEqual(self.database.jobs(move, "invoice_draft"), ["done"])
        self.assertEqual(self.posts("/createInvoice"), 0)
        self.start()
        self.wait_for_invoice(move)

    def test_killed_while_fiken_issues_the_invoice(self):
        """Its number and PDF still come to Odoo."""
        move = next(self.by_fiken)
        self.sandbox.fault("POST", "/createInvoice$", "delay:1.5")
        self.server.confirm(move)
        self.wait(lambda: self.posts("/createInvoice") == 1)
        self.server.kill()
        self.start()
        self.wait_for_invoice(move)
        self.assertEqual(self.posts("/createInvoice"), 1)

    def test_killed_after_a_refresh_keeps_the_new_tokens(self):
        """Fiken may end the old refresh token with the refresh: losing the new one
        would cost the consent.
        """
        self.consent()
        self.sandbox.unknowns(rotate_refresh_tokens=True)
        move = next(self.by_odoo)
        self.sandbox.expire_tokens()
        self.sandbox.fault("POST", "/sales$", "delay:1.5")
        self.server.confirm(move)
        # Refused for its old token, then sent again.
        self.wait(lambda: self.posts("/sales") == 2)
        self.server.kill()
        self.start()
        time.sleep(1.5)
        self.wait_for_sale(move)
        self.assertEqual(self.sandbox.count("POST", "/oauth/token"), 1)

    def test_a_look_at_night_that_is_killed_goes_on(self):
        """What killed it twice is left out and told; the rest is looked at."""
        self.addCleanup(self.end_of_nights)
        for _time in range(2):
            self.sandbox.reset_stats()
            self.sandbox.fault("GET", "/contacts$", "delay:3")
            self.look_at_night()
            self.wait(lambda: self.sandbox.count("GET", "/contacts"))
            self.server.kill()
        self.sandbox.no_faults()
        self.look_at_night()
        self.wait(lambda: self.looks("finished_at IS NOT NULL AND stage IS NULL"))
        [(left_out, sentences)] = self.looks("TRUE", "left_out_count, left_out")
        self.assertEqual(left_out, 1, sentences)
        self.look_at_night()
        self.wait(lambda: self.looks("left_out_count = 0"))

    def end_of_nights(self):
        """No turn that is left holds up others."""
        self.server.kill()
        self.database.drop_turns("ir_cron_compare")

    def look_at_night(self):
        """Its turn comes once, whatever turns are left of who was killed."""
        self.database.drop_turns("ir_cron_compare")
        if not self.server.is_running():
            self.start()
        self.database.trigger("ir_cron_compare")

    def looks(self, condition, fields="id"):
        return self.database.sql(
            f"""SELECT {fields} FROM fiken_round
                 WHERE look = 'fiken.comparison' AND {condition}"""
        )

    # Two servers

    def test_two_servers_never_ask_fiken_at_once(self):
        """Both send and both have users who click; Fiken sees one after the other."""
        first, second = self.running(2)
        moves = [next(self.by_odoo) for _number in range(16)]
        self.sandbox.reset_stats()
        self.at_once(
            lambda: [first.confirm(move) for move in moves[::2]],
            lambda: [second.confirm(move) for move in moves[1::2]],
            *[
                lambda server=server: self.click(server, 4)
                for server in (first, second)
            ],
        )
        self.wait(
            lambda: all(self.database.jobs(move, "sale") == ["done"] for move in moves)
        )
        stats = self.sandbox.stats()
        self.assertEqual(stats["max_in_flight"], 1)
        self.assertNotIn("429", stats["statuses"])
        self.assertEqual(self.posts("/sales"), len(moves))
        for move in moves:
            self.assertEqual(len(self.sales_of(move)), 1)

    def test_two_servers_never_post_a_day_twice(self):
        """Users of both read the day and press Send at the same moment."""
        vendor = self.database.ids["shop"]
        if not vendor:
            self.skipTest("Odoo has no point of sale here.")
        servers = self.running(2)
        self.at_once(*[lambda one=one: self.settle(one, vendor) for one in servers * 2])
        self.settled(lambda: self.database.settlements() == [("booked", 3)])
        number = "MAIN-2026-03-16"
        [sale] = self.sandbox.get(f"/companies/{SLUG}/sales", saleNumber=number)
        self.assertEqual(sale["netAmount"] + sale["vatAmount"], 25000)
        self.assertEqual(self.posts("/sales"), 1)
        self.assertEqual(self.posts("/payments"), 2)

    def settle(self, server, vendor):
        values = {"vendor_id": vendor, "since": "2026-03-16", "until": "2026-03-16"}
        wizard = server.call("fiken.settle", "create", [values])
        server.call("fiken.settle", "action_read", wizard)
        days = server.call("fiken.settlement", "search", [("vendor_id", "=", vendor)])
        server.call("fiken.settlement", "action_send", days)

    def test_edit_that_is_committed_while_the_worker_marks_the_job(self):
        """PostgreSQL refuses the worker's mark; the worker takes the job up again."""
        first, second = next(self.by_odoo), next(self.by_odoo)
        with self.database.gate_held(self.gate_key()):
            self.server.confirm(first)
            self.wait(lambda: self.database.jobs(first, "sale") == ["sending"])
            self.server.confirm(second)
            lock = self.enterContext(self.database.sale_locked(second, edited=True))
        self.wait(lambda: self.database.jobs(first, "sale") == ["done"])
        time.sleep(0.5)
        lock.commit()
        self.assertSentWithoutACrash(second)

    def test_edit_that_is_committed_while_a_refusal_is_written_down(self):
        """The edit has a job of its own by then, and a record has one open job."""
        move = next(self.by_odoo)
        self.sandbox.fault("POST", "/sales$", "status:400")
        with self.database.gate_held(self.gate_key()):
            self.server.confirm(move)
            self.wait(lambda: self.database.jobs(move, "sale") == ["sending"])
            lock = self.enterContext(self.database.sale_locked(move))
        self.wait(lambda: self.posts("/sales") == 1)
        time.sleep(0.5)
        self.database.enqueue_again(move)
        lock.commit()
        self.assertSentWithoutACrash(move)
        self.assertEqual(self.database.jobs(move, "sale"), ["done"])

    def assertSentWithoutACrash(self, move):
        self.wait(lambda: self.database.jobs(move, "sale") == ["done"])
        self.assertEqual(len(self.sales_of(move)), 1)
        [(failures,)] = self.database.sql(
            """SELECT failure_count FROM ir_cron
                WHERE id = (SELECT cron_id FROM fiken_connection)"""
        )
        self.assertEqual(failures, 0, self.server.log())

    def test_edits_on_two_servers_while_they_send(self):
        """Users and workers write the same jobs at once: the last word counts."""
        servers = self.running(2)
        [(partner,)] = self.database.sql(
            "SELECT partner_id FROM account_move WHERE id = %s", next(self.by_odoo)
        )

        def edit(server, start):
            for number in range(start, start + 12):
                values = {"phone": f"220000{number:02}"}
                server.call("res.partner", "write", [partner], values)

        self.at_once(lambda: edit(servers[0], 10), lambda: edit(servers[1], 30))
        edit(servers[0], 50)
        self.wait(lambda: not self.database.outbox("pending", "sending"))
        self.assertEqual(self.database.outbox("blocked", "failed"), [])
        [(name,)] = self.database.sql(
            "SELECT name FROM res_partner WHERE id = %s", partner
        )
        [contact] = self.sandbox.get(f"/companies/{SLUG}/contacts", name=name)
        self.assertEqual(contact["phoneNumber"], "22000061")

    def test_two_servers_refresh_the_token_once(self):
        """The second one takes what the first one got, whether or not tokens rotate."""
        first, second = self.running(2)
        for rotates in (False, True):
            with self.subTest(rotates=rotates):
                self.consent()
                self.sandbox.unknowns(rotate_refresh_tokens=rotates)
                self.sandbox.expire_tokens()
                self.sandbox.fault("POST", "/oauth/token", "delay:0.5")
                self.at_once(lambda: self.click(first), lambda: self.click(second))
                self.assertEqual(self.sandbox.count("POST", "/oauth/token"), 1)
                [(state,)] = self.database.sql("SELECT state FROM fiken_connection")
                self.assertEqual(state, "connected")

    # Helpers

    def consent(self):
        tokens = consented_tokens(self.sandbox.url)
        self.database.sql(
            """UPDATE fiken_connection SET access_token = %s, refresh_token = %s,
                      token_expires_at = now() + interval '1 day'""",
            tokens["access_token"],
            tokens["refresh_token"],
        )
        self.sandbox.reset_stats()

    def click(self, server, times=1):
        for _number in range(times):
            server.call(
                "fiken.connection", "action_test", self.database.ids["connection"]
            )

    def at_once(self, *acts):
        raised = []

        def run(act):
            try:
                act()
            except Exception as error:
                raised.append(error)

        threads = [threading.Thread(target=run, args=(act,)) for act in acts]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
        self.assertFalse(raised)

    def gate_key(self):
        return FikenGate("", self.database.ids["gate"], 0)._key

    def wait(self, is_so):
        wait_until(is_so, 60, self.what_is_wrong)

    def what_is_wrong(self):
        """For a person who reads why a test failed."""
        open_jobs = self.database.outbox("pending", "sending", "blocked", "failed")
        return f"{open_jobs}\n{self.server.log()}"

    def posts(self, path):
        return self.sandbox.count("POST", path)

    def name_of(self, move):
        [(name,)] = self.database.sql(
            "SELECT name FROM account_move WHERE id = %s", move
        )
        return name

    def sales_of(self, move):
        """Read in the books and not by the API, which takes one request at a time."""
        rows = self.sandbox.books(SLUG)["sales"]
        return [row for row in rows if row["saleNumber"] == self.name_of(move)]

    def invoices_of(self, move):
        rows = self.sandbox.get(f"/companies/{SLUG}/invoices", pageSize=100)
        return [row for row in rows if row["ourReference"] == self.name_of(move)]

    def wait_for_sale(self, move):
        """Time passes, the outbox looks; afterwards Fiken has the sale once."""
        self.settled(lambda: self.database.jobs(move, "sale") == ["done"])
        self.assertEqual(len(self.sales_of(move)), 1)

    def wait_for_invoice(self, move):
        self.settled(lambda: self.database.jobs(move, "invoice_papers") == ["done"])
        self.assertEqual(len(self.invoices_of(move)), 1)
        self.assertEqual(self.sandbox.get(f"/companies/{SLUG}/invoices/drafts"), [])
        self.assertEqual(self.database.jobs(move, "invoice"), ["done"])

    def settled(self, is_so):
        """Let a minute pass every two seconds."""

        def woken():
            if is_so():
                return True
            if time.monotonic() > woken.next_at:
                self.database.time_passes(71)
                self.database.wake()
                woken.next_at = time.monotonic() + 2

        woken.next_at = 0
        self.wait(woken)
