"""A big company's night: 100 000 products compared, 62 days of 10 000 receipts read.

The nightly crons run as Odoo's scheduler runs them, in a process of its own that has
made none of the data, until nothing is left to look at. What counts is the longest run
and the most memory that one had: Odoo kills what takes more than 120 seconds.
"""

import argparse
import ctypes
import gc
import json
import os
import subprocess
import sys
from datetime import date, datetime, time, timedelta

import _common as bench
import settlement as shop

from odoo import Command
from odoo.modules.registry import Registry
from odoo.sql_db import db_connect

DATABASE = "bench_nightly"
SECONDS, MEGABYTES = 100, 400
FILLED = 5000
RUNS_AT_MOST = 2000


# The products


def products(env, fiken_company, box, count):
    """They are in Fiken as they are in Odoo."""
    fiken_company.write({"product_sync": "all", "stock_sync": "all"})
    model = env["product.product"].create(
        {
            "name": "Vare",
            "default_code": "V-0",
            "is_storable": True,
            "list_price": 100,
            "taxes_id": [Command.set(bench.tax(env, "3").ids)],
            "property_account_income_id": bench.account(env, "3000").id,
        }
    )
    env.flush_all()
    strategy = fiken_company._acting("fiken.resource.product")
    body = strategy._body(fiken_company, model.with_env(strategy.env))
    ids = [model.id, *_copies(env, model, count - 1)]
    bodies = [
        {**body, "name": f"Vare {number}", "productNumber": f"V-{number}"}
        for number in range(count)
    ]
    env.cr.execute(
        'UPDATE product_template SET name = \'{"en_US": "Vare 0"}\' WHERE id = %s',
        (model.product_tmpl_id.id,),
    )
    remote_ids = []
    for first in range(0, count, FILLED):
        rows = [{**row, "stock": 0} for row in bodies[first : first + FILLED]]
        remote_ids += box.fill(bench.SLUG, "products", rows)
    _bind(env, fiken_company, ids, remote_ids, bodies)
    # What the model of them owed, and those of Odoo itself.
    env.cr.precommit.run()
    env.cr.execute("UPDATE product_template SET sale_ok = name->>'en_US' LIKE 'Vare %'")
    env.cr.execute("DELETE FROM fiken_job")


def _copies(env, model, count):
    """As many products as this one, numbered from 1, by SQL; :return: their ids."""
    template_id = model.product_tmpl_id.id
    templates = _copied_rows(
        env,
        "product_template",
        template_id,
        count,
        name="jsonb_build_object('en_US', 'Vare ' || n)",
        default_code="'V-' || n",
    )
    first = min(templates, default=0)
    env.cr.execute(
        """INSERT INTO product_taxes_rel (prod_id, tax_id)
           SELECT made, tax_id FROM product_taxes_rel, UNNEST(%s) made
            WHERE prod_id = %s""",
        (templates, template_id),
    )
    return _copied_rows(
        env,
        "product_product",
        model.id,
        count,
        product_tmpl_id=f"{first} + n - 1",
        default_code="'V-' || n",
    )


def _copied_rows(env, table, row_id, count, **values):
    """Copies of a row, with other values; their ids follow each other."""
    env.cr.execute(
        "SELECT column_name FROM information_schema.columns"
        " WHERE table_name = %s AND column_name != 'id'",
        (table,),
    )
    names = [row[0] for row in env.cr.fetchall()]
    columns = ", ".join(f'"{name}"' for name in names)
    chosen = ", ".join(values.get(name, f'"{name}"') for name in names)
    env.cr.execute(
        f"""INSERT INTO {table} ({columns})
            SELECT {chosen} FROM {table}, generate_series(1, %s) n WHERE id = %s
          ORDER BY n RETURNING id""",
        (count, row_id),
    )
    return [row[0] for row in env.cr.fetchall()]


def _bind(env, fiken_company, ids, remote_ids, bodies):
    from odoo.addons.fiken_connector.models.outbox.fiken_resource import Prepared

    strategy = env["fiken.resource.product"]
    for first in range(0, len(ids), FILLED):
        part = slice(first, first + FILLED)
        env["fiken.binding"]._link(
            strategy,
            fiken_company,
            [
                {
                    "res_id": res_id,
                    "remote_id": str(remote_id),
                    "number": body["productNumber"],
                    "payload_hash": Prepared(body, "").payload_hash,
                    "sent_values": body,
                }
                for res_id, remote_id, body in zip(
                    ids[part], remote_ids[part], bodies[part], strict=True
                )
            ],
        )
    env.cr.execute(
        "UPDATE fiken_binding SET sent_at = NOW() AT TIME ZONE 'UTC' - '1d'::interval"
    )


# The shop


