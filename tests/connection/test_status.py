"""While nothing can be sent it is said on every page; in the morning by e-mail."""

from datetime import datetime

from freezegun import freeze_time

from odoo.tests import new_test_user

from ..common import FikenCase

# Summer: nine o'clock in Norway is seven in UTC.
NINE, SIX, NEXT_NINE = (
    datetime(2026, 6, 1, 7),
    datetime(2026, 6, 1, 4),
    datetime(2026, 6, 2, 7),
)


class StatusCase(FikenCase):
    def person(self, login, groups, **values):
        return new_test_user(
            self.env,
            login,
            groups=groups,
            email=f"{login}@example.com",
            company_id=self.company.id,
            company_ids=[(6, 0, self.company.ids)],
            **values,
        )

    def setUp(self):
        super().setUp()
        self.manager = self.person("anna", "fiken_connector.group_fiken_manager")
        self.biller = self.person("berit", "account.group_account_invoice")


class TestBanner(StatusCase):
    def troubles(self, user):
        self.env.invalidate_all()
        return self.env["fiken.todo"].with_user(user).status()["troubles"]

    def test_nothing_is_said_while_all_is_well(self):
        self.assertFalse(self.troubles(self.manager))
        self.assertFalse(self.troubles(self.biller))

    def test_a_lost_consent_is_said_to_all_and_mended_by_managers(self):
        self.connection.state = "reconnect"
        [row] = self.troubles(self.manager)
        self.assertIn("connected again", row["text"])
        self.assertEqual(row["action"]["res_model"], "fiken.connection")
        self.assertTrue(row["button"])
        [row] = self.troubles(self.biller)
        self.assertFalse(row["action"])
        self.assertRegex(row["who"], "^Ask .")
        self.connection.state = "connected"
        self.assertFalse(self.troubles(self.biller))

    def test_a_copied_database_and_a_company_that_was_unticked_are_said(self):
        self.connection.database_name = "another"
        self.assertIn("moved or copied", self.troubles(self.biller)[0]["text"])
        self.connection.database_name = self.env.cr.dbname
        self.fiken_company.is_shared = False
        self.assertIn("not shared", self.troubles(self.biller)[0]["text"])

    def test_it_is_asked_in_few_queries(self):
        todos = self.env["fiken.todo"].with_user(self.biller)
        todos.status()
        self.env.invalidate_all()
        with self.assertQueryCount(25):
            todos.status()


class TestDigest(StatusCase):
    def mails(self, when):
        with freeze_time(when):
            self.env["fiken.todo"].sudo()._cron_digest()
        mails = self.env["mail.mail"].sudo().search([("email_to", "like", "anna")])
        bodies = mails.mapped("body_html")
        self.subjects = mails.mapped("subject")
        self.env["mail.mail"].sudo().search([]).unlink()
        return bodies

    def tell(self):
        return self.connection._notify_managers("look", "Look at it", "Please")

    def test_a_quiet_day_has_no_mail(self):
        self.assertFalse(self.mails(NINE))

    def test_it_comes_once_a_day_in_the_morning(self):
        todo = self.tell()
        self.assertFalse(self.mails(SIX), "It is early")
        [body] = self.mails(NINE)
        self.assertIn("Look at it", body)
        self.assertIn(f"model=fiken.todo&amp;res_id={todo.id}", body)
        self.assertIn("1", self.subjects[0])
        self.assertFalse(self.mails(NINE), "Once")
        self.assertEqual(len(self.mails(NEXT_NINE)), 1)
        self.connection._cured("look")
        self.assertFalse(self.mails(datetime(2026, 6, 3, 7)), "All is done")

    def test_several_stand_in_one_mail_each_with_its_link(self):
        self.tell()
        self.connection._notify_managers("other", "Look elsewhere", "Now. At once.")
        [body] = self.mails(NINE)
        self.assertIn("2", self.subjects[0])
        for todo in self.env["fiken.todo"].search([("state", "=", "open")]):
            self.assertIn(f"res_id={todo.id}", body)
            self.assertIn(todo.title, body)
        self.assertIn("At once", body)
        self.assertIn("/odoo/fiken-todo", body)

    def test_it_is_in_the_language_of_who_reads_it(self):
        self.env["res.lang"]._activate_lang("nb_NO")
        self.manager.lang = "nb_NO"
        self.tell()
        [body] = self.mails(NINE)
        self.assertRegex(body, r"\d\d\.\d\d\.\d{4}", "its dates too")
        self.assertNotIn("to do for Fiken", self.subjects[0])

    def test_its_link_opens_the_todo_of_whom_it_is_for(self):
        todo = self.tell()
        self.assertTrue(todo.with_user(self.manager).has_access("read"))
        self.assertEqual(todo._get_redirect_suggested_company(), todo.company_id)

    def test_who_wants_none_gets_none(self):
        self.tell()
        self.manager.with_user(self.manager).fiken_digest = False
        self.assertFalse(self.mails(NINE))

    def test_who_can_do_nothing_gets_none(self):
        self.tell()
        with freeze_time(NINE):
            self.env["fiken.todo"].sudo()._cron_digest()
        mails = self.env["mail.mail"].sudo().search([("email_to", "!=", False)])
        self.assertTrue(mails.filtered(lambda mail: "anna" in mail.email_to))
        self.assertFalse(mails.filtered(lambda mail: "berit" in mail.email_to))
