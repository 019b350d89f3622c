"""A company that the Fiken user no longer opens waits; nothing of it fails."""

from ..common import SLUG_NO_VAT
from .common import OutboxCase, consented_tokens


class TestUnshared(OutboxCase):
    def setUp(self):
        super().setUp()
        partner = self.known_customer()
        self.moves = [self.invoice(partner_id=partner.id) for _number in range(6)]

    def told(self):
        return self.connection.activity_ids.filtered(
            lambda todo: "is not shared with us" in (todo.summary or "")
        )

    def test_one_request_finds_it_out_and_nothing_fails(self):
        """Kari unticks it in Fiken; her consent for other companies stands."""
        tokens = consented_tokens(self.sandbox.url, companies=[SLUG_NO_VAT])
        self.connection._store_tokens(tokens)
        self.send()
        self.assertEqual(self.sandbox.count("POST", "/sales"), 1)
        self.assertEqual({move.fiken_state for move in self.moves}, {"waiting"})
        self.assertIn("is not shared with us", self.moves[-1].fiken_reason)
        self.assertTrue(self.told())
        self.assertEqual(len(self.told()), 1, "One sentence")
        self.send()
        self.assertEqual(self.sandbox.count("POST", "/sales"), 1, "It is paused")
        said = self.moves[-1]._get_alerts()["fiken"]["message"]
        self.assertIn("is not shared with us", said)
        # She ticks it again.
        self.connection._store_tokens(consented_tokens(self.sandbox.url))
        before = len(self.triggers())
        with self.as_cron():
            self.connection.action_test()
        self.assertGreater(len(self.triggers()), before, "What waited is sent at once")
        self.assertFalse(self.told(), "Nothing is left to do")
        self.send()
        self.assertEqual({move.fiken_state for move in self.moves}, {"booked"})

    def test_a_403_of_another_kind_stops_that_record_only(self):
        self.sandbox.fault("POST", "/sales$", "status:403")
        self.send()
        self.assertEqual(self.moves[0].fiken_state, "failed")
        self.assertEqual({move.fiken_state for move in self.moves[1:]}, {"booked"})
        self.assertFalse(self.told())
