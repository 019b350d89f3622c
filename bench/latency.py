"""How long a confirmed invoice waits until it is booked, beside 10 000 new prices.

A real Odoo server with its default cron threads, the pause between requests on, a
sandbox without delay. One invoice is confirmed every two seconds, by another process as
a web server's would be; its customer and products are in Fiken. First on an idle queue
(``…_idle_s``), then with 10 000 due price changes on the same connection, of which at
least 9 000 must be waiting still at the end. Seconds are those from the commit of
*Confirm* to the commit that says that it is booked.
"""

import os
import socket
import statistics
import subprocess
import time
from contextlib import contextmanager

import _common as bench
import psycopg2

DOCUMENTS = 50
QUEUED = 10_000
LEFT = 9_000
CUSTOMERS = 20
EVERY = 2
# How often the database is asked, and how long the last ones are waited for.
GLANCE = 0.05
PATIENCE = 180
DATABASE = "bench_latency"


def prepare(box):
    """Draft invoices of linked customers, and linked products.

    :return: (their ids of both rounds, the templates of the products to be changed)
    """
    bench.database(DATABASE)
    with bench.environment(DATABASE) as env:
        bench.norwegian_company(env)
        fiken_company = bench.connect(env, box)
        env["ir.config_parameter"].set_param("fiken_connector.pacing_ms", "250")
        partners = bench.customers(env, CUSTOMERS)
        contacts = bench.create_contacts(box, CUSTOMERS)
        bench.bind(env, fiken_company, partners, contacts)
        products = env["product.product"].create(
            [
                {"name": f"Pris {number}", "default_code": f"P-{number}"}
                for number in range(QUEUED)
            ]
        )
        bind_products(env, box, fiken_company, products)
        # Other crons of a new database are all due: they are not what is measured.
        env.cr.execute(
            "UPDATE ir_cron SET active = FALSE WHERE id != %s",
            [fiken_company.connection_id.cron_id.id],
        )
        ids = bench.drafts(env, partners, 2 * DOCUMENTS).ids
        return ids, products.product_tmpl_id.ids


def bind_products(env, box, fiken_company, products):
    """Fiken has them already, at another price."""
    records = [
        {
            "name": product.name,
            "productNumber": product.default_code,
            "unitPrice": 100,
            "incomeAccount": "3000",
            "vatType": "HIGH",
            "active": True,
        }
        for product in products
    ]
    remote_ids = box.fill(bench.SLUG, "products", records)
    bench.bind(env, fiken_company, products, remote_ids, "product")


@contextmanager
def server():
    """An Odoo server with its default threads; it ends with the block."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = subprocess.Popen(
        [
            bench.ROOT / "dev/odoo",
            f"--database={DATABASE}",
            f"--http-port={port}",
            "--workers=0",
            "--log-level=error",
        ],
        env={**os.environ, "FIKEN_PG": "durable"},
    )
    try:
        wait_for_port(port)
        yield
    finally:
        process.terminate()
        process.wait(30)


def wait_for_port(port):
    for _second in range(60):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(1)
    raise SystemExit("The Odoo server did not start")


def change_prices(template_ids):
    with bench.environment(DATABASE, tracking_disable=True) as env:
        env["product.template"].browse(template_ids).write({"list_price": 123})


class Watch:
    """When documents are booked, as another connection to the database sees it."""

    def __init__(self):
        self._connection = psycopg2.connect(dbname=DATABASE)
        self._connection.autocommit = True
        self._confirmed = {}
        self.seconds = []

    def confirmed(self, move_id):
        self._confirmed[move_id] = time.monotonic()

    def until(self, moment):
        """Look until a moment has come, or until all are booked and it is None."""
        end = moment or time.monotonic() + PATIENCE
        while time.monotonic() < end and (moment or self._confirmed):
            self._look()
            time.sleep(GLANCE)
        if not moment and self._confirmed:
            raise SystemExit(f"{len(self._confirmed)} invoices were not booked")

    def _look(self):
        if self._confirmed:
            with self._connection.cursor() as cr:
                cr.execute(
                    "SELECT res_id FROM fiken_job WHERE state = 'done' AND resource ="
                    " 'sale' AND res_id = ANY(%s)",
                    [list(self._confirmed)],
                )
                now = time.monotonic()
                for (move_id,) in cr.fetchall():
                    self.seconds.append(now - self._confirmed.pop(move_id))

    def queued(self):
        with self._connection.cursor() as cr:
            cr.execute(
                "SELECT count(*) FROM fiken_job WHERE resource = 'product'"
                " AND state = 'pending'"
            )
            return cr.fetchone()[0]

    def close(self):
        self._connection.close()


def confirm_in_turn(ids):
    """:return: seconds of each invoice, how many price changes wait at the end"""
    watch = Watch()
    try:
        start = time.monotonic()
        for number, move_id in enumerate(ids):
            watch.until(start + number * EVERY)
            with bench.environment(DATABASE) as env:
                env["account.move"].browse(move_id).action_post()
            watch.confirmed(move_id)
        watch.until(None)
        return watch.seconds, watch.queued()
    finally:
        watch.close()


def percentiles(seconds):
    """The median, and what all but one in twenty are faster than."""
    cuts = statistics.quantiles(seconds, n=20, method="inclusive")
    return round(cuts[9], 2), round(cuts[18], 2)


def main():
    bench.start_odoo()
    box = bench.sandbox()
    ids, template_ids = prepare(box)
    with server():
        bench.say(f"{DOCUMENTS} invoices on an idle queue")
        idle, _left = confirm_in_turn(ids[:DOCUMENTS])
        bench.say(f"{QUEUED} new prices, and {DOCUMENTS} invoices more")
        change_prices(template_ids)
        busy, left = confirm_in_turn(ids[DOCUMENTS:])
    if left < LEFT:
        raise SystemExit(f"Only {left} price changes were waiting at the end")
    (p50_idle, p95_idle), (p50, p95) = percentiles(idle), percentiles(busy)
    bench.result(
        "latency",
        documents=DOCUMENTS,
        queued=QUEUED,
        p50_idle_s=p50_idle,
        p95_idle_s=p95_idle,
        p50_s=p50,
        p95_s=p95,
    )


if __name__ == "__main__":
    main()
