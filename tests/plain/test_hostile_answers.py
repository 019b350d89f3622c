import socket
import time
import zlib
from unittest.mock import patch

from odoo.tests import BaseCase

from ...fiken_api import transport
from ...fiken_api.client import LOGGED_BODY_LIMIT, FikenClient
from ...fiken_api.errors import (
    Busy,
    NotFound,
    NotSent,
    OutcomeUnknown,
    Refused,
)
from ..hostile import HostileServer, dripping, http

LOGIN_PAGE = b"<!DOCTYPE html><html><body>Log in to the network</body></html>"


class HostileCase(BaseCase):
    def setUp(self):
        super().setUp()
        self.records = []

    def client(self, server, **kwargs):
        client = FikenClient(
            f"{server.url}/api/v2", "token", on_record=self.records.append, **kwargs
        )
        self.addCleanup(client.close)
        return client

    def ask(self, answer, verb="get", *args, **kwargs):
        """What the client makes of an answer."""
        with HostileServer(answer) as server:
            try:
                return getattr(self.client(server), verb)("/sales", *args, **kwargs)
            finally:
                self.request = server.requests[-1] if server.requests else ""

    def assert_unknown(self, answer):
        """A write may have been done; a read is asked again later."""
        for verb in ("post", "put", "patch"):
            with self.assertRaises(OutcomeUnknown):
                self.ask(answer, verb, {"name": "Kaffe"})
        with self.assertRaises(OutcomeUnknown):
            self.ask(answer, "delete")
        with self.assertRaises(Busy):
            self.ask(answer)


class TestHostileAnswers(HostileCase):
    """What is not Fiken's answer is never taken for one."""

    def test_log_in_page_of_a_network_is_no_success(self):
        self.assert_unknown(http(LOGIN_PAGE, Content_Type="text/html"))
        self.assert_unknown(http(LOGIN_PAGE, Content_Type="application/json"))
        self.assert_unknown(http(LOGIN_PAGE, "201 Created", Location="/sales/1"))

    def test_broken_json_is_no_success(self):
        for body in (b'{"saleId": 1', b"OK", b"12", b"[" * 100_000, b"\0\1\2"):
            self.assert_unknown(http(body, Content_Type="application/json"))

    def test_answer_that_is_cut_short_is_no_success(self):
        self.assert_unknown(http(b'{"saleId": 1}', Content_Length=500))
        self.assert_unknown(http(b"{}", Transfer_Encoding="chunked"))

    def test_answer_that_is_no_http_is_no_success(self):
        for answer in (b"", b"\0" * 20, b"220 mail.example ESMTP\r\n", b"HTTP/1.1 x"):
            self.assert_unknown(answer)
        self.assert_unknown(http(X_Long="x" * 100_000))
        self.assert_unknown(http(**{f"X_{number}": 1 for number in range(200)}))

    def test_empty_success_of_a_write_is_a_success(self):
        for verb, *args in (("put", {}), ("patch", {}), ("delete",), ("post", {})):
            self.assertIsNone(self.ask(http(b""), verb, *args).body)

    def test_empty_answer_to_a_question_is_none(self):
        with self.assertRaises(Busy):
            self.ask(http(b""))

    def test_json_without_its_content_type_is_fikens_all_the_same(self):
        answer = self.ask(http(b'{"saleId": 1}', Content_Type="text/plain"))
        self.assertEqual(answer.row, {"saleId": 1})

    def test_new_record_that_is_not_named_is_looked_up(self):
        for location in ("", "/", "https://fiken.no/?id=1", "/sales/%2e%2e", "/a b"):
            answer = self.ask(http(b"", "201 Created", Location=location), "post")
            with self.assertRaises(OutcomeUnknown, msg=location):
                self.fail(answer.location_id)
        for location in ("/sales/12", "https://x/sales/12/", "/sales/12?x=1", "12"):
            answer = self.ask(http(b"", "201 Created", Location=location), "post")
            self.assertEqual(answer.location_id, "12")

    def test_list_where_an_object_was_asked_for_and_the_reverse(self):
        with self.assertRaises(Busy):
            self.fail(self.ask(http([])).row)
        with self.assertRaises(Busy):
            self.fail(self.ask(http({})).rows)

    def test_redirect_is_not_followed(self):
        with HostileServer(http(b"")) as elsewhere:
            moved = http(b"", "302 Found", Location=elsewhere.url)
            for verb in ("get", "post", "put"):
                with self.assertRaises(Refused):
                    self.ask(moved, verb, *([{}] if verb != "get" else []))
            self.assertFalse(elsewhere.requests)

    def test_refusals_keep_their_meaning_whatever_their_form(self):
        for body in (
            {"message": "Fant ikke salget"},
            [{"logref": "1", "message": "Fant ikke salget"}],
            b"Fant ikke salget",
        ):
            with self.assertRaisesRegex(NotFound, "^Fant ikke salget$"):
                self.ask(http(body, "404 Not Found"))
        with self.assertRaisesRegex(NotFound, "^HTTP 404$"):
            self.ask(http(LOGIN_PAGE, "404 Not Found"))

    def test_nobody_there_is_told_apart_from_a_lost_answer(self):
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        client = FikenClient(f"http://127.0.0.1:{port}", "token")
        with self.assertRaises(NotSent):
            client.post("/sales", {})

    def test_cookies_are_not_kept(self):
        cookie = http({}, Set_Cookie="sid=1; Path=/")
        with HostileServer(cookie) as server:
            client = self.client(server)
            client.get("/user")
            client.get("/user")
        self.assertNotIn("Cookie:", server.requests[1])

    def test_requests_say_who_asks(self):
        self.ask(http({}))
        self.assertRegex(self.request, r"User-Agent: Odoo-Fiken-Connector/19\.0\.\d")
        self.assertIn("Accept: application/json", self.request)


