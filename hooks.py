"""What installing and uninstalling do besides tables."""

import logging

from odoo.addons.fiken_connector.fiken_api import errors, oauth

_logger = logging.getLogger(__name__)


def post_init_hook(env):
    """A default ledger for each Norwegian company, ready to be filled."""
    for company in env["res.company"].search([("account_fiscal_country_id.code", "=", "NO")]):
        env["fiken.ledger"]._default_of(company)


def uninstall_hook(env):
    """Take our consents back; documents in Odoo and in Fiken stay as they are."""
    connections = env["fiken.connection"].with_context(active_test=False).search([])
    for connection in connections.filtered("access_token"):
        try:
            oauth.revoke(connection._oauth_url(), connection.access_token)
        except errors.FikenError as error:
            _logger.info("Fiken did not confirm the revocation: %s", error)
    env["ir.config_parameter"].search(
        [("key", "in", ("fiken_connector.client_id", "fiken_connector.client_secret"))]
    ).unlink()
    connections.cron_id.unlink()
