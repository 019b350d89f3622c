"""What installing and uninstalling do besides tables."""

import logging

from .fiken_api import errors, oauth

_logger = logging.getLogger(__name__)


def post_init_hook(env):
    """A default ledger for each Norwegian company, ready to be filled."""
    for company in env["res.company"].search(
        [("account_fiscal_country_id.code", "=", "NO")]
    ):
        env["fiken.ledger"]._default_of(company)


def uninstall_hook(env):
    """Take our consents back; documents in Odoo and in Fiken stay as they are.

    Fiken is told last, after the commit: an uninstall that cannot finish, because a
    scheduled action is running, leaves our access as it was.
    """
    connections = env["fiken.connection"].with_context(active_test=False).search([])
    app = connections._oauth_url(), *connections._app_credentials()
    grants = [
        (one.name, one.access_token, one.refresh_token)
        for one in connections
        if one.access_token and not one.is_elsewhere
    ]
    connections.cron_id.unlink()
    vendors = env["fiken.vendor"].with_context(active_test=False)
    vendors.search([("settlement_cron_id", "!=", False)]).settlement_cron_id.unlink()
    env["ir.config_parameter"].search([("key", "=like", "fiken_connector.%")]).unlink()
    env.cr.postcommit.add(lambda: _end(app, grants))


def _end(app, grants):
    for name, access_token, refresh_token in grants:
        try:
            _end_grant(app, access_token, refresh_token)
        except errors.InvalidGrant:
            continue  # it has ended already
        except errors.FikenError as error:
            _logger.warning("The consent of %s may stand: %s", name, error)


def _end_grant(app, access_token, refresh_token):
    oauth_url, client_id, secret = app
    try:
        oauth.revoke(oauth_url, access_token)
    except errors.Unauthorized:
        tokens = oauth.refresh(oauth_url, client_id, secret, refresh_token)
        oauth.revoke(oauth_url, tokens["access_token"])
