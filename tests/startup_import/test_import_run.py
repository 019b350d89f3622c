"""It is taken over once: nothing lost, nothing doubled, nothing sent back."""

from unittest.mock import patch

from odoo.exceptions import UserError

from .importing import ImportCase


class TestTakingOver(ImportCase):
    def test_nothing_bounces_back_to_fiken(self):
        partner, contact = self.matched_partner()
        self.fiken_contacts(*({"name": f"Kunde {n}"} for n in range(5)))
        self.fiken_product()
        self.read_fiken()
        self.line_of(contact).action_take()
        before = self.all_jobs()
        self.take_over()
        self.assertEqual(self.all_jobs(), before)
        self.sandbox.reset_stats()
        self.send()
        self.assertFalse(
            [row for row in self.sandbox.requests() if row["method"] != "GET"]
        )
        partner.phone = "99 88 77 66"
        self.send()
        self.assertEqual(self.jobs(partner, "contact").state, "done")
        self.assertEqual(self.sandbox.count("PUT", "/contacts/{id}"), 1)

    def test_what_is_made_on_the_way_is_not_owed_where_it_came_from(self):
        """Whatever makes jobs of new or changed records, now or later."""
        contacts = self.startup._strategy("contact")
        contacts._enqueue(
            contacts.env["res.partner"].create({"name": "Ny AS"}), self.fiken_company
        )
        self.commit()
        self.assertFalse(self.all_jobs())

    def test_the_next_sync_neither_doubles_nor_writes_without_need(self):
        contact = self.fiken_contact("Kaffehuset AS", organizationNumber="987654325")
        remote_id = self.fiken_product("Kopp", productNumber="K-1", unitPrice=1000)
        self.import_all()
        partner = self.line_of(contact).partner_id
        product = self.line_of(remote_id).product_id
        for resource, record in (("contact", partner), ("product", product)):
            self.env[f"fiken.resource.{resource}"]._enqueue(
                record, self.fiken_company, self.vendor
            )
        self.sandbox.reset_stats()
        self.send()
        self.assertFalse(self.sandbox.stats()["requests"])
        for resource, record in (("contact", partner), ("product", product)):
            self.assertEqual(self.jobs(record, resource).state, "dropped")
        self.invoice({**self.line(), "product_id": product.id}, partner_id=partner.id)
        self.send()
        self.assertEqual(
            len(self.sandbox.get(f"/companies/{self.slug}/contacts", pageSize=100)), 1
        )
        self.assertEqual(self.sales()[0]["customer"]["contactId"], int(contact))

    def test_importing_goes_on_where_it_was(self):
        self.fiken_contacts(*({"name": f"Kunde {n}"} for n in range(450)))
        self.read_fiken()
        self.startup.action_import()
        run = type(self.env["fiken.import.run"])
        original, batches = run._carry_out, []

        def stops_once(run, lines, strategy):
            batches.append(len(lines))
            if len(batches) == 2:
                raise RuntimeError("The server was stopped")
            return original(run, lines, strategy)

        with patch.object(run, "_carry_out", stops_once):
            self.run_cron(crashes=True)
        self.assertEqual(self.startup.state, "done")
        self.assertEqual(len(self.new_partners()), 450)
        self.assertEqual(len(self.env["fiken.binding"].search([])), 450)

    def test_one_that_fails_does_not_hold_up_the_others(self):
        contacts = self.fiken_contacts(*({"name": f"Kunde {n}"} for n in range(7)))
        self.read_fiken()
        gone = self.odoo_partner()
        self.line_of(contacts[3]).partner_id = gone
        gone.unlink()
        self.take_over()
        line = self.line_of(contacts[3])
        self.assertEqual((line.state, line.result), ("failed", "failed"))
        self.assertIn("deleted", line.note)
        self.assertEqual(self.startup.done_count, 6)
        self.assertEqual(self.startup.failed_count, 1)

    def test_who_was_entered_meanwhile_is_not_doubled(self):
        contact = self.fiken_contact("Kaffehuset AS", organizationNumber="987654325")
        product = self.fiken_product("Kopp", productNumber="K-1")
        skipped = self.fiken_contact("Skippet AS", email="skippet@example.com")
        self.read_fiken()
        self.line_of(skipped).action_skip()
        partner = self.odoo_partner("Kaffehuset", company_registry="987654325")
        self.odoo_partner("Skippet", email="skippet@example.com")
        answer = self.startup.action_import()
        self.assertIn("1 lines", answer["params"]["message"])
        self.assertEqual(self.startup.state, "preview")
        self.assertEqual(self.line_of(contact).partner_id, partner)
        self.assertEqual(self.line_of(contact).choice, "link")
        self.assertEqual(self.line_of(skipped).choice, "skip")
        self.take_over()
        self.assertEqual(self.line_of(contact).result, "linked")
        self.assertEqual(self.line_of(product).result, "created")

    def test_who_was_linked_meanwhile_is_left_alone(self):
        contact = self.fiken_contact("Kaffehuset AS")
        self.read_fiken()
        self.startup.action_import()
        self.link(self.customer, "contact", contact)
        self.run_cron()
        self.assertEqual(self.line_of(contact).result, "linked_before")
        self.assertFalse(self.new_partners())

    def test_stopping_an_import_leads_back_to_the_preview(self):
        self.fiken_contact()
        self.read_fiken()
        self.startup.action_import()
        self.startup.action_stop()
        self.assertEqual(self.startup.state, "preview")
        self.run_cron()
        self.assertFalse(self.new_partners())


