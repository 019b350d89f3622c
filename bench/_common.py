"""What benchmarks share: databases, a connected company, a sandbox, the answer."""

import atexit
import contextlib
import importlib.util
import json
import os
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path

import requests

from odoo import SUPERUSER_ID, Command, api, fields, sql_db
from odoo.modules.registry import Registry
from odoo.tools import config

ROOT = Path(__file__).resolve().parent.parent
SLUG = "fiken-demo-kaffe-as"
TODAY = "2026-03-16"
# Norwegian SAF-T code, account and price of the lines of every invoice.
LINES = (("3", "3000", 129.9), ("31", "3030", 47.5), ("3", "3020", 1250.0))


def say(text):
    sys.stderr.write(f"    {text}\n")


def result(name, **figures):
    """Print the one line that a benchmark is asked for."""
    line = json.dumps({"name": name, **figures})
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


# Databases


def _shell(commands):
    """Run functions of dev/_lib.sh, on the durable cluster."""
    subprocess.run(
        ["bash", "-euo", "pipefail", "-c", f'. "{ROOT}/dev/_lib.sh"\n{commands}'],
        check=True,
        stdout=sys.stderr,
        env={**os.environ, "FIKEN_PG": "durable"},
    )


def database(name, addon=True, everything=False):
    """A database of its own, dropped at the end.

    :param bool everything: with the modules that the addon can work with, and not only
        the smallest set
    """
    say(f"database {name}, {'with' if addon else 'without'} the addon")
    template, modules = "fiken_template_min", "$MODULES_MIN"
    if everything:
        template, modules = "fiken_template", "$MODULES_ALL"
    _shell(
        f"""
        ensure_setup
        template {template} "{modules}"
        db_copy {template} {name}
        {f"install {name} fiken_connector" if addon else ""}
        """
    )
    atexit.register(drop, name)
    return name


def copy(name, target):
    """Another database like this one, dropped at the end."""
    sql_db.close_db(name)
    _shell(f"ensure_setup\ndb_copy {name} {target}")
    atexit.register(drop, target)


def drop(name):
    sql_db.close_db(name)
    _shell(f"ensure_setup\ndb_drop {name}")


def start_odoo():
    """Odoo in this process: no server, no crons, quiet."""
    config.parse_config(
        ["--log-level=error", "--max-cron-threads=0"], setup_logging=True
    )


@contextlib.contextmanager
def environment(database_name, user_id=SUPERUSER_ID, **context):
    """A transaction of a real user; committed at the end."""
    with Registry(database_name).cursor() as cr:
        env = api.Environment(cr, user_id, context)
        yield env
        env.cr.commit()


def measured(work):
    """:return: (seconds, what ``work`` returned)"""
    started = time.perf_counter()
    value = work()
    return time.perf_counter() - started, value


# The sandbox


def of_tests(name):
    """A module or package of tests/ that needs nothing outside of itself."""
    path = ROOT / "tests" / name
    is_package = path.is_dir()
    spec = importlib.util.spec_from_file_location(
        f"_bench_{path.name}",
        path / "__init__.py" if is_package else path.with_suffix(".py"),
        submodule_search_locations=[str(path)] if is_package else None,
    )
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def sandbox(*arguments):
    """A sandbox process; it ends with this one."""
    return of_tests("sandbox").Sandbox(*arguments)


def create_contacts(box, count):
    """Customers in Fiken; :return: their ids."""
    with api_session() as session:
        url = f"{box.url}/api/v2/companies/{SLUG}/contacts"
        answers = [
            session.post(url, json={"name": f"Kunde {number}", "customer": True})
            for number in range(count)
        ]
    return [answer.headers["Location"].rsplit("/", 1)[-1] for answer in answers]


def api_session():
    """As bare as a client can be; without the look at proxies it is faster still."""
    session = requests.Session()
    session.trust_env = False
    session.headers["Authorization"] = "Bearer sandbox-token"
    return session


# Odoo's side


