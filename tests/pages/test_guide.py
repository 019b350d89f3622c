"""The guided set-up: what is done is read from what is there."""

from odoo.exceptions import AccessError, RedirectWarning, UserError

from ..connection.connecting import ConnectCase
from ..people import SecurityCase

MOST_QUERIES = 25


class TestGuide(SecurityCase):
    def guide(self, user=None):
        return self.env["fiken.guide"].with_user(user or self.manager)

    def step(self, key, page=None):
        page = page or self.guide().read_page()
        return next(step for step in page["steps"] if step["key"] == key)

    def test_page_and_what_was_left_ask_at_most_25_queries_each(self):
        """Warm, with something in every step; more shops ask no more."""

        def queries(read):
            for _round in range(2):
                # Who may do what is known then, what there is to show is not.
                self.env.flush_all()
                self.env.invalidate_all()
                before = self.env.cr.sql_log_count
                read()
            return self.env.cr.sql_log_count - before

        self.invoice(post=True)
        self.send()
        self.invoice(post=True)
        self.invoice()
        self.invoice(post=True).fiken_mode = False
        self.env["product.category"].create([{"name": name} for name in "ABC"])
        self.env["account.journal"].create(
            [{"name": code, "code": code, "type": "bank"} for code in ("BNKA", "BNKB")]
        )
        # Two on Fiken's cash account, which nobody has confirmed.
        methods = self.env["pos.payment.method"].sudo()
        methods = methods.create([{"name": name} for name in ("Vipps", "Kort")])
        self.env["fiken.ledger.line"].create(
            [
                {
                    "ledger_id": self.vendor.ledger_id.id,
                    "means_model": method._name,
                    "means_id": method.id,
                    "fiken_code": "1901",
                    "is_proposal": True,
                    "is_confirmed": False,
                }
                for method in methods
            ]
        )
        self.connection.consent_user_id = self.invoicer
        self.vendor.payment_direction = "from"
        self.commit()
        guide = self.guide()
        few = {read: queries(read) for read in (guide.read_page, guide.read_left)}
        since = self.vendor.enabled_since
        self.env["fiken.vendor"].create(
            [
                {"name": name, "code": name, "enabled_since": since}
                for name in ("Kiosk", "Torget", "Nett")
            ]
        )
        for read, count in few.items():
            self.assertLessEqual(count, MOST_QUERIES, read.__name__)
            self.assertEqual(queries(read), count, read.__name__)
        self.assertTrue(guide.read_left())
        names = {row["name"] for row in self.step("details")["means"]}
        self.assertLessEqual({"BNKA", "BNKB", "Vipps", "Kort"}, names)

    def test_only_fiken_managers_see_it(self):
        with self.assertRaises(AccessError):
            self.guide(self.invoicer).read_page()
        with self.assertRaises(AccessError):
            self.guide(self.invoicer).read_left()

    def test_a_manager_is_told_who_may_enter_the_secret(self):
        app = self.step("app")
        self.assertIn("system administrator", app["who_may"])
        self.assertFalse(app["client_id"])
        with self.assertRaisesRegex(UserError, "system administrator"):
            self.guide().connect("my-app", "secret")

    def test_only_accounts_in_use_are_shown_and_same_codes_are_right(self):
        step = self.step("accounts")
        ledger = self.vendor.ledger_id
        self.assertLess(len(step["rows"]), len(ledger.account_line_ids))
        states = {row["name"].split()[0]: row["state"] for row in step["rows"]}
        self.assertEqual(states["3000"], "same")

    def test_a_guess_is_chosen_one_by_one(self):
        """Of an account that nobody uses yet nothing is asked."""
        account = self.account("3001") or self.account("3000").copy({"code": "3001"})
        line = self.env["fiken.ledger.line"].search(
            [
                ("ledger_id", "=", self.vendor.ledger_id.id),
                ("account_id", "=", account.id),
            ]
        ) or self.env["fiken.ledger.line"].create(
            {
                "ledger_id": self.vendor.ledger_id.id,
                "account_id": account.id,
                "fiken_code": "3000",
            }
        )
        line.write({"is_proposal": True, "is_guess": True})
        self.assertNotIn(
            account.id, [row["id"] for row in self.step("accounts")["rows"]]
        )
        self.invoice(self.line(100.0, account=account.code), post=True)
        step = self.step("accounts")
        self.assertEqual(step["state"], "todo")
        [row] = [row for row in step["rows"] if row["id"] == account.id]
        self.assertEqual(row["state"], "guess")
        fiken_account = self.fiken_company.account_ids.filtered(
            lambda one: one.code == "3020"
        )
        page = self.guide().choose_account(
            "account.account", account.id, fiken_account.id
        )
        self.assertEqual(self.step("accounts", page)["state"], "done")
        self.assertEqual((line.fiken_code, line.is_guess), ("3020", False))

    def test_no_tax_is_said_with_the_accounts_that_refuse_it(self):
        self.vendor.ledger_id.sales_without_tax = False
        step = self.step("details")
        self.assertEqual(step["state"], "todo")
        refused = {one["value"]: one["refused"] for one in step["no_tax_choices"]}
        self.assertIn("3000", refused["NONE"])
        page = self.guide().set_no_tax("OUTSIDE")
        self.assertEqual(self.step("details", page)["no_tax"], "OUTSIDE")
        self.assertEqual(self.vendor.ledger_id.sales_without_tax, "OUTSIDE")

    def test_what_is_off_is_named_and_switched(self):
        step = self.step("flows")
        bills = next(row for row in step["rows"] if row["key"] == "bill")
        self.assertFalse(bills["is_on"])
        self.assertIn(bills["label"], step["summary"])
        page = self.guide().set_flow("bill", "booked")
        self.assertEqual(self.vendor.bill_mode, "booked")
        step = self.step("flows", page)
        self.assertNotIn(bills["label"], step["summary"])
        with self.assertRaises(UserError):
            self.guide().set_flow("bill", "everything")

    def test_the_first_document_ends_it(self):
        move = self.invoice()
        step = self.step("first")
        self.assertEqual(step["state"], "todo")
        self.assertIn(move.id, [row["id"] for row in step["documents"]])
        self.send()
        self.assertEqual(move.fiken_state, "booked")
        step = self.step("first")
        self.assertEqual(step["state"], "done")
        self.assertIn(move.name, step["summary"])


class TestGuideBefore(ConnectCase):
    """Before there is any connection."""

    def guide(self):
        return self.env["fiken.guide"].with_user(self.manager)

    def test_missing_credentials_lead_here_and_leave_no_empty_connection(self):
        self.set_param("client_id", False)
        connections = self.env["fiken.connection"].sudo()
        before = connections.search_count([])
        with self.assertRaises(RedirectWarning) as raised, self.env.cr.savepoint():
            self.guide().connect()
        action = self.env.ref("fiken_connector.fiken_guide_action")
        self.assertEqual(raised.exception.args[1], action.id)
        self.assertEqual(connections.search_count([]), before)

    def test_each_step_waits_for_the_one_before(self):
        self.set_param("client_id", False)
        page = self.guide().read_page()
        states = [step["state"] for step in page["steps"]]
        self.assertEqual(states, ["todo"] + ["locked"] * 7)
        self.assertEqual(page["next"], "app")
        self.set_param("client_id", "sandbox-client")
        page = self.guide().read_page()
        self.assertEqual(page["next"], "consent")
        self.assertEqual(
            [step["state"] for step in page["steps"]][:2], ["done", "todo"]
        )
