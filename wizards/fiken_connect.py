from odoo import api, fields, models
from odoo.exceptions import UserError

from ..fiken_api import answers


class FikenConnect(models.TransientModel):
    """Which of the shared Fiken companies keeps this Odoo company's books."""

    _name = "fiken.connect"
    _description = "Choose the Fiken Company"

    connection_id = fields.Many2one("fiken.connection", required=True, readonly=True)
    company_id = fields.Many2one(
        "res.company",
        "Odoo Company",
        required=True,
        default=lambda self: self.env.company._fiken_books(),
        domain="[('id', 'in', allowed_company_ids), ('parent_id', '=', False)]",
    )
    line_ids = fields.One2many("fiken.connect.company", "wizard_id")
    choice_id = fields.Many2one(
        "fiken.connect.company", "Fiken Company", domain="[('wizard_id', '=', id)]"
    )
    enabled_since = fields.Date(
        required=True,
        default=fields.Date.context_today,
        help="Nothing dated before this day is sent. Choose the day after the last one"
        " that is booked in Fiken already.",
    )
    organization_differs = fields.Boolean(compute="_compute_warnings")
    currency_is_other = fields.Boolean(compute="_compute_warnings")
    confirm_organization = fields.Boolean("The numbers differ, and it is right so")
    asks_enabled_since = fields.Boolean(compute="_compute_asks_enabled_since")
    last_booked_on = fields.Date("Last Day Booked in Fiken", readonly=True)
    confirm_booked = fields.Boolean("It is right so: none of this is booked in Fiken")

    @api.depends("choice_id", "company_id")
    def _compute_warnings(self):
        for wizard in self:
            ours = wizard.company_id.partner_id._fiken_organization_number()
            theirs = wizard.choice_id.organization_number or ""
            wizard.organization_differs = bool(
                wizard.choice_id and ours != theirs.replace(" ", "")
            )
            wizard.currency_is_other = wizard.company_id.currency_id.name != "NOK"

    @api.depends("choice_id", "company_id")
    def _compute_asks_enabled_since(self):
        """Whether the company's main vendor still needs a day to begin."""
        for wizard in self:
            linked = self.env["fiken.company"]._of_company(wizard.company_id)
            same = linked.slug == wizard.choice_id.slug
            wizard.asks_enabled_since = not (
                same and linked.default_vendor_id.enabled_since
            )

    @api.onchange("enabled_since", "choice_id")
    def _onchange_enabled_since(self):
        self.last_booked_on = False
        self.confirm_booked = False

    @api.model_create_multi
    def create(self, vals_list):
        wizards = super().create(vals_list)
        for wizard in wizards:
            wizard._read_companies()
        return wizards

    def action_choose(self):
        """Link, read the chart of accounts, propose the ledger."""
        self.ensure_one()
        self.connection_id._check_manager()
        if not self.choice_id:
            raise UserError(self.env._("Choose a Fiken company."))
        if self.company_id not in self.env.companies:
            raise UserError(
                self.env._(
                    "You do not work in %(company)s.",
                    company=self.company_id.sudo().name,
                )
            )
        self.company_id._fiken_check_books()
        if self.currency_is_other:
            raise UserError(
                self.env._(
                    "Fiken keeps books in NOK only, and the currency of %(company)s is"
                    " %(currency)s.",
                    company=self.company_id.name,
                    currency=self.company_id.currency_id.name,
                )
            )
        if self.organization_differs and not self.confirm_organization:
            raise UserError(
                self.env._(
                    "The organisation number of %(fiken)s is %(theirs)s, that of"
                    " %(company)s is %(ours)s. Tick the box if it is right so.",
                    fiken=self.choice_id.name,
                    theirs=self.choice_id.organization_number or "-",
                    company=self.company_id.name,
                    ours=self.company_id.partner_id._fiken_organization_number() or "-",
                )
            )
        if not self.choice_id.has_api_access:
            raise UserError(
                self.env._(
                    "%(name)s has not ordered Fiken's API module. In Fiken: Foretak ›"
                    " Tilleggstjenester › API. Then choose it again.",
                    name=self.choice_id.name,
                )
            )
        if not self._is_start_right():
            return self._page()
        fiken_company = self.env["fiken.company"]._link(
            self.connection_id, self.company_id, self.choice_id.row, self.enabled_since
        )
        fiken_company._fetch_accounts()
        fiken_company._propose_ledgers()
        return self.connection_id.action_test()

    def _is_start_right(self):
        """Whether nothing is booked in Fiken from the day on, or a person says so."""
        if not self.asks_enabled_since:
            return True
        last = self.connection_id._last_booked_since(
            self.choice_id.slug, self.enabled_since
        )
        if not last or (self.confirm_booked and self.last_booked_on == last):
            return True
        self.last_booked_on = last
        self.confirm_booked = False
        return False

    def _page(self):
        return self._get_records_action(
            name=self._description, target="new", context={}
        )

    def _read_companies(self):
        self.connection_id._check_manager()
        with self.connection_id._click_session() as session:
            rows = list(session.pages("/companies"))
        shown = (
            "name",
            "slug",
            "organization_number",
            "has_api_access",
            "test_company",
        )
        self.line_ids = [
            fields.Command.create(
                {key: answers.company(row)[key] for key in shown} | {"row": row}
            )
            for row in rows
        ]
        linked = self.env["fiken.company"]._of_company(self.company_id)
        number = self.company_id.partner_id._fiken_organization_number()
        same = self.line_ids.filtered(
            lambda line: line.slug == linked.slug
        ) or self.line_ids.filtered(
            lambda line: number and line.organization_number == number
        )
        if len(same) == 1 or len(self.line_ids) == 1:
            self.choice_id = (same or self.line_ids)[:1]


class FikenConnectCompany(models.TransientModel):
    _name = "fiken.connect.company"
    _description = "Fiken Company to Choose"

    wizard_id = fields.Many2one("fiken.connect", ondelete="cascade")
    name = fields.Char(readonly=True)
    slug = fields.Char(readonly=True)
    organization_number = fields.Char(readonly=True)
    has_api_access = fields.Boolean("API Module", readonly=True)
    test_company = fields.Boolean(readonly=True)
    row = fields.Json(readonly=True)

    @api.depends("name", "organization_number")
    def _compute_display_name(self):
        for line in self:
            parts = [line.name, line.organization_number]
            if line.test_company:
                parts.append(self.env._("test company"))
            if not line.has_api_access:
                parts.append(self.env._("no API module"))
            line.display_name = " · ".join(part for part in parts if part)
