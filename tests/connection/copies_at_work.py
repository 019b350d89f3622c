# ruff: noqa: F821
# Not imported: test_copied_database.py pipes it into "odoo shell". In each database the
# scheduled actions run as Odoo runs them; printed is what came of it.
import json
import os

import requests

from odoo import SUPERUSER_ID, api
from odoo.modules.neutralize import neutralize_database
from odoo.modules.registry import Registry

SANDBOX = os.environ["SANDBOX_URL"]


def asked_fiken():
    stats = requests.get(f"{SANDBOX}/_control/stats", timeout=10).json()
    return stats["total"]


def log_in(env, address):
    """As an administrator does it in the browser."""
    env["res.users"].authenticate(
        {"type": "password", "login": "admin", "password": "admin"},
        {"base_location": address},
    )


def due(env):
    return env["fiken.job"].search_count([("state", "=", "pending")])


def work(name, neutralised=False, addresses=()):
    with Registry(name).cursor() as cr:
        env = api.Environment(cr, SUPERUSER_ID, {})
        if neutralised:
            neutralize_database(cr)
        for address in addresses:
            log_in(env, address)
        # A script of its own: each scheduled action begins with what is committed.
        cr.commit()  # pylint: disable=invalid-commit
        env.invalidate_all()
        env.registry.clear_all_caches()
        seen = {"due": due(env)}
        before = asked_fiken()
        crons = env["ir.cron"].with_context(active_test=False)
        for cron in crons.search([("name", "=like", "Fiken:%")], order="id"):
            cron.method_direct_trigger()
        # They work in transactions of their own.
        cr.commit()  # pylint: disable=invalid-commit
        env.invalidate_all()
        connection = env["fiken.connection"].search([])
        return seen | {
            "requests": asked_fiken() - before,
            "still_due": due(env),
            "is_elsewhere": connection.is_elsewhere,
            "has_other_address": connection.has_other_address,
            "todos": sorted(set(connection.activity_ids.mapped("summary"))),
            "state": connection.state,
            "base_url": env["ir.config_parameter"].get_param("web.base.url"),
        }


seen = [work(**one) for one in json.loads(os.environ["DATABASES"])]
print("SEEN", json.dumps(seen))  # pylint: disable=print-used
