from odoo import api, fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    # Not by config_parameter: anybody who is logged in can ask for its defaults.
    fiken_client_id = fields.Char(
        "Client ID",
        compute="_compute_fiken_app",
        inverse="_inverse_fiken_app",
        groups="base.group_system",
    )
    fiken_client_secret = fields.Char(
        "Client Secret",
        compute="_compute_fiken_app",
        inverse="_inverse_fiken_app",
        groups="base.group_system",
    )
    fiken_callback_url = fields.Char("Redirect URI", compute="_compute_fiken_callback")
    fiken_callback_is_safe = fields.Boolean(compute="_compute_fiken_callback")
    fiken_currency_is_nok = fields.Boolean(compute="_compute_fiken_currency_is_nok")

    @api.depends("company_id")
    def _compute_fiken_app(self):
        client_id, secret = self.env["fiken.connection"]._app_credentials()
        for settings in self:
            settings.fiken_client_id = client_id
            settings.fiken_client_secret = secret

    def _inverse_fiken_app(self):
        set_param = self.env["ir.config_parameter"].set_param
        for settings in self:
            set_param(
                "fiken_connector.client_id", (settings.fiken_client_id or "").strip()
            )
            set_param(
                "fiken_connector.client_secret",
                (settings.fiken_client_secret or "").strip(),
            )

    @api.depends("company_id")
    def _compute_fiken_callback(self):
        url = self.env["fiken.connection"]._callback_url()
        for settings in self:
            settings.fiken_callback_url = url
            settings.fiken_callback_is_safe = url.startswith(
                ("https://", "http://localhost", "http://127.0.0.1")
            )

    @api.depends("company_id")
    def _compute_fiken_currency_is_nok(self):
        for settings in self:
            settings.fiken_currency_is_nok = (
                settings.company_id.currency_id.name == "NOK"
            )

    def action_fiken_connect(self):
        """*Save and connect*: one press, then Fiken's page."""
        self.env.company._fiken_check_books()
        self.execute()
        connection = self.env["fiken.connection"].search(
            [("fiken_company_ids.company_id", "=", self.env.company.id)], limit=1
        ) or self.env["fiken.connection"].search([("state", "=", "draft")], limit=1)
        if not connection:
            connection = self.env["fiken.connection"].create({})
        return connection.action_connect()