def days_sold(env, fiken_company, days, receipts):
    """One day's receipts, and the same on each of the other days; all days booked."""
    _vendor, session = shop.till(env)
    goods = _goods(env)
    vendor = fiken_company.default_vendor_id
    session.config_id.journal_id.fiken_vendor_id = vendor
    last = date.today() - timedelta(days=1)
    first = last - timedelta(days=days - 1)
    session.start_at = datetime.combine(first, time(5))
    env.flush_all()
    shop.ORDERS, shop._receipt = receipts, _receipt
    shop.fill(env, session, goods)
    for number in range(1, days):
        _day_again(env, session, number)
    env.cr.execute(
        """
        UPDATE pos_session
           SET state = 'closed', stop_at = start_at + '14h'::interval,
               cash_register_balance_start = 0,
               cash_register_balance_end_real = (
                   SELECT SUM(amount) FROM pos_payment
                     JOIN pos_payment_method method ON method.id = payment_method_id
                    WHERE session_id = pos_session.id AND method.is_cash_count)
        """
    )
    env.cr.execute("ANALYZE")
    env.invalidate_all()
    vendor.write({"settlement_mode": "booked", "enabled_since": first})
    ledger = vendor.ledger_id
    ledger._propose()
    ledger.line_ids.filtered("is_guess").action_accept()
    return vendor.id, [first + timedelta(days=number) for number in range(days)]


