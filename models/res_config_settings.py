from odoo import api, fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    fiken_client_id = fields.Char(
        "Client ID", config_parameter="fiken_connector.client_id"
    )
    fiken_client_secret = fields.Char(
        "Client Secret", config_parameter="fiken_connector.client_secret"
    )
    fiken_callback_url = fields.Char("Redirect URI", compute="_compute_fiken_callback")
    fiken_callback_is_safe = fields.Boolean(compute="_compute_fiken_callback")
    fiken_currency_is_nok = fields.Boolean(compute="_compute_fiken_currency_is_nok")

    @api.depends("company_id")
    def _compute_fiken_callback(self):
        url = self.env["fiken.connection"]._callback_url()
        for settings in self:
            settings.fiken_callback_url = url
            settings.fiken_callback_is_safe = url.startswith("https://")

    @api.depends("company_id")
    def _compute_fiken_currency_is_nok(self):
        for settings in self:
            settings.fiken_currency_is_nok = (
                settings.company_id.currency_id.name == "NOK"
            )

    def action_fiken_connect(self):
        """*Save and connect*: one press, then Fiken's page."""
        self.execute()
        connection = self.env["fiken.connection"].search(
            [("fiken_company_ids.company_id", "=", self.env.company.id)], limit=1
        ) or self.env["fiken.connection"].search([("state", "=", "draft")], limit=1)
        if not connection:
            connection = self.env["fiken.connection"].create({})
        return connection.action_connect()
