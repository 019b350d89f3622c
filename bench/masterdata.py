"""Random edits of contacts, products, kits and stock, then a comparison in full.

Every edit is a transaction of its own, the worker runs as Odoo's cron does, and now and
then an answer of Fiken is lost. Time passes faster than on a clock.
"""

import argparse
import random
import sys
from datetime import timedelta

import _common as bench

DATABASE = "bench_masterdata"


def send(fiken_company_id):
    with bench.environment(DATABASE) as env:
        env["fiken.kit"]._cron_notice_changes()
    with bench.environment(DATABASE) as env:
        connection = env["fiken.company"].browse(fiken_company_id).connection_id
        env["fiken.worker"]._run(connection)


def time_passes(seconds):
    with bench.environment(DATABASE) as env:
        env.cr.execute(
            """UPDATE fiken_job SET next_try_at = next_try_at - %(by)s,
                                    sent_at = sent_at - %(by)s""",
            {"by": timedelta(seconds=seconds)},
        )


def prepare(run, box):
    """:return: the id of the Fiken company"""
    bench.database(DATABASE, everything=True)
    with bench.environment(DATABASE) as env:
        bench.norwegian_company(env)
        fiken_company = bench.connect(env, box)
        fiken_company.default_vendor_id.ledger_id.sales_without_tax = "NONE"
        run.prepare(env, fiken_company, bench.tax(env, "3"), bench.account(env, "3000"))
        return fiken_company.id


def drain(run, fiken_company_id):
    """Let the worker go on until nothing is due any more."""
    for _ in range(30):
        send(fiken_company_id)
        with bench.environment(DATABASE) as env:
            if not run.open_jobs(env):
                return
        time_passes(30000)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--edits", type=int, default=500)
    options = parser.parse_args()
    bench.start_odoo()
    box = bench.sandbox()
    rng = random.Random(options.seed)
    run = bench.of_tests("masterdata/random_edits").RandomEdits(rng, box, bench.SLUG)
    expected = bench.of_tests("masterdata/expected").Expected(run)
    fiken_company_id = prepare(run, box)
    send(fiken_company_id)
    bench.say(f"{options.edits} edits begin")
    for _ in range(options.edits):
        with bench.environment(DATABASE) as env:
            run.edit(env)
        if rng.random() < 0.2:
            send(fiken_company_id)
            time_passes(rng.choice((5, 100, 1000)))
    box.no_faults()
    drain(run, fiken_company_id)
    with bench.environment(DATABASE) as env:
        differences, doubles = expected.compare(env)
    for sentence in differences + doubles:
        bench.say(sentence)
    bench.result(
        "masterdata",
        seed=options.seed,
        edits=options.edits,
        differences=len(differences),
        doubles=len(doubles),
    )
    if differences or doubles:
        sys.exit(1)


if __name__ == "__main__":
    main()