def _receipt(dice, rows, included):
    """Without an øre to round; else as :func:`settlement._receipt`."""
    lines = []
    parity = dice.randrange(2)
    for _line in range(dice.choice((1, 2, 2, 3, 4, 6))):
        row = rows[2 * dice.randrange(len(rows) // 2) + parity]
        product_id, price, tax_id, _rate = row
        quantity = dice.choice((1, 1, 1, 2, 3))
        base = price * quantity
        net, gross = (base / 1.25, base) if tax_id in included else (base, base * 1.25)
        lines.append((product_id, tax_id, price, quantity, 0, net, gross))
    return lines


def _goods(env):
    """Of one rate, half of them priced with tax."""
    tax = bench.tax(env, "3")
    included = tax.copy({"name": "incl.", "price_include_override": "tax_included"})
    return env["product.product"].create(
        [
            {
                "name": f"Kassevare {number}",
                "type": "service",
                "sale_ok": False,
                "list_price": 10 * (1 + number),
                "taxes_id": [Command.set((included if number % 2 else tax).ids)],
                "property_account_income_id": bench.account(env, "3000").id,
            }
            for number in range(300)
        ]
    )


def _day_again(env, session, number):
    """The receipts of the first day once more, so many days later."""
    cr = env.cr
    [session_id] = _copied_rows(
        env,
        "pos_session",
        session.id,
        1,
        name=f"'Kasse/{number}'",
        start_at=f"start_at + '{number}d'::interval",
    )
    shift = {}
    for table in ("pos_order", "pos_order_line", "pos_payment"):
        cr.execute(f"SELECT MAX(id) FROM {table}")
        shift[table] = cr.fetchone()[0]
    moved = f"date_order + '{number}d'::interval"
    changed = {
        "pos_order": {"session_id": str(session_id), "date_order": moved},
        "pos_order_line": {"order_id": f"order_id + {shift['pos_order']}"},
        "pos_payment": {
            "pos_order_id": f"pos_order_id + {shift['pos_order']}",
            "session_id": str(session_id),
        },
    }
    orders = f"(SELECT id FROM pos_order WHERE session_id = {session.id})"
    of_the_first = {
        "pos_order": f"session_id = {session.id}",
        "pos_order_line": f"order_id IN {orders}",
        "pos_payment": f"session_id = {session.id}",
    }
    for table, values in changed.items():
        cr.execute(
            "SELECT column_name FROM information_schema.columns WHERE table_name = %s",
            (table,),
        )
        names = [row[0] for row in cr.fetchall()]
        values = {"id": f"id + {shift[table]}", "uuid": "gen_random_uuid()", **values}
        columns = ", ".join(f'"{name}"' for name in names)
        chosen = ", ".join(values.get(name, f'"{name}"') for name in names)
        cr.execute(
            f"INSERT INTO {table} ({columns}) SELECT {chosen} FROM {table}"
            f" WHERE {of_the_first[table]}"
        )
        cr.execute(f"SELECT setval('{table}_id_seq', (SELECT MAX(id) FROM {table}))")
    cr.execute(
        f"""INSERT INTO account_tax_pos_order_line_rel
                   (pos_order_line_id, account_tax_id)
            SELECT pos_order_line_id + {shift["pos_order_line"]}, account_tax_id
              FROM account_tax_pos_order_line_rel rel
              JOIN pos_order_line line ON line.id = rel.pos_order_line_id
             WHERE line.order_id IN {orders}"""
    )


def book(vendor_id, days):
    """All days are in Fiken."""
    with bench.environment(DATABASE) as env:
        env["fiken.settlement"]._of_days(env["fiken.vendor"].browse(vendor_id), days)
    for day in days:
        with bench.environment(DATABASE) as env:
            settlement = env["fiken.settlement"].search([("day", "=", day)])
            settlement.action_send()
            connection = settlement.fiken_company_id.connection_id
            env.cr.commit()
            env["fiken.worker"]._run(connection)
    for _run in range(len(days)):
        with bench.environment(DATABASE) as env:
            if not env["fiken.job"].search_count([("state", "=", "pending")]):
                break
            env["fiken.worker"]._run(env["fiken.connection"].search([], limit=1))
    with bench.environment(DATABASE) as env:
        booked = env["fiken.settlement"].search_count([("state", "=", "booked")])
        if booked != len(days):
            for one in env["fiken.settlement"].search([("state", "!=", "booked")])[:3]:
                bench.say(f"{one.number} {one.state} {one.reason}")
            for one in env["fiken.job"].search([("state", "!=", "done")])[:3]:
                bench.say(f"{one.resource} {one.state} {one.reason}")
            raise SystemExit(f"{booked} of {len(days)} days are booked")


# The night


def measure():
    """In a process of its own: what each run took, as JSON."""
    bench.start_odoo()
    registry = Registry(DATABASE)
    with bench.environment(DATABASE) as env:
        crons = [
            (cron.id, cron.cron_name)
            for cron in env["ir.cron"].search([("interval_type", "=", "days")])
            if cron.model_name.startswith("fiken.")
        ]
    runs = []
    for cron_id, name in crons:
        is_going_on = True
        while is_going_on:
            _forget_peak()
            seconds, _none = bench.measured(
                lambda cron_id=cron_id: _run(registry, cron_id)
            )
            runs.append((name, seconds, _peak()))
            with bench.environment(DATABASE) as env:
                rounds = env["fiken.round"].search([("cron_id", "=", cron_id)])
                is_going_on = any(one._is_due() for one in rounds)
            if len(runs) > RUNS_AT_MOST:
                raise SystemExit("The night does not end.")
    with bench.environment(DATABASE) as env:
        for one in env["fiken.round"].search([]):
            took = one.finished_at - one.started_at if one.finished_at else "unfinished"
            bench.say(f"{one.look} {one.res_model}: {took} {one.found} {one.left_out}")
        bench.say(
            f"{env['fiken.job'].search_count([('state', '!=', 'done')])} jobs owed"
        )
    sys.stdout.write(json.dumps(runs))


def _run(registry, cron_id):
    with db_connect(DATABASE).cursor() as cr:
        cron = registry["ir.cron"]
        job = cron._acquire_one_job(cr, cron_id, include_not_ready=True)
        cron._process_job(cr, job)


def _forget_peak():
    gc.collect()
    ctypes.CDLL(None).malloc_trim(0)
    with open("/proc/self/clear_refs", "w") as file:
        file.write("5")


def _peak():
    """Megabytes of this process at the most, as Linux counts them."""
    with open("/proc/self/status") as file:
        line = next(line for line in file if line.startswith("VmHWM"))
    return int(line.split()[1]) / 1024


def prepare(box, options):
    bench.database(DATABASE, everything=True)
    with bench.environment(DATABASE) as env:
        bench.norwegian_company(env)
        fiken_company = bench.connect(env, box)
        seconds, _none = bench.measured(
            lambda: products(env, fiken_company, box, options.products)
        )
        bench.say(f"{options.products} products in {seconds:.0f} s")
        seconds, (vendor_id, days) = bench.measured(
            lambda: days_sold(env, fiken_company, options.days, options.receipts)
        )
        bench.say(f"{options.days} days of {options.receipts} in {seconds:.0f} s")
    seconds, _none = bench.measured(lambda: book(vendor_id, days))
    bench.say(f"booked in {seconds:.0f} s")
    with bench.environment(DATABASE) as env:
        parameters = env["ir.config_parameter"]
        # As it is where somebody works.
        parameters.set_param("fiken_connector.pacing_ms", False)
        parameters.set_param("fiken_connector.timeout_pause", False)
        env.cr.execute("DELETE FROM ir_cron_trigger")
        env.cr.execute("DELETE FROM fiken_round")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--products", type=int, default=100_000)
    parser.add_argument("--days", type=int, default=62)
    parser.add_argument("--receipts", type=int, default=10_000)
    parser.add_argument("--measure", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.measure:
        measure()
        return
    bench.start_odoo()
    box = bench.sandbox()
    prepare(box, options)
    done = subprocess.run(
        [sys.executable, __file__, "--measure"],
        check=True,
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ,
    )
    runs = json.loads(done.stdout)
    for name in dict.fromkeys(run[0] for run in runs):
        own = [run for run in runs if run[0] == name]
        bench.say(
            f"{name}: {len(own)} runs, {sum(run[1] for run in own):.0f} s,"
            f" at most {max(run[1] for run in own):.1f} s"
            f" and {max(run[2] for run in own):.0f} MB"
        )
    seconds = max(run[1] for run in runs)
    megabytes = max(run[2] for run in runs)
    bench.result(
        "nightly",
        products=options.products,
        seconds_per_run=round(seconds, 1),
        runs=len(runs),
        peak_mb=round(megabytes, 1),
    )
    if seconds >= SECONDS or megabytes >= MEGABYTES:
        sys.exit(1)


if __name__ == "__main__":
    main()