class TestBounds(HostileCase):
    """Nobody can keep us waiting, or fill our memory."""

    def patient(self, server):
        return self.client(server, timeout=0.6)

    def setUp(self):
        super().setUp()
        self.enterContext(patch.object(transport, "ALLOWANCE", 0))

    def test_dripping_answer_ends(self):
        answer = http({"name": "Kaffe " * 100})
        for start in (3, 30, len(answer) - 400):
            with HostileServer(lambda _r, at=start: dripping(answer, at)) as server:
                started = time.monotonic()
                with self.assertRaises(Busy) as caught:
                    self.patient(server).get("/sales")
                self.assertLess(time.monotonic() - started, 2)
                self.assertTrue(caught.exception.may_still_run)

    def test_answer_that_never_comes_may_still_be_on_its_way(self):
        with HostileServer(None) as server:
            with self.assertRaises(OutcomeUnknown) as caught:
                self.patient(server).post("/sales", {})
        self.assertTrue(caught.exception.may_still_run)

    def test_connection_that_is_closed_is_no_time_out(self):
        with HostileServer(b"") as server:
            with self.assertRaises(OutcomeUnknown) as caught:
                self.patient(server).post("/sales", {})
        self.assertFalse(caught.exception.may_still_run)

    def test_file_that_nobody_takes_ends(self):
        with socket.create_server(("127.0.0.1", 0)) as deaf:
            client = FikenClient(
                f"http://127.0.0.1:{deaf.getsockname()[1]}", "token", timeout=0.6
            )
            started = time.monotonic()
            with self.assertRaises(OutcomeUnknown):
                client.upload("/inbox", "a.pdf", b"x" * 20_000_000)
            self.assertLess(time.monotonic() - started, 2)

    def test_too_large_an_answer_is_not_kept(self):
        self.enterContext(patch.object(transport, "SIZE_LIMIT", 100_000))
        for answer in (
            http([{"id": number} for number in range(50_000)]),
            http(zlib.compress(b"[" * 10_000_000), Content_Encoding="deflate"),
        ):
            with self.assertRaises(Refused):
                self.ask(answer)
            with self.assertRaises(OutcomeUnknown):
                self.ask(answer, "put", {})

    def test_small_answer_after_a_large_one_is_read(self):
        self.enterContext(patch.object(transport, "SIZE_LIMIT", 1000))
        with HostileServer(http(b"x" * 5000), http({"id": 1})) as server:
            client = self.client(server)
            with self.assertRaises(Refused):
                client.get("/sales")
            self.assertEqual(client.get("/sales").row, {"id": 1})


