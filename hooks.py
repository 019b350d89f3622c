"""What installing and uninstalling do besides tables."""

import logging

_logger = logging.getLogger(__name__)


def post_init_hook(env):
    """A default ledger for each Norwegian company, ready to be filled."""
    for company in env["res.company"].search(
        [("account_fiscal_country_id.code", "=", "NO")]
    ):
        env["fiken.ledger"]._default_of(company)


def uninstall_hook(env):
    """Take our consents back; documents in Odoo and in Fiken stay as they are."""
    connections = env["fiken.connection"].with_context(active_test=False).search([])
    for connection in connections.filtered(lambda here: not here.is_elsewhere):
        refusal = connection._revoke()
        if refusal:
            _logger.warning("The consent of %s may stand: %s", connection.name, refusal)
    env["ir.config_parameter"].search([("key", "=like", "fiken_connector.%")]).unlink()
    connections.cron_id.unlink()
    vendors = env["fiken.vendor"].with_context(active_test=False)
    vendors.search([("settlement_cron_id", "!=", False)]).settlement_cron_id.unlink()
