"""The day of a busy shop: 20 000 receipts of the point of sale are read as one day.

Beside it a bare SQL aggregate of the same rows, and what Odoo itself adds up from the
same receipts when it closes the session: not one øre may differ.
"""

import ctypes
import gc
import random
import statistics
from collections import defaultdict
from datetime import date, timedelta

import _common as bench

from odoo import Command

DATABASE = "bench_settlement"
ORDERS = 20000
GOODS = 300
RUNS = 3
SEED = 20260316
DAY = date(2026, 3, 16)
BATCH = 500


def prepare(env):
    """A shop with one till; :return: (vendor, session, its goods)."""
    bench.norwegian_company(env)
    return *till(env), _goods(env)


def till(env):
    """:return: (vendor, an open session)"""
    env.user.group_ids |= env.ref("point_of_sale.group_pos_manager")
    journal = env["account.journal"].create(
        {"name": "Kasse", "code": "KASSE", "type": "general"}
    )
    vendor = env["fiken.vendor"].create({"name": "Kiosk", "code": "KIOSK"})
    journal.fiken_vendor_id = vendor
    methods = env["pos.payment.method"].create(
        [
            {"name": name, "journal_id": _journal(env, name, code, kind).id}
            for name, code, kind in (
                ("Kort", "KRT", "bank"),
                ("Kontant", "KNT", "cash"),
            )
        ]
    )
    config = env["pos.config"].create(
        {
            "name": "Kasse",
            "journal_id": journal.id,
            "payment_method_ids": [Command.set(methods.ids)],
        }
    )
    session = env["pos.session"].create({"config_id": config.id, "user_id": env.uid})
    session.set_opening_control(0, "")
    session.start_at = f"{DAY} 06:00:00"
    return vendor, session


def _journal(env, name, code, kind):
    account = env["account.account"].search([("code", "=", "7770")])
    return env["account.journal"].create(
        {
            "name": name,
            "code": code,
            "type": kind,
            "profit_account_id": account.id,
            "loss_account_id": account.id,
        }
    )


def _goods(env):
    """Things of three rates, half of them priced with tax, as shops price them."""
    taxes = []
    for code in ("3", "31", "32"):
        tax = bench.tax(env, code)
        included = tax.copy(
            {"name": f"{tax.name} incl.", "price_include_override": "tax_included"}
        )
        taxes += [tax, included]
    accounts = env["account.account"].search([("code", "in", ("3000", "3020", "3030"))])
    dice = random.Random(SEED)
    return env["product.product"].create(
        [
            {
                "name": f"Vare {number}",
                "type": "service",
                "list_price": round(dice.uniform(9, 900), 2),
                "taxes_id": [Command.set(taxes[number % 6].ids)],
                "property_account_income_id": accounts[number % 3].id,
            }
            for number in range(GOODS)
        ]
    )


def fill(env, session, goods):
    """The receipts, with stored subtotals as a till writes them: line by line."""
    rows = [
        (product.id, product.list_price, product.taxes_id.id, product.taxes_id.amount)
        for product in goods
    ]
    included = {
        product.taxes_id.id for product in goods if product.taxes_id.price_include
    }
    dice = random.Random(SEED)
    for first in range(0, ORDERS, BATCH):
        orders = [_receipt(dice, rows, included) for _order in range(BATCH)]
        _insert(env, session, first, orders)
    env.cr.execute("ANALYZE pos_order, pos_order_line, pos_payment")
    env.cr.execute("ANALYZE account_tax_pos_order_line_rel")


