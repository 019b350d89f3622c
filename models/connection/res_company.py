import pytz

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import SQL

TIME_ZONE = "Europe/Oslo"


class ResCompany(models.Model):
    """Whose books a company is: those of the root above it, which a branch shares.

    Odoo's branches have the chart of accounts and the tax return of their root, so they
    are its books in Fiken too. Whoever asks for the books of a company asks here.
    """

    _inherit = "res.company"

    fiken_digest_day = fields.Date(
        readonly=True, copy=False, help="For this day the morning's mails were sent."
    )

    # CRUD

    @api.model_create_multi
    def create(self, vals_list):
        companies = super().create(vals_list)
        # A new branch is one more company of these books.
        self.env["fiken.company"]._forget_routes()
        return companies

    # Business

    def _fiken_local(self, moment):
        """A moment in UTC as the clock on the company's wall shows it."""
        zone = pytz.timezone(self.partner_id.tz or TIME_ZONE)
        return pytz.utc.localize(moment).astimezone(zone)

    def _fiken_books(self):
        """The companies that keep the books of these."""
        return self.sudo().root_id.with_env(self.env)

    def _fiken_members(self):
        """Every company whose books these are: they themselves and all their branches.

        Archived ones have documents as well.
        """
        companies = self.sudo().with_context(active_test=False)
        found = companies.search([("id", "child_of", self.ids)])
        return found.with_env(self.env)

    def _fiken_books_sql(self, company_id):
        """The same of a column, as the id of a company."""
        return SQL(
            "(SELECT split_part(parent_path, '/', 1)::integer FROM res_company"
            " WHERE id = %s)",
            company_id,
        )

    def _fiken_lang(self):
        """What is written for nobody in particular is read in this language."""
        installed = [code for code, _name in self.env["res.lang"].get_installed()]
        if self.sudo().country_id.code == "NO" and "nb_NO" in installed:
            return "nb_NO"
        return self.sudo().partner_id.lang or self.env.lang

    def _fiken_check_books(self):
        """:raise ValidationError: one of these is a branch, which has no books"""
        for company in self.sudo():
            books = company._fiken_books().sudo()
            if company != books:
                raise ValidationError(
                    self.env._(
                        "%(branch)s is a branch, and its books are those of"
                        " %(company)s. Choose %(company)s.",
                        branch=company.name,
                        company=books.name,
                    )
                )