def norwegian_company(env):
    """The database's one company with the Norwegian chart."""
    company = env.company
    company.write(
        {
            "name": "Demo Kaffe AS",
            "country_id": env.ref("base.no").id,
            "company_registry": "987654317",
        }
    )
    env["account.chart.template"].try_loading("no", company)
    env.user.group_ids |= env.ref("account.group_account_manager")
    return company


def customers(env, count):
    return env["res.partner"].create(
        [
            {
                "name": f"Kunde {number}",
                "is_company": True,
                "country_id": env.ref("base.no").id,
            }
            for number in range(count)
        ]
    )


def tax(env, code):
    """The company's sales tax of a Norwegian standard code."""
    return env["account.tax"].search(
        [
            ("company_id", "=", env.company.id),
            ("l10n_no_standard_code", "=", code),
            ("type_tax_use", "=", "sale"),
        ],
        limit=1,
    )


def account(env, code):
    """The company's account of a code."""
    domain = env["account.account"]._check_company_domain(env.company)
    return env["account.account"].search([*domain, ("code", "=", code)])


def drafts(env, partners, count):
    """``count`` customer invoices, not confirmed, for the partners in turn."""
    products = env["product.product"].create(
        [{"name": f"Vare {number}", "list_price": 100} for number in range(10)]
    )
    lines = []
    for code, account_code, price in LINES:
        lines.append((tax(env, code), account(env, account_code), price))
    return env["account.move"].create(
        [
            {
                "move_type": "out_invoice",
                "partner_id": partners[number % len(partners)].id,
                "invoice_date": TODAY,
                "invoice_line_ids": [
                    Command.create(
                        {
                            "product_id": products[(number + index) % 10].id,
                            "name": f"Vare {line_tax.name}",
                            "quantity": 1 + number % 7,
                            "price_unit": price,
                            "account_id": line_account.id,
                            "tax_ids": [Command.set(line_tax.ids)],
                        }
                    )
                    for index, (line_tax, line_account, price) in enumerate(lines)
                ],
            }
            for number in range(count)
        ]
    )


def connect(env, box):
    """The company's books in the sandbox, its ledger mapped; :return: the books."""
    set_param = env["ir.config_parameter"].set_param
    set_param("fiken_connector.api_url", f"{box.url}/api/v2")
    set_param("fiken_connector.oauth_url", f"{box.url}/oauth")
    set_param("fiken_connector.client_id", "sandbox-client")
    set_param("fiken_connector.client_secret", "sandbox-secret")
    set_param("fiken_connector.pacing_ms", "0")
    set_param("fiken_connector.timeout_pause", "0")
    connection = env["fiken.connection"].create(
        {
            "state": "connected",
            "user_name": "Kari Nordmann",
            "user_email": "kari@example.com",
            "access_token": "sandbox-token",
            "token_expires_at": fields.Datetime.now() + timedelta(days=3650),
            **env["fiken.connection"]._here(),
        }
    )
    # Requests use the connection in transactions of their own.
    env.cr.commit()
    row = box.get(f"/companies/{SLUG}")
    fiken_company = env["fiken.company"]._link(
        connection, env.company, row, fields.Date.to_date("2026-01-01")
    )
    fiken_company._fetch_accounts()
    fiken_company._propose_ledgers()
    # Documents are what is measured, not how fast their PDFs are made.
    fiken_company.vendor_ids.attach_files = False
    return fiken_company


def bind(env, fiken_company, records, remote_ids, resource="contact"):
    """These records are in Fiken already, contacts as customers."""
    env["fiken.binding"].create(
        [
            {
                "fiken_company_id": fiken_company.id,
                "company_id": fiken_company.company_id.id,
                "resource": resource,
                "res_model": records._name,
                "res_id": record.id,
                "remote_id": str(remote_id),
                "sent_values": {"customer": True} if resource == "contact" else False,
            }
            for record, remote_id in zip(records, remote_ids, strict=True)
        ]
    )
