from odoo import api, fields, models
from odoo.tools import format_date

from .fiken_todo import first_sentence

# The local hour from which the day's mail goes out.
MORNING = 7
# Of more causes than these the mail gives the number.
NAMED = 20


class FikenTodo(models.Model):
    """In the morning, who must act learns by e-mail what waits; else nobody does."""

    _inherit = "fiken.todo"

    @api.model
    def _cron_digest(self):
        """Hourly: the mails of the companies whose morning it is."""
        now = fields.Datetime.now()
        for company in self.search([("state", "=", "open")])._told_companies():
            here = company._fiken_local(now)
            if here.hour >= MORNING and company.fiken_digest_day != here.date():
                company.fiken_digest_day = here.date()
                self._mail_digest(company)

    def _told_companies(self):
        """The companies whose books these are about."""
        return self.company_id | self.connection_id.fiken_company_ids.company_id

    @api.model
    def _mail_digest(self, company):
        """One mail to each person who can act on something, in their language."""
        todos = self.search([("state", "=", "open")]).filtered(
            lambda todo: company in todo._told_companies()
        )
        managers = self._managers_of(company)
        for user in managers | todos.user_id:
            theirs = (
                todos
                if user in managers
                else todos.filtered(lambda todo, user=user: todo.user_id == user)
            )
            if user.active and user.email and user.fiken_digest and theirs:
                theirs._mail_to(user, company)

    def _mail_to(self, user, company):
        here = self.with_context(lang=user.lang or company.partner_id.lang)
        values = {
            "company": company.name,
            "todos": [todo._digest_row() for todo in here[:NAMED]],
            "more": max(len(here) - NAMED, 0),
            "url": self.browse().get_base_url() + "/odoo/fiken-todo",
        }
        self.env["mail.mail"].create(
            {
                "subject": here.env._(
                    "%(company)s: %(count)s to do for Fiken",
                    company=company.name,
                    count=len(here),
                ),
                "body_html": here.env["ir.qweb"]._render(
                    "fiken_connector.todo_digest", values
                ),
                "email_from": company.email_formatted
                or self.env.ref("base.user_root").email_formatted,
                "email_to": user.email_formatted,
                "auto_delete": True,
            }
        )

    def _digest_row(self):
        """What the mail says of one; its link finds the company that it is of."""
        text = (self.text or "").strip()
        if not self.heading:
            # Its first sentence is the title.
            text = text[len(first_sentence(text)) :].lstrip(".!? \n")
        return {
            "title": self.title,
            "text": text,
            "since": format_date(self.env, self.opened_at),
            "url": f"{self.get_base_url()}/mail/view?model={self._name}"
            f"&res_id={self.id}",
        }
