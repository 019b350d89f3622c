"""Whose turn it is: invoices do not wait for ten thousand prices."""

from itertools import pairwise

from ...models.outbox.fiken_resource import AWAITED_PRIORITY
from ..common import SLUG_NO_VAT
from .common import OutboxCase


class TestTurns(OutboxCase):
    # How many requests came before those that a test looks at.
    before = 0

    def posted(self):
        """What was written in Fiken, in the order in which it came."""
        return [
            (row["method"], row["path"].rsplit(self.slug)[-1].split("?")[0])
            for row in self.sandbox.requests()[self.before :]
            if row["method"] != "GET"
        ]

    def places(self, *ends):
        """Where in that order the first write to each of these paths stands."""
        paths = [path for _method, path in self.posted()]
        return [
            next(number for number, path in enumerate(paths) if end in path)
            for end in ends
        ]

    def products(self, count):
        return self.env["product.product"].create(
            [
                {"name": f"Vare {number}", "default_code": f"V{number}"}
                for number in range(count)
            ]
        )

    def test_what_others_rest_on_goes_first_whatever_it_is(self):
        """Series, drafts, bookings, papers, payments, files, and then master data."""
        resources = [
            self.env[name]
            for name in self.env.registry
            if name.startswith("fiken.resource.") and self.env[name]._resource
        ]
        stages = ("series", "draft", "booked", "papers", "payment_undo", "payment")
        for stage, following in pairwise((*stages, "file", "masterdata")):
            last = max(one._priority for one in resources if one._stage == stage)
            first = min(one._priority for one in resources if one._stage == following)
            self.assertLess(last, first, f"{stage} before {following}")
        series = max(one._priority for one in resources if one._stage == "series")
        self.assertTrue(series < AWAITED_PRIORITY < 50, "What an invoice waits for")

    def test_queued_products_hold_up_no_invoice(self):
        partner = self.known_customer()
        self.owe("product", self.products(30))
        move = self.invoice(partner_id=partner.id)
        self.send()
        self.assertEqual(move.fiken_state, "booked")
        sale, product = self.places("/sales", "/products")
        self.assertLess(sale, product)

    def test_a_new_customer_goes_before_their_invoice_and_no_other(self):
        others = [self.new_customer(name=f"Andre {number}") for number in range(20)]
        for other in others:
            self.owe("contact", other)
        move = self.invoice(partner_id=self.new_customer(name="Ny AS").id)
        self.send()
        self.assertEqual(move.fiken_state, "booked")
        first, second = [path for _method, path in self.posted()][:2]
        self.assertEqual((first, second), ("/contacts", "/sales"))

    def test_what_changed_of_the_customer_goes_before_their_invoice(self):
        """They are linked, only an edit waits; other edits come after the invoice."""
        others = [self.known_customer(name=f"Andre {number}") for number in range(5)]
        partner = self.known_customer(name="Den samme AS")
        for one in (*others, partner):
            one.phone = "22 33 44 55"
        self.commit()
        self.before = len(self.sandbox.requests())
        move = self.invoice(partner_id=partner.id)
        self.send()
        self.assertEqual(move.fiken_state, "booked")
        contact = self.binding(partner, "contact").remote_id
        self.assertEqual(
            [path for _method, path in self.posted()][:2],
            [f"/contacts/{contact}", "/sales"],
        )

    def test_an_edit_that_has_to_wait_by_itself_holds_up_no_invoice(self):
        partner = self.known_customer()
        partner.phone = "22 33 44 55"
        self.sandbox.fault("PUT", "/contacts/", "status:503")
        self.send()
        move = self.invoice(partner_id=partner.id)
        self.send()
        self.assertEqual(move.fiken_state, "booked")

    def test_drafts_go_before_bookings(self):
        partner = self.known_customer()
        booked = self.invoice(partner_id=partner.id)
        draft = self.invoice(partner_id=partner.id, post=False)
        draft.fiken_mode = "draft"
        draft.action_post()
        self.commit()
        self.before = len(self.sandbox.requests())
        self.send()
        self.assertEqual((booked.fiken_state, draft.fiken_state), ("booked", "draft"))
        first, second = self.places("/sales/drafts", "/sales")
        self.assertEqual(first, 0)
        self.assertEqual(second, 0, "the path of the draft begins like a sale's")
        self.assertEqual([path for _m, path in self.posted()][1], "/sales")

    def test_documents_go_in_the_order_in_which_they_were_confirmed(self):
        """Whatever they are: a company's numbers appear in Fiken in one order."""
        partner = self.known_customer()
        moves = [self.invoice(partner_id=partner.id) for _number in range(5)]
        self.send()
        sent = [
            row["body"]["saleNumber"]
            for row in self.sandbox.requests()
            if row["method"] == "POST" and row["path"].endswith("/sales")
        ]
        self.assertEqual(sent, [move.name for move in moves])

    def test_an_original_goes_before_its_credit_note(self):
        self.vendor.credit_note_way = "negative"
        self.fiken_company.negative_lines = "send"
        self.sandbox.unknowns(negative_lines="accept")
        move = self.invoice(partner_id=self.known_customer().id)
        note = move._reverse_moves([{"invoice_date": move.invoice_date}], cancel=False)
        note.action_post()
        self.commit()
        # As if the credit note had come first.
        self.env.cr.execute(
            "UPDATE fiken_job SET priority = 1 WHERE res_id = %s", [note.id]
        )
        self.env.invalidate_all()
        self.send()
        sent = [
            row["body"]["saleNumber"]
            for row in self.sandbox.requests()
            if row["method"] == "POST" and row["path"].endswith("/sales")
        ]
        self.assertEqual(sent[0], move.name, self.jobs(note).mapped("reason"))

    def test_fiken_companies_of_one_user_take_turns(self):
        """Thirty invoices of one shop do not hold up the only one of another."""
        partner = self.known_customer()
        other = self.other_books()
        for _number in range(30):
            self.invoice(partner_id=partner.id)
        foreign = self.new_customer(name="Den andre sitt AS")
        self.env["fiken.resource.contact"]._enqueue(
            foreign, other, other.default_vendor_id
        )
        self.send()
        paths = [
            row["path"] for row in self.sandbox.requests() if row["method"] == "POST"
        ]
        place = next(number for number, path in enumerate(paths) if SLUG_NO_VAT in path)
        self.assertLess(place, 3)

    def other_books(self):
        company = self.env["res.company"].create({"name": "Uten mva AS"})
        self.env.user.company_ids |= company
        row = self.sandbox.get(f"/companies/{SLUG_NO_VAT}")
        return (
            self.env["fiken.company"]
            .sudo()
            ._link(self.connection, company, row, self.vendor.enabled_since)
        )
