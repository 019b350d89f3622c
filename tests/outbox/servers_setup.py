# ruff: noqa: F821
# Not imported: servers.py pipes it into "odoo shell", where env is there. It
# connects a Norwegian company to the sandbox, drafts invoices and prints their ids.
import json
import os
from datetime import timedelta

import requests

from odoo import Command, fields

SLUG = "fiken-demo-kaffe-as"
URL = os.environ["SANDBOX_URL"]


def fiken(path):
    rows, page = [], 0
    while page == 0 or len(more) == 100:
        more = requests.get(
            f"{URL}/api/v2{path}",
            params={"page": page, "pageSize": 100},
            headers={"Authorization": "Bearer sandbox-token"},
            timeout=10,
        ).json()
        rows += more
        page += 1
    return rows


parameter = env["ir.config_parameter"].set_param
parameter("fiken_connector.api_url", f"{URL}/api/v2")
parameter("fiken_connector.oauth_url", f"{URL}/oauth")
parameter("fiken_connector.client_id", "sandbox-client")
parameter("fiken_connector.client_secret", "sandbox-secret")
parameter("fiken_connector.pacing_ms", "10")
parameter("fiken_connector.timeout_pause", "0.01")
parameter("fiken_connector.request_timeout", "10")
# Only the worker runs: ours would be switched on again, so their turn does not come.
crons = env["ir.cron"].search([])
ours = crons.filtered(lambda cron: cron.model_name.startswith("fiken."))
ours.nextcall = fields.Datetime.now() + timedelta(days=365)
env["ir.cron.trigger"].search([("cron_id", "in", ours.ids)]).unlink()
(crons - ours).active = False
env.ref("base.user_admin").group_ids |= env.ref("fiken_connector.group_fiken_manager")

company = env.ref("base.main_company")
company.country_id = env.ref("base.no")
env["account.chart.template"].try_loading("no", company, install_demo=False)
connection = env["fiken.connection"].create(
    {
        "state": "connected",
        "user_email": "kari@example.com",
        "access_token": "sandbox-token",
        "token_expires_at": fields.Datetime.now() + timedelta(days=1),
        **env["fiken.connection"]._here(),
    }
)
row = next(row for row in fiken("/companies") if row["slug"] == SLUG)
fiken_company = env["fiken.company"]._link(
    connection, company, row, fields.Date.to_date("2026-01-01")
)
env["fiken.account"]._replace(
    fiken_company,
    fiken(f"/companies/{SLUG}/accounts"),
    fiken(f"/companies/{SLUG}/bankAccounts"),
)
fiken_company._propose_ledgers()
# Fiken issues the invoices of one journal.
vendor = env["fiken.vendor"].create(
    {
        "name": "Nettbutikk",
        "code": "NETT",
        "company_id": company.id,
        "fiken_company_id": fiken_company.id,
        "enabled_since": "2026-01-01",
        "issuer": "fiken",
        "bank_account_id": fiken_company.account_ids.filtered("is_bank")[0].id,
    }
)
# Making PDFs is not what these tests look at.
env["fiken.vendor"].search([]).attach_files = False
journals = {
    "odoo": env["account.journal"].search([("type", "=", "sale")], limit=1),
    "fiken": env["account.journal"].create(
        {
            "name": "Nettbutikk",
            "code": "NETT",
            "type": "sale",
            "fiken_vendor_id": vendor.id,
        }
    ),
}


def drafts(count, issuer):
    partners = env["res.partner"].create(
        [
            {"name": f"Kunde {issuer} {number}", "country_id": company.country_id.id}
            for number in range(min(count, 8))
        ]
    )
    env["fiken.resource.contact"]._enqueue(partners, fiken_company)
    account = env["account.account"].search([("code", "=", "3000")], limit=1)
    tax = env["account.tax"].search(
        [("l10n_no_standard_code", "=", "3"), ("type_tax_use", "=", "sale")], limit=1
    )
    return (
        env["account.move"]
        .create(
            [
                {
                    "move_type": "out_invoice",
                    "journal_id": journals[issuer].id,
                    "partner_id": partners[number % len(partners)].id,
                    "invoice_date": "2026-03-16",
                    "invoice_date_due": "2026-04-15",
                    "invoice_line_ids": [
                        Command.create(
                            {
                                "name": "Kaffe",
                                "price_unit": 100.0 + number,
                                "account_id": account.id,
                                "tax_ids": [Command.set(tax.ids)],
                            }
                        )
                    ],
                }
                for number in range(count)
            ]
        )
        .ids
    )


def shop():
    """A day of a till, sold, paid and closed; :return: the vendor, or None."""
    if "pos.order" not in env:
        return None
    from odoo.addons.fiken_connector.tests.settlement.pos import Shop

    # Odoo lets no superuser open a till.
    seller = Shop(env(user=env.ref("base.user_admin")), company)
    goods = seller.product("Krus", 100.0, seller.tax("3"), seller.account("3000"))
    till = seller.till("Kasse 1")
    session = seller.open(till, 0.0, at="2026-03-16 08:00:00")
    for means in (seller.cash(till), seller.card):
        seller.sell(session, goods, paid=[(means, None)], at="2026-03-16 09:00:00")
    seller.close(session, at="2026-03-16 18:00:00")
    owner = fiken_company.default_vendor_id
    owner.write({"settlement_mode": "booked", "attach_files": False})
    owner.ledger_id._propose()
    owner.ledger_id.line_ids.filtered("is_guess").action_accept()
    owner.ledger_id.line_ids.filtered(
        lambda line: line.means_model == seller.card._name
        and line.means_id == seller.card.id
    ).fiken_code = "1960:10001"
    return owner.id


ids = {
    "shop": shop(),
    "connection": connection.id,
    "gate": connection._gate_key(),
    "issued_by_fiken": drafts(2, "fiken"),
    "issued_by_odoo": drafts(24, "odoo"),
}
# A script of its own: servers and test read what it leaves.
env.cr.commit()  # pylint: disable=invalid-commit
print("READY", json.dumps(ids))  # pylint: disable=print-used
