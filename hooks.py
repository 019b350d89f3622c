"""What installing and uninstalling do besides tables."""

import logging
from typing import NamedTuple

from .fiken_api import errors, oauth
from .models.connection.exceptions import GateBusy
from .models.connection.fiken_connection import CLICK_PATIENCE
from .models.connection.fiken_gate import FikenGate

_logger = logging.getLogger(__name__)


class Grant(NamedTuple):
    """One consent, as it can be ended when its connection is gone."""

    name: str
    gate: FikenGate
    access_token: str
    refresh_token: str


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
        Grant(
            one.name,
            FikenGate(env.cr.dbname, one._gate_key(), one._pause()),
            one.access_token,
            one.refresh_token,
        )
        for one in connections
        if one.access_token and not one.is_elsewhere
    ]
    connections.cron_id.unlink()
    vendors = env["fiken.vendor"].with_context(active_test=False)
    vendors.search([("settlement_cron_id", "!=", False)]).settlement_cron_id.unlink()
    env["ir.config_parameter"].search([("key", "=like", "fiken_connector.%")]).unlink()
    env.cr.postcommit.add(lambda: _end(app, grants))


def _end(app, grants):
    for grant in grants:
        try:
            grant.gate.enter(CLICK_PATIENCE)
            _end_grant(app, grant)
        except errors.InvalidGrant:
            continue  # it has ended already
        except (GateBusy, errors.FikenError) as error:
            _logger.warning("The consent of %s may stand: %r", grant.name, error)
        finally:
            grant.gate.close()


def _end_grant(app, grant):
    oauth_url, client_id, secret = app
    try:
        with grant.gate.request():
            oauth.revoke(oauth_url, grant.access_token)
    except errors.Unauthorized:
        with grant.gate.request():
            tokens = oauth.refresh(oauth_url, client_id, secret, grant.refresh_token)
        with grant.gate.request():
            oauth.revoke(oauth_url, tokens["access_token"])
