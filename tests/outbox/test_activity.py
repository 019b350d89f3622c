"""*Activity*: one row a document, found by what people know of it."""

from ..people import SecurityCase


class TestActivity(SecurityCase):
    """Read as the user with the least rights who should see it."""

    def rows(self, *domain):
        jobs = self.env["fiken.job"].with_user(self.invoicer)
        return jobs.search([("is_leading", "=", True), *domain])

    def stopped(self, **values):
        """An invoice to a new customer, on an account that is mapped to nothing."""
        move = self.invoice(self.line(100.0, "3", "3005"), **values)
        self.send()
        self.assertEqual(move.fiken_state, "blocked")
        return move

    def test_invoice_and_its_new_customer_are_one_row(self):
        move = self.invoice()
        self.send()
        jobs = self.jobs(move) | self.jobs(self.customer)
        self.assertEqual(set(jobs.mapped("resource")), {"contact", "sale"})
        self.assertEqual(set(jobs.mapped("document_id")), {move.id})
        row = self.rows(("document_id", "=", move.id))
        self.assertEqual(row, self.jobs(move, "sale"))
        self.assertEqual(row.document_name, move.name)
        self.assertEqual(row.partner_name, self.customer.name)
        self.assertIn("125.00", row.amount_text)
        self.assertEqual(row.document_kind, "Customer Invoice")
        self.assertRegex(row.sent_in, r"^\d+ s$")

    def test_customer_edited_by_itself_is_a_row_of_its_own(self):
        self.invoice()
        self.send()
        self.customer.phone = "22000000"
        self.commit()
        row = self.rows(("document_model", "=", "res.partner"))
        self.assertEqual(row.document_id, self.customer.id)
        self.assertEqual(row.stands, "under_way")

    def test_the_row_is_the_job_that_stopped(self):
        """An invoice that waits for its customer shows what is wrong with that one."""
        self.customer.name = "x" * 300
        move = self.invoice()
        self.send()
        row = self.rows(("document_id", "=", move.id))
        self.assertEqual(row.stands, "needs")
        self.assertEqual(row.state, "failed", row.why)
        self.assertEqual(row.resource, "contact")
        self.assertEqual(row.document_name, move.name)

    def test_tabs(self):
        done = self.invoice()
        self.send()
        stopped = self.stopped()
        waiting = self.invoice()
        self.commit()
        for tab, move in (("needs", stopped), ("under_way", waiting), ("done", done)):
            rows = self.rows(("stands", "=", tab), ("document_id", ">=", done.id))
            self.assertEqual(rows.mapped("document_id"), move.ids, tab)
            self.assertEqual(set(rows.mapped("stands")), {tab})

    def test_found_by_number_customer_amount_and_number_in_fiken(self):
        move = self.stopped()
        other = self.invoice(self.line(77.7))
        self.send()
        number = self.binding(other, "sale").number
        for condition, found in (
            (("document_name", "ilike", move.name), move),
            (("partner_name", "ilike", "kaffebaren"), move | other),
            (("amount", "=", 97.13), other),
            (("amount", "=", 125), move),
            (("fiken_number", "ilike", number), other),
            (("reason", "ilike", "3005"), move),
        ):
            rows = self.rows(condition, ("document_model", "=", "account.move"))
            self.assertEqual(set(rows.mapped("document_id")), set(found.ids), condition)

    def test_a_page_of_rows_asks_little_however_many_they_are(self):
        moves = self.env["account.move"].union(
            *(self.invoice(self.line(100 + n)) for n in range(12))
        )
        self.send()
        shown = """document_name partner_name amount_text document_kind state why
            last_step_at sent_in vendor_id resource fiken_number""".split()

        def page(limit):
            self.env.invalidate_all()
            jobs = self.env["fiken.job"].with_user(self.invoicer)
            before = self.env.cr.sql_log_count
            jobs.web_search_read(
                [("is_leading", "=", True), ("document_id", "in", moves.ids)],
                {name: {} for name in shown},
                limit=limit,
            )
            return self.env.cr.sql_log_count - before

        page(12)
        few, many = page(2), page(12)
        self.assertLessEqual(many, few)
        self.assertLessEqual(many, 25)