class TestDownloads(HostileCase):
    """The token goes to Fiken's own hosts, over https, and nowhere else."""

    def refused(self, url, base="https://api.fiken.no/api/v2"):
        client = FikenClient(base, "token")
        with patch.object(transport.Transport, "send") as send:
            with self.assertRaises(Refused, msg=url):
                client.download(url)
        send.assert_not_called()

    def asked(self, url, base="https://api.fiken.no/api/v2"):
        client = FikenClient(base, "token")
        reply = transport.Reply(200, {}, b"%PDF")
        with patch.object(transport.Transport, "send", return_value=reply) as send:
            self.assertEqual(client.download(url).body, b"%PDF", url)
        return send.call_args.args[0]

    def test_addresses_that_are_not_fikens(self):
        for url in (
            "https://evil.example/a.pdf",
            r"https://evil.example\@fiken.no/a.pdf",
            r"https://fiken.no\@evil.example/a.pdf",
            "https://fiken.no@evil.example/a.pdf",
            "https://kari:pw@fiken.no/a.pdf",
            "https://fiken.no.evil.example/a.pdf",
            "https://evilfiken.no/a.pdf",
            "https://fiken.no:8443/a.pdf",
            "http://fiken.no/a.pdf",
            "http://api.fiken.no:443/a.pdf",
            "ftp://fiken.no/a.pdf",
            "file:///etc/passwd",
            "//fiken.no/a.pdf",
            "/api/v2/files/a.pdf",
            "https://",
            "https://[::1/a.pdf",
            "https://fiken.no:x/a.pdf",
            "https://127.0.0.1/a.pdf",
            "https://evil.example#@fiken.no/a.pdf",
            "https://evil.example?@fiken.no/a.pdf",
            "",
        ):
            self.refused(url)

    def test_fikens_addresses(self):
        for url in (
            "https://fiken.no/api/v2/files/a.pdf",
            "https://api.fiken.no/files/a.pdf",
            "https://FIKEN.no:443/files/Kjøp%20på.pdf",
        ):
            self.assertEqual(self.asked(url).headers["Authorization"], "Bearer token")

    def test_sandbox_serves_its_own_files_and_no_other_port_does(self):
        base = "http://127.0.0.1:9810/api/v2"
        self.asked("http://127.0.0.1:9810/api/v2/files/a.pdf", base)
        for url in (
            "http://127.0.0.1:9811/a.pdf",
            "https://127.0.0.1:9810/a.pdf",
            "http://localhost:9810/a.pdf",
            "http://fiken.no/a.pdf",
        ):
            self.refused(url, base)


class TestLoggedAnswers(HostileCase):
    """The log can be kept and read, whatever was answered."""

    def test_nul_and_half_characters_do_not_break_the_log(self):
        body = b'{"message": "a\\u0000b\\ud800c \xff"}'
        with self.assertRaisesRegex(Refused, "^ab\ufffdc \ufffd$"):
            self.ask(http(body, "400 Bad\0 Request"))
        self.ask(http(b'{"name": "\\u0000\xff\0"}'.replace(b"\0", b"")))
        for record in self.records:
            for text in vars(record).values():
                str(text).encode()
                self.assertNotIn("\0", str(text))

    def test_account_codes_and_states_can_be_read_in_the_log(self):
        self.ask(http([{"code": "1920:10001", "state": "booked"}]))
        self.assertIn('"code": "1920:10001"', self.records[-1].response_body)
        self.assertIn('"state": "booked"', self.records[-1].response_body)

    def test_large_bodies_are_cut_before_anything_else(self):
        secret = '{"refresh_token": "s3cr3t"}'
        self.ask(http([{"text": secret}] * 100_000))
        self.assertLessEqual(len(self.records[-1].response_body), LOGGED_BODY_LIMIT)
        self.assertNotIn("s3cr3t", self.records[-1].response_body)
        self.ask(http(b""), "post", {"lines": ["x" * 100] * 10_000})
        self.assertLessEqual(len(self.records[-1].request_body), LOGGED_BODY_LIMIT)
