"""1 000 confirmed invoices through the worker, beside a bare loop of the same POSTs.

The worker runs as Odoo's cron runs it, in a process of its own, without pauses between
requests, on a cluster that really writes to disk; the sandbox answers without delay.
The bare loop posts the same bodies to the same sandbox.
"""

import json
import resource
import subprocess
import sys

import _common as bench

DOCS = 1000
CUSTOMERS = 200
CHUNK = 100
DATABASE = "bench_push"


def prepare(box):
    """Confirmed invoices whose customers are in Fiken; each owes one sale.

    :return: the customers' ids in Fiken
    """
    bench.database(DATABASE)
    with bench.environment(DATABASE) as env:
        bench.norwegian_company(env)
        fiken_company = bench.connect(env, box)
        partners = bench.customers(env, CUSTOMERS)
        contacts = bench.create_contacts(box, CUSTOMERS)
        bench.bind(env, fiken_company, partners, contacts)
        # Other crons of a new database are all due: they are not what is measured.
        env.cr.execute(
            "UPDATE ir_cron SET nextcall = nextcall + interval '1 day' WHERE id != %s",
            [fiken_company.connection_id.cron_id.id],
        )
    for _ in range(DOCS // CHUNK):
        with bench.environment(DATABASE) as env:
            partners = env["res.partner"].search([("name", "=like", "Kunde %")])
            bench.drafts(env, partners, CHUNK).action_post()
    box.reset_stats()
    return contacts


def work():
    """The child process: what a cron thread of Odoo does, until nothing is due."""
    bench.start_odoo()
    with bench.environment(DATABASE) as env:
        cron = type(env["ir.cron"])

        def left():
            env.cr.rollback()
            return env["fiken.job"].search_count([("state", "!=", "done")])

        def run():
            before = DOCS + 1
            while before > (before := left()) > 0:
                cron._process_jobs(DATABASE)

        seconds, _nothing = bench.measured(run)
        if left():
            raise SystemExit(f"{left()} jobs are not done")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    sys.stdout.write(json.dumps({"seconds": seconds, "peak_mb": peak / 1024}))


def posted_bodies(box):
    """What the worker sent, checked: each document once."""
    bodies = [
        request["body"]
        for request in box.requests()
        if request["method"] == "POST" and request["path"].endswith("/sales")
    ]
    if len({body["saleNumber"] for body in bodies}) != DOCS:
        raise SystemExit("Not every document was sent once")
    return bodies


def bare_loop(box, bodies):
    url = f"{box.url}/api/v2/companies/{bench.SLUG}/sales"
    with bench.api_session() as session:
        for body in bodies:
            session.post(url, json=body).raise_for_status()


def main():
    bench.start_odoo()
    box = bench.sandbox()
    contacts = prepare(box)
    bench.say(f"{DOCS} invoices confirmed, the worker begins")
    child = subprocess.run(
        [sys.executable, __file__, "--worker"], stdout=subprocess.PIPE, check=True
    )
    worker = json.loads(child.stdout)
    requests = box.stats()["total"]
    bodies = posted_bodies(box)
    box.reset()
    anew = dict(zip(contacts, bench.create_contacts(box, CUSTOMERS), strict=True))
    for body in bodies:
        body["customerId"] = int(anew[str(body["customerId"])])
    seconds, _nothing = bench.measured(lambda: bare_loop(box, bodies))
    bench.result(
        "push",
        docs=DOCS,
        docs_per_s=round(DOCS / worker["seconds"], 1),
        raw_per_s=round(DOCS / seconds, 1),
        ratio=round(seconds / worker["seconds"], 3),
        requests_per_doc=requests / DOCS,
        peak_mb=round(worker["peak_mb"], 1),
    )


if __name__ == "__main__":
    work() if "--worker" in sys.argv else main()
