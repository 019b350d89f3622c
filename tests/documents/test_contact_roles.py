"""A document finds its contact in the role that Fiken wants, however it came there."""

from .bills import BillCase

ORGNR = "923609016"


class TestRoles(BillCase):
    """Fiken takes bills from suppliers only, and invoices to customers only."""

    def setUp(self):
        super().setUp()
        self.supplier.company_registry = ORGNR

    def there(self, **roles):
        """A contact in Fiken; Odoo's has the same organisation number."""
        row = {"name": "Bønneimport AS", "organizationNumber": ORGNR, **roles}
        [self.contact_id] = self.sandbox.fill(self.slug, "contacts", [row])

    def link(self):
        return self.binding(self.supplier, "contact")

    def roles(self):
        there = self.sandbox.get(f"/companies/{self.slug}/contacts/{self.contact_id}")
        return there["customer"], there["supplier"]

    def sold(self):
        return self.invoice(partner_id=self.supplier.id)

    def assert_booked(self, move):
        self.send()
        self.assertEqual(move.fiken_state, "booked", move.fiken_job_id.reason)

    def walk(self, linked):
        """Link a contact that has one role; a document needs the same, or the other."""
        for roles in ({"supplier": True}, {"customer": True}):
            for document in (self.bill, self.sold):
                with self.subTest(roles=roles, document=document.__name__):
                    self.sandbox.reset()
                    self.env["fiken.binding"].sudo().search([]).unlink()
                    self.env["fiken.job"].sudo().search([]).unlink()
                    self.supplier.write({"customer_rank": 0, "supplier_rank": 0})
                    self.env["fiken.job"].sudo().search([]).unlink()
                    self.there(**roles)
                    linked(roles)
                    self.assert_booked(document())

    def test_found_by_its_number(self):
        self.walk(lambda roles: None)

    def test_linked_by_a_person(self):
        def linked(_roles):
            strategy = self.env["fiken.resource.contact"]
            rows = strategy._is_same(
                self.fiken_company, self.supplier, str(self.contact_id)
            )
            self.env["fiken.job"]._enqueue(rows)

        self.walk(linked)

    def test_merged_into_one_that_was_only_a_customer(self):
        customer = self.env["res.partner"].create(
            {"name": "Bønneimport A/S", "is_company": True, "customer_rank": 1}
        )
        self.owe("contact", customer)
        self.send()
        self.contact_id = int(self.binding(customer, "contact").remote_id)
        move = self.bill()
        wizard = self.env["base.partner.merge.automatic.wizard"].sudo()
        wizard._merge([customer.id, self.supplier.id], customer, extra_checks=False)
        self.assert_booked(move)
        self.assertEqual(self.roles(), (True, True))

    def test_role_that_was_taken_away_in_fiken_comes_back(self):
        for document, role in ((self.bill, "supplier"), (self.sold, "customer")):
            with self.subTest(role=role):
                self.assert_booked(document())
                self.contact_id = int(self.link().remote_id)
                self.edit_in_fiken("contacts", self.contact_id, **{role: False})
                self.assert_booked(document())
        self.assertEqual(self.roles(), (True, True))

    def test_contact_that_was_deleted_in_fiken_is_made_again_for_its_document(self):
        self.supplier.write({"company_registry": False, "email": False})
        self.supplier.supplier_rank = 1
        self.owe("contact", self.supplier)
        self.send()
        self.edit_in_fiken_deleted()
        self.assert_booked(self.bill())

    def edit_in_fiken_deleted(self):
        self.sandbox._control(
            "POST",
            "edit",
            {
                "slug": self.slug,
                "resource": "contacts",
                "id": int(self.link().remote_id),
                "changes": None,
            },
        )

    def test_document_that_is_refused_for_another_reason_asks_once_and_fails(self):
        self.sandbox.unknowns(closed_period_to="2027-12-31")
        move = self.bill()
        self.send()
        self.assertEqual(move.fiken_state, "failed", move.fiken_job_id.reason)

    def test_where_odoo_may_not_give_the_role_fiken_says_no(self):
        self.there(customer=True)
        self.supplier.fiken_excluded = True
        move = self.bill()
        self.send()
        self.assertEqual(move.fiken_state, "failed")
        self.assertIn("not a supplier", move.fiken_reason)
        self.assertEqual(self.roles(), (True, False))
        self.edit_in_fiken("contacts", self.contact_id, supplier=True)
        move.fiken_job_id.action_retry()
        self.assert_booked(move)