class TestLocked(ImportCase):
    def test_it_is_done_once(self):
        self.fiken_contact("Skippet AS")
        contact = self.fiken_contact("Kaffehuset AS")
        self.read_fiken()
        self.line_of(contact).choice = "create"
        self.startup.line_ids.filtered(
            lambda line: line.name == "Skippet AS"
        ).action_skip()
        self.take_over()
        self.assertEqual(self.new_partners().mapped("name"), ["Kaffehuset AS"])
        for button in ("action_read", "action_import", "action_back", "action_stop"):
            with self.assertRaisesRegex(UserError, "Odoo is master"):
                getattr(self.startup, button)()
        for values in ({"with_products": False}, {"state": "draft"}):
            with self.assertRaises(UserError):
                self.startup.write(values)
        with self.assertRaises(UserError):
            self.startup.line_ids.write({"choice": "create"})
        action = self.env["fiken.import"].action_open(self.fiken_company)
        self.assertEqual(action["res_id"], self.startup.id, "There is no second one")

    def test_reopened_it_doubles_nothing(self):
        contact = self.fiken_contact("Kaffehuset AS")
        skipped = self.fiken_contact("Skippet AS")
        self.read_fiken()
        self.line_of(skipped).action_skip()
        self.take_over()
        partner = self.line_of(contact).partner_id
        self.startup.action_reopen()
        later = self.fiken_contact("Senere AS")
        self.import_all()
        self.assertEqual(self.line_of(contact).result, "created", "The report stays")
        self.assertEqual(self.line_of(contact).partner_id, partner)
        self.assertEqual(self.line_of(later).result, "created")
        self.assertEqual(
            sorted(self.new_partners().mapped("name")),
            ["Kaffehuset AS", "Senere AS", "Skippet AS"],
        )

    def test_who_reopened_it_is_written_down(self):
        self.fiken_contact()
        self.import_all()
        self.startup.action_reopen()
        self.assertIn("opened the import again", self.startup.message_ids[0].body)

    def test_the_report_can_be_exported(self):
        self.fiken_contact("Kaffehuset AS")
        self.import_all()
        rows = self.startup.line_ids.export_data(["name", "result", "partner_id"])
        self.assertEqual(rows["datas"], [["Kaffehuset AS", "Created", "Kaffehuset AS"]])
