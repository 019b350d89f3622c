"""Why something is not in Fiken is read by each in their own language and format."""

from datetime import date

from odoo.tools import html2plaintext

from ...models.connection.sentence import Amount, _lt, joined
from .common import OutboxCase


class TestSentences(OutboxCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("nb_NO")
        cls.norwegian = cls.env["res.lang"]._lang_get("nb_NO")
        cls.norwegian.write(
            {"date_format": "%d.%m.%Y", "thousands_sep": " ", "decimal_point": ","}
        )

    def failed_job(self):
        """An invoice whose discount Fiken may not take: its amount is in the reason."""
        self.fiken_company.negative_lines = "stop"
        move = self.invoice(self.line(9000.0), self.line(-1250.5, account="3100"))
        self.send()
        job = self.jobs(move)
        self.assertEqual(job.state, "blocked")
        return job

    def waiting_job(self):
        """An invoice's that nobody has sent yet."""
        move = self.invoice(partner_id=self.known_customer().id)
        self.commit()
        return self.jobs(move)

    def found(self, lang, *texts, operator="ilike"):
        jobs = self.env["fiken.job"].with_context(lang=lang)
        return [jobs.search([("reason", operator, text)]) for text in texts]

    def test_one_job_is_read_in_two_languages_with_amounts_in_their_formats(self):
        job = self.failed_job()
        english = job.with_context(lang="en_US")
        norwegian = job.with_context(lang="nb_NO")
        self.assertIn("is negative (-1,563.13)", english.reason)
        self.assertIn("-1\N{NO-BREAK SPACE}563,13", norwegian.reason)
        self.assertIn("negativ", norwegian.reason)
        self.assertNotIn("is negative", norwegian.reason)
        self.assertEqual(english.why, english.reason)
        self.assertEqual(norwegian.why, norwegian.reason)
        move = self.env["account.move"].browse(job.res_id)
        self.assertEqual(move.with_context(lang="en_US").fiken_reason, english.reason)
        self.assertEqual(move.with_context(lang="nb_NO").fiken_reason, norwegian.reason)

    def test_dates_are_in_the_readers_format(self):
        self.fiken_company.accounting_start_date = date(2026, 5, 31)
        move = self.invoice(invoice_date="2026-05-02")
        self.send()
        job = self.jobs(move)
        self.assertIn("05/02/2026", job.with_context(lang="en_US").reason)
        self.assertIn("02.05.2026", job.with_context(lang="nb_NO").reason)

    def test_what_is_read_by_programs_is_a_plain_text(self):
        job = self.failed_job()
        [row] = job.with_context(lang="en_US").read(["reason", "note"])
        self.assertIs(type(row["reason"]), str)
        self.assertIs(row["note"], False)

    def test_one_that_waits_says_it_in_the_language_of_its_reader(self):
        """The reason of what it waits for is a sentence within its own."""
        job = self.failed_job()
        other = self.waiting_job()
        other._wait_for(
            job,
            _lt(
                "%(record)s must be in Fiken first. %(reason)s",
                record="F-1",
                reason=job.reason,
            ),
        )
        self.env.invalidate_all()
        said = other.with_context(lang="nb_NO").reason
        self.assertIn("F-1 må være i Fiken først.", said)
        self.assertIn("negativ", said)
        self.assertIn("-1,563.13", other.with_context(lang="en_US").reason)

    def test_a_reason_is_found_by_what_its_reader_sees_of_it(self):
        job = self.failed_job()
        for text in ("is negative", "negative (-1,563.13)", "3100", "NEGATIVE"):
            [found] = self.found("en_US", text)
            self.assertEqual(found, job, text)
        norwegian = job.with_context(lang="nb_NO").reason
        for text in (norwegian.split(".")[0], "1563,13", "NEGATIV"):
            [found] = self.found("nb_NO", text)
            self.assertEqual(found, job, text)
        [none, is_set, is_not] = [
            *self.found("en_US", "amount was paid twice"),
            self.env["fiken.job"].search([("reason", "!=", False)]),
            *self.found("en_US", "is negative", operator="not ilike"),
        ]
        self.assertFalse(none)
        self.assertIn(job, is_set)
        self.assertNotIn(job, is_not)

    def test_names_of_values_are_no_text_that_anybody_could_look_for(self):
        self.failed_job()
        self.assertFalse(self.found("en_US", "fiken_connector")[0])

    def test_dates_are_found_as_their_reader_writes_them(self):
        self.fiken_company.accounting_start_date = date(2026, 5, 31)
        move = self.invoice(invoice_date="2026-05-02")
        self.send()
        job = self.jobs(move)
        self.assertEqual(self.found("nb_NO", "02.05.2026")[0], job)
        self.assertEqual(self.found("en_US", "05/02/2026")[0], job)

    def test_reasons_are_sorted_by_their_source(self):
        jobs = self.env["fiken.job"]
        for text in ("b %(x)s", "a %(x)s", "c %(x)s"):
            job = self.waiting_job()
            job._set_failed(_lt(text, x="z" if text[0] == "a" else "y"))
            jobs |= job
        ordered = jobs.search([("id", "in", jobs.ids)], order="reason")
        self.assertEqual([job.reason[0] for job in ordered], ["a", "b", "c"])

    def test_what_is_hostile_stays_a_value(self):
        job = self.failed_job()
        evil = "<script>alert(1)</script> %s %(x)s \0" + "x" * 100_000
        job._retry()
        job._set_failed(
            _lt("Fiken said: %(message)s (%(status)s)", message=evil, status=1)
        )
        self.env.invalidate_all()
        self.assertIn("%(x)s", job.reason)
        self.env["fiken.todo"]._follow_jobs(self.connection)
        [todo] = self.todos(self.env["account.move"].browse(job.res_id))
        self.assertNotIn("<script", todo.note)

    def test_chatter_and_todo_are_in_the_language_of_who_is_responsible(self):
        self.env.user.lang = "nb_NO"
        job = self.failed_job()
        move = self.env["account.move"].browse(job.res_id)
        [todo] = self.todos(move)
        norwegian = job.with_context(lang="nb_NO").reason
        self.assertIn(norwegian, html2plaintext(todo.note))
        lines = [html2plaintext(line.body) for line in move.message_ids]
        self.assertTrue(any(norwegian in line for line in lines), lines)

    def test_where_nobody_is_responsible_it_is_the_language_of_the_country(self):
        self.assertEqual(self.company._fiken_lang(), "nb_NO")
        self.company.country_id = self.env.ref("base.se")
        self.company.partner_id.lang = "en_US"
        self.assertEqual(self.company._fiken_lang(), "en_US")

    def test_several_sentences_and_plain_texts_are_one_note(self):
        job = self.failed_job()
        job.note = joined(_lt("%(sum)s.", sum=Amount(5)), "Notat", separator=" ")
        job.note = joined(job.note, "til", separator=" ")
        self.env.invalidate_all()
        self.assertEqual(job.with_context(lang="nb_NO").note, "0,05. Notat til")
        self.assertEqual(job.with_context(lang="en_US").note, "0.05. Notat til")