def _receipt(dice, rows, included):
    """[(product, tax, price, quantity, discount, net, gross)]"""
    lines = []
    # A way of pricing per receipt: a shop has one.
    parity = dice.randrange(2)
    for _line in range(dice.choice((1, 2, 2, 3, 4, 6))):
        product_id, price, tax_id, rate = rows[
            2 * dice.randrange(len(rows) // 2) + parity
        ]
        quantity = dice.choice((1, 1, 1, 2, 3, 0.455))
        discount = dice.choice((0, 0, 0, 0, 10, 25))
        base = price * quantity * (1 - discount / 100)
        share = 1 + rate / 100
        net, gross = (
            (base / share, base) if tax_id in included else (base, base * share)
        )
        lines.append(
            (
                product_id,
                tax_id,
                price,
                quantity,
                discount,
                round(net, 2),
                round(gross, 2),
            )
        )
    return lines


def _insert(env, session, first, orders):
    begin = session.start_at
    journal_id = session.config_id.journal_id.id
    cr = env.cr
    cr.execute(
        """
        INSERT INTO pos_order (name, session_id, config_id, company_id, sale_journal,
               state, date_order, pos_reference, uuid, amount_total, amount_tax,
               amount_paid, amount_return, currency_rate, create_date, write_date)
        SELECT 'Kasse/' || n, %(session)s, %(config)s, %(company)s, %(journal)s, 'paid',
               moment, '260-' || n, gen_random_uuid(), total, tax, total, 0, 1,
               NOW(), NOW()
          FROM UNNEST(%(numbers)s, %(moments)s::timestamp[], %(totals)s, %(taxes)s)
            AS made (n, moment, total, tax)
     RETURNING id, amount_total
        """,
        {
            "session": session.id,
            "config": session.config_id.id,
            "company": session.company_id.id,
            "journal": journal_id,
            "numbers": list(range(first, first + len(orders))),
            "moments": [
                begin + timedelta(seconds=2 * (first + number))
                for number in range(len(orders))
            ],
            "totals": [sum(line[6] for line in lines) for lines in orders],
            "taxes": [sum(line[6] - line[5] for line in lines) for lines in orders],
        },
    )
    made = cr.fetchall()
    lines = [
        (order_id, *line)
        for (order_id, _total), goods in zip(made, orders, strict=True)
        for line in goods
    ]
    columns = [list(column) for column in zip(*lines, strict=True)]
    cr.execute(
        """
        INSERT INTO pos_order_line (name, company_id, order_id, product_id, price_unit,
               qty, discount, price_subtotal, price_subtotal_incl, uuid)
        SELECT 'x', %s, * FROM (
               SELECT o, p, price, qty, discount, net, gross, gen_random_uuid()
                 FROM UNNEST(%s, %s, %s, %s, %s, %s, %s)
                   AS made (o, p, price, qty, discount, net, gross)) made
     RETURNING id
        """,
        (session.company_id.id, columns[0], columns[1], *columns[3:]),
    )
    ids = [row[0] for row in cr.fetchall()]
    cr.execute(
        "INSERT INTO account_tax_pos_order_line_rel (pos_order_line_id, account_tax_id)"
        " SELECT * FROM UNNEST(%s, %s)",
        (ids, columns[2]),
    )
    methods = session.config_id.payment_method_ids
    cr.execute(
        """
        INSERT INTO pos_payment (pos_order_id, session_id, company_id, amount,
               payment_method_id, payment_date, uuid)
        SELECT o, %s, %s, amount, (%s)[1 + o %% 2], %s, gen_random_uuid()
          FROM UNNEST(%s, %s) AS made (o, amount)
        """,
        (
            session.id,
            session.company_id.id,
            methods.ids,
            begin,
            [row[0] for row in made],
            [row[1] for row in made],
        ),
    )


def bare(env, begin, end):
    """The sums of the same rows as a reader would do who knows nothing of rounding."""
    env.cr.execute(
        """
        SELECT l.product_id, t.account_tax_id, SUM(l.price_subtotal),
               SUM(l.price_subtotal_incl), SUM(l.qty)
          FROM pos_order o
          JOIN pos_order_line l ON l.order_id = o.id
     LEFT JOIN account_tax_pos_order_line_rel t ON t.pos_order_line_id = l.id
         WHERE o.date_order >= %s AND o.date_order < %s AND o.state != 'cancel'
      GROUP BY l.product_id, t.account_tax_id
        """,
        (begin, end),
    )
    env.cr.fetchall()
    env.cr.execute(
        """
        SELECT p.payment_method_id, SUM(p.amount)
          FROM pos_order o JOIN pos_payment p ON p.pos_order_id = o.id
         WHERE o.date_order >= %s AND o.date_order < %s AND o.state != 'cancel'
      GROUP BY p.payment_method_id
        """,
        (begin, end),
    )
    return env.cr.fetchall()


def measure(vendor_id, begin, end):
    """:return: (the day, seconds, seconds of bare SQL, megabytes more at the most)"""
    seconds, sql_seconds, megabytes = [], [], []
    for _run in range(RUNS):
        with bench.environment(DATABASE) as env:
            sql_seconds.append(bench.measured(lambda env=env: bare(env, begin, end))[0])
        with bench.environment(DATABASE) as env:
            vendor = env["fiken.vendor"].browse(vendor_id)
            before = _memory("VmRSS", forget_peak=True)
            spent, day = bench.measured(
                lambda env=env, vendor=vendor: env["fiken.pos.day"]._read(vendor, DAY)
            )
            seconds.append(spent)
            megabytes.append(_memory("VmHWM") - before)
    return (
        day,
        statistics.median(seconds),
        statistics.median(sql_seconds),
        max(megabytes),
    )


def _memory(name, forget_peak=False):
    """Megabytes of this process, as Linux counts them."""
    if forget_peak:
        # What the filling left behind unused is no reserve for the reading.
        gc.collect()
        ctypes.CDLL(None).malloc_trim(0)
        with open("/proc/self/clear_refs", "w") as file:
            file.write("5")
    with open("/proc/self/status") as file:
        line = next(line for line in file if line.startswith(name))
    return int(line.split()[1]) / 1024


def difference(day, session):
    """Øre by which the day differs from what Odoo would post, all accounts added."""
    seconds, posted = bench.measured(
        lambda: session._accumulate_amounts({"bank_payment_method_diffs": {}})
    )
    bench.say(f"Odoo added up the same receipts in {seconds:.0f} s")
    left = defaultdict(int)
    for key, amounts in posted["sales"].items():
        left[key["account_id"], 0] += round(amounts["amount"] * 100)
    for (_account, repartition_id, _tags), amounts in posted["taxes"].items():
        tax = session.env["account.tax.repartition.line"].browse(repartition_id).tax_id
        left[0, tax.id] += round(amounts["amount"] * 100)
    for line in day.lines:
        left[line.account_id, 0] += line.net
        left[0, line.tax_ids[0]] += line.vat
    return sum(abs(amount) for amount in left.values())


def main():
    bench.start_odoo()
    bench.database(DATABASE, everything=True)
    with bench.environment(DATABASE) as env:
        vendor, session, goods = prepare(env)
        env.flush_all()
        seconds, _none = bench.measured(lambda: fill(env, session, goods))
        bench.say(f"{ORDERS} receipts in {seconds:.0f} s")
        env.cr.execute(
            "UPDATE pos_session SET state = 'closed', stop_at = %s WHERE id = %s",
            (f"{DAY} 20:00:00", session.id),
        )
        env.invalidate_all()
        begin, end = env["fiken.pos.day"]._bounds(vendor, DAY)
        vendor_id, session_id = vendor.id, session.id
    day, seconds, sql_seconds, megabytes = measure(vendor_id, begin, end)
    with bench.environment(DATABASE) as env:
        ore = difference(day, env["pos.session"].browse(session_id))
    bench.say(
        f"{len(day.order_ids)} receipts of {day.gross / 100:.2f} kr"
        f" became {len(day.lines)} lines"
    )
    bench.result(
        "settlement",
        orders=len(day.order_ids),
        seconds=round(seconds, 3),
        sql_seconds=round(sql_seconds, 3),
        extra_mb=round(megabytes, 1),
        difference_ore=ore,
    )


if __name__ == "__main__":
    main()
