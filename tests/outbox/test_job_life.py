"""One life of a job: whoever ends it, who waits goes on; what is unknown stays so."""

from odoo.exceptions import UserError

from .common import LOOK_AFTER, OutboxCase


class TestIgnored(OutboxCase):
    """Nobody knows whether Fiken has it, and a person ignores it."""

    def lost(self, move=None):
        """A sale whose answer was lost, and which Fiken's look-up cannot tell apart."""
        move = move or self.invoice(partner_id=self.known_customer().id)
        self.sandbox.fault("POST", "/sales$", "commit-then-drop")
        self.send()
        [sale] = self.sales(saleNumber=move.name)
        self.edit_in_fiken("sales", sale["saleId"], date="2026-03-17")
        self.time_passes(LOOK_AFTER + 1)
        self.send()
        job = self.jobs(move)
        self.assertRecordValues(job, [{"state": "failed", "outcome_unknown": True}])
        job.action_ignore()
        self.assertRecordValues(job, [{"state": "dropped", "outcome_unknown": True}])
        self.sandbox.reset_stats()
        return move, sale

    def test_nobody_says_that_it_is_not_in_fiken(self):
        """Neither its page nor its chatter, which said so before it was ignored."""
        move, _sale = self.lost()
        self.send()
        for said in (
            move._get_alerts()["fiken"]["message"],
            *[str(message.body) for message in move.message_ids[:2]],
        ):
            self.assertIn("It may be in Fiken already", said)

    def test_it_is_looked_up_before_it_is_sent_again(self):
        move, _sale = self.lost()
        move.action_fiken_send()
        self.commit()
        self.send()
        self.assertEqual(self.sandbox.count("POST", "/sales"), 0)
        self.assertEqual(len(self.sales(saleNumber=move.name)), 1)
        self.assertEqual(move.fiken_state, "failed", "It differs, a person decides")
        self.assertIn("differs in customer, date or amount", move.fiken_reason)

    def test_what_the_look_up_finds_is_linked(self):
        move, sale = self.lost()
        self.edit_in_fiken("sales", sale["saleId"], date="2026-03-16")
        move.action_fiken_send()
        self.commit()
        self.send()
        self.assertEqual(move.fiken_state, "booked")
        self.assertEqual(self.sandbox.count("POST", "/sales"), 0)
        self.assertEqual(self.binding(move, "sale").remote_id, str(sale["saleId"]))

    def test_what_the_look_up_does_not_find_is_sent_once(self):
        move, sale = self.lost()
        self.edit_in_fiken("sales", sale["saleId"], deleted=True)
        move.action_fiken_send()
        self.commit()
        self.send()
        self.time_passes(60)
        self.send()
        self.assertEqual(self.sandbox.count("POST", "/sales"), 1)
        self.assertEqual(move.fiken_state, "booked")

    def test_it_is_not_undone_before_it_is_known(self):
        move, _sale = self.lost()
        for undo in (move.button_draft, move.button_cancel):
            with self.subTest(undo.__name__), self.assertRaises(UserError) as caught:
                undo()
            self.assertIn("may be booked in Fiken already", str(caught.exception))

    def test_a_person_may_say_that_it_is_not_there(self):
        move, sale = self.lost()
        self.edit_in_fiken("sales", sale["saleId"], deleted=True)
        self.jobs(move).action_send_anyway()
        self.assertRecordValues(
            self.jobs(move), [{"state": "dropped", "outcome_unknown": False}]
        )
        move.button_draft()
        move.action_post()
        self.commit()
        self.send()
        self.assertEqual(move.fiken_state, "booked")

    def test_another_job_of_its_record_makes_it_looked_up(self):
        """A customer was ignored; an invoice needs them. They are not made twice."""
        partner = self.new_customer()
        self.owe("contact", partner)
        self.sandbox.fault("POST", "/contacts$", "commit-then-drop")
        self.send()
        self.time_passes(LOOK_AFTER + 1)
        self.sandbox.fault("GET", "/contacts", "status:400")
        self.send()
        job = self.jobs(partner)
        self.assertRecordValues(job, [{"state": "failed", "outcome_unknown": True}])
        job.action_ignore()
        self.sandbox.no_faults()
        move = self.invoice(partner_id=partner.id)
        self.send()
        self.assertEqual(len(self.contacts(name=partner.name)), 1)
        self.assertEqual(move.fiken_state, "booked")

    def test_ignored_and_not_there_stays_ignored(self):
        """What is looked up because of another job is not sent because of it."""
        move = self.invoice(partner_id=self.known_customer().id)
        self.sandbox.fault("POST", "/sales$", "drop")
        self.send()
        self.time_passes(LOOK_AFTER + 1)
        self.sandbox.fault("GET", "/sales", "status:400")
        self.send()
        job = self.jobs(move)
        job.action_ignore()
        self.sandbox.no_faults()
        self.env["fiken.resource.sale_settled"]._enqueue(
            move, self.fiken_company, self.vendor
        )
        self.send()
        self.assertRecordValues(job, [{"state": "dropped", "outcome_unknown": False}])
        self.assertIn("Fiken does not have it", job.reason)
        self.assertFalse(self.sales(saleNumber=move.name))


class TestThoseWhoWait(OutboxCase):
    """An invoice waits for its customer, whose job ends in some way or other."""

    def waiting(self):
        """A refused customer, and an invoice that waits for them."""
        partner = self.new_customer()
        move = self.invoice(partner_id=partner.id)
        self.sandbox.fault("GET", "/contacts", "status:503")
        self.send()
        self.send()
        self.assertEqual(self.jobs(move).state, "blocked")
        self.assertEqual(self.jobs(partner).state, "pending")
        return partner, move

    def assertGoesOn(self, move):
        self.commit()
        self.sandbox.no_faults()
        self.send()
        self.time_passes(LOOK_AFTER + 1)
        self.send()
        self.assertEqual(move.fiken_state, "booked", move.fiken_reason)

    def test_the_customer_is_ignored(self):
        partner, move = self.waiting()
        job = self.jobs(partner)
        job.action_ignore()
        self.assertEqual(self.jobs(move).state, "pending", "It looks for itself")
        self.assertGoesOn(move)

    def test_the_customer_is_linked_by_the_import(self):
        partner, move = self.waiting()
        contact = self.sandbox.call(
            "POST",
            f"/companies/{self.slug}/contacts",
            {"name": partner.name, "customer": True},
        )
        self.env["fiken.binding"]._link(
            self.env["fiken.resource.contact"],
            self.fiken_company,
            [
                {
                    "res_id": partner.id,
                    "remote_id": contact,
                    "number": partner.name,
                    "payload_hash": None,
                }
            ],
        )
        self.assertEqual(self.jobs(move).state, "pending")
        self.assertGoesOn(move)

    def test_the_customer_is_merged(self):
        partner, move = self.waiting()
        kept = self.known_customer(name="Bønnehuset 2 AS")
        job = self.jobs(partner)
        self.env["base.partner.merge.automatic.wizard"].create({})._merge(
            (partner | kept).ids, kept
        )
        self.commit()
        self.assertNotEqual(job.state, "pending")
        self.assertGoesOn(move)
        self.assertEqual(len(self.contacts()), 1)

    def test_the_customer_is_excluded(self):
        """The worker itself finds that nothing is to be sent."""
        partner, move = self.waiting()
        self.jobs(partner)._set_dropped(reason="Excluded")
        self.assertEqual(self.jobs(move).state, "pending")
