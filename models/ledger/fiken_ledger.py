from odoo import api, fields, models, tools
from odoo.exceptions import UserError, ValidationError

from ...fiken_api import vat
from .fiken_ledger_line import ACCEPTED, POS_METHOD

PAYMENT_JOURNALS = ("bank", "cash", "credit")
# Which field of a line names what is mapped; a till's payment method has two.
SOURCES = {
    "account.account": "account_id",
    "product.category": "category_id",
    "account.journal": "journal_id",
}
COPIED_SETTINGS = ("sales_without_tax", "rounding_code")


class FikenLedger(models.Model):
    _name = "fiken.ledger"
    _description = "Fiken Account Mapping"
    _inherit = [
        "mail.thread",
        "mail.activity.mixin",
        "fiken.setting.mixin",
        "fiken.access.mixin",
        "fiken.guard.mixin",
    ]
    _check_company_auto = True
    _check_company_domain = models.check_company_domain_parent_of
    _order = "is_default desc, name, id"

    name = fields.Char(required=True)
    company_id = fields.Many2one(
        "res.company",
        required=True,
        readonly=True,
        index=True,
        default=lambda self: self.env.company._fiken_books(),
    )
    fiken_company_id = fields.Many2one(
        "fiken.company", compute="_compute_fiken_company_id"
    )
    is_default = fields.Boolean(
        "Default Account Mapping",
        readonly=True,
        copy=False,
        help="The template that every new shop copies.",
    )
    vendor_ids = fields.One2many("fiken.vendor", "ledger_id", "Shops")
    line_ids = fields.One2many("fiken.ledger.line", "ledger_id", copy=True)
    account_line_ids = fields.One2many(
        "fiken.ledger.line", "ledger_id", domain=[("kind", "=", "account")]
    )
    category_line_ids = fields.One2many(
        "fiken.ledger.line", "ledger_id", domain=[("kind", "=", "category")]
    )
    means_line_ids = fields.One2many(
        "fiken.ledger.line", "ledger_id", domain=[("kind", "=", "means")]
    )
    sales_without_tax = fields.Selection(
        [
            ("NONE", "No VAT treatment (code 7)"),
            ("OUTSIDE", "Outside the VAT act (code 6)"),
        ],
        "No Tax on Sales",
        tracking=True,
        help="The VAT type of invoice lines that have no tax in Odoo. A company that is"
        " not registered for VAT always uses Outside.",
    )
    rounding_code = fields.Char(
        "Rounding Account",
        default="7740",
        required=True,
        tracking=True,
        help="Where the øre go that Fiken's VAT arithmetic and Odoo's differ by.",
    )

    _default_uniq = models.UniqueIndex(
        "(company_id) WHERE is_default", "A company has one default account mapping."
    )

    # Constraints

    @api.constrains("rounding_code")
    def _check_rounding_code(self):
        for ledger in self:
            if not vat.is_account_code(ledger.rounding_code):
                raise ValidationError(
                    self.env._(
                        "The rounding account of %(ledger)s must look like 7740 or"
                        " 7740:00000.",
                        ledger=ledger.name,
                    )
                )

    # Computes

    @api.depends("company_id")
    def _compute_fiken_company_id(self):
        for company, ledgers in self.grouped("company_id").items():
            books = self.env["fiken.company"]._of_company(company)
            ledgers.fiken_company_id = books

    # Constraints

    @api.constrains("company_id")
    def _check_company_has_books(self):
        self.company_id._fiken_check_books()

    # CRUD

    @api.ondelete(at_uninstall=False)
    def _unlink_except_default(self):
        if self.filtered("is_default"):
            raise UserError(
                self.env._(
                    "The default account mapping cannot be deleted: new shops copy it."
                )
            )

    # Actions

    def action_open_lines(self):
        """All lines as a list, to be searched, exported and imported."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "fiken_connector.fiken_ledger_line_action"
        )
        action["domain"] = [("ledger_id", "=", self.id)]
        action["context"] = {"default_ledger_id": self.id}
        return action

    def action_open_categories(self):
        return self._open_lines_by("categories")

    def action_open_proposals(self):
        """Those that something is booked on; the rest when it is first needed."""
        action = self._open_lines_by("proposed")
        action["context"]["search_default_in_use"] = 1
        return action

    def action_open_unknown(self):
        return self._open_lines_by("unknown")

    def action_open_to_confirm(self):
        return self._open_lines_by("to_confirm")

    def _open_lines_by(self, filter_name):
        """The lines, searched by a filter that the person can take away."""
        action = self.action_open_lines()
        action["context"] |= {
            f"search_default_{filter_name}": 1,
            # Which columns the list has: it does not see what it is searched by.
            "fiken_lines": filter_name,
        }
        return action

    # Business: templates

    @api.model
    def _default_of(self, company):
        """The default ledger of a company, made when it is missing."""
        ledger = self.sudo().search(
            [("company_id", "=", company.id), ("is_default", "=", True)], limit=1
        )
        return ledger or self.sudo().create(
            {
                "name": self.env._("Default account mapping"),
                "company_id": company.id,
                "is_default": True,
            }
        )

    def _copy_for(self, vendor_name):
        """A vendor's own ledger, equal to this one today."""
        self.ensure_one()
        return self.sudo().copy({"name": vendor_name, "is_default": False})

    def _setting_differences_to(self, target):
        """Names of the ledger's own settings that copying would change."""
        return [
            name
            for name in COPIED_SETTINGS
            if self[name] and self[name] != target[name]
        ]

    def _differences_to(self, target):
        """What copying this ledger onto another one changes.

        :return: list of (our line, the target's line or an empty one)
        """
        theirs = {line._source_key(): line for line in target.line_ids}
        none = self.env["fiken.ledger.line"]
        pairs = [(line, theirs.get(line._source_key(), none)) for line in self.line_ids]
        return [
            (line, other)
            for line, other in pairs
            if (line.fiken_code, line.purchase_code)
            != (other.fiken_code, other.purchase_code)
        ]

    def _account_by_code(self, code):
        """The one account of Odoo's chart with this code."""
        accounts = self.env["account.account"].sudo().with_company(self.company_id)
        account = accounts.search(
            [*accounts._check_company_domain(self.company_id), ("code", "=", code)],
            limit=1,
        )
        if not account:
            raise ValidationError(
                self.env._(
                    "%(ledger)s: there is no account %(code)s in Odoo's chart of"
                    " %(company)s.",
                    ledger=self.name,
                    code=code,
                    company=self.company_id.name,
                )
            )
        return account

    def _journals(self):
        # A Fiken manager need not be an accountant.
        return (
            self.env["account.journal"]
            .sudo()
            .search_fetch(
                [("company_id", "child_of", self.company_id.id)],
                ["company_id", "currency_id", "default_account_id", "name", "type"],
            )
        )

    def _payment_journals(self, journals=None):
        """
        :param journals: all of the company, where they were looked up already
        """
        journals = self._journals() if journals is None else journals
        return journals.filtered(lambda journal: journal.type in PAYMENT_JOURNALS)

    def _pos_methods(self):
        """The tills' payment methods, where there are tills."""
        if POS_METHOD not in self.env:
            return ()
        return (
            self.env[POS_METHOD]
            .sudo()
            .search_fetch(
                [("company_id", "child_of", self.company_id.id)], ["name", "type"]
            )
        )

    # Business: mapping

    @api.model
    def _mapped_models(self):
        return {*SOURCES, POS_METHOD}

    def _map(self, source, code, purchase_code=False):
        """A person says which account in Fiken is that of an Odoo record."""
        self.ensure_one()
        key = (source._name, source.id)
        values = {"fiken_code": code, "purchase_code": purchase_code, **ACCEPTED}
        line = self.line_ids.filtered(lambda one: one._source_key() == key)
        if line:
            line.write(values)
            return
        if source._name in SOURCES:
            named = {SOURCES[source._name]: source.id}
        else:
            named = {"means_model": source._name, "means_id": source.id}
        line.create({"ledger_id": self.id, **named, **values})

    # Business: codes

    @tools.ormcache("self.id")
    def _codes(self):
        """{(model, id): (Fiken code, purchase code)} of this ledger, as it is used."""
        return {
            line._source_key(): (line.fiken_code, line.purchase_code or "")
            for line in self.sudo().line_ids
            if line._is_used()
        }

    def _codes_of(self, record):
        """(Fiken code, purchase code) of what is mapped; each may be ''."""
        return self._codes().get((record._name, record.id), ("", ""))

    def _code_of(self, record):
        """Fiken's code for an Odoo account or means of payment, or ''."""
        return self._codes_of(record)[0]

    def _guess_of(self, account):
        """The line of an account that waits for a person to accept it."""
        return (
            self.env["fiken.ledger.line"]
            .sudo()
            .search_fetch(
                [
                    ("ledger_id", "=", self.id),
                    ("account_id", "=", account.id),
                    ("is_guess", "=", True),
                ],
                ["fiken_code"],
            )
        )

    def _category_code(self, category, side):
        """The code of a product category or its nearest mapped parent, or ''.

        :param str side: ``income`` or ``expense``
        """
        codes = self._codes()
        index = 0 if side == "income" else 1
        for category_id in reversed((category.parent_path or "").split("/")[:-1]):
            code = codes.get(("product.category", int(category_id)), ("", ""))[index]
            if code:
                return code
        return ""
