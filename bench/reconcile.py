"""Random documents of every kind through the worker; then the books are compared.

Each document that is booked in the sandbox must have Odoo's net per account and VAT
type and Odoo's VAT per type, to the øre; what differs by Fiken's arithmetic must be on
the rounding account and said; what is not booked must say why. So must all account
balances. Exits with 1 on any difference, or when less than 90 % were booked.
"""

import argparse
import random
import sys

import _common as bench

DATABASE = "bench_reconcile"
CHUNK = 50


def arguments():
    parser = argparse.ArgumentParser(prog="bench/run reconcile")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--documents", type=int, default=200)
    return parser.parse_args()


def send(env, fiken_company):
    worker = env["fiken.worker"]
    connection = fiken_company.connection_id
    while worker._has_due_work(connection):
        worker._run(connection)
        env.invalidate_all()


def main():
    wanted = arguments()
    bench.start_odoo()
    box = bench.sandbox()
    box.reset(counters=True)
    documents, compared = bench.of_tests("generated"), bench.of_tests("compared")
    bench.database(DATABASE)
    with bench.environment(DATABASE) as env:
        bench.norwegian_company(env)
        fiken_company = bench.connect(env, box)
        vendor = fiken_company.default_vendor_id
        vendor.bank_account_id = fiken_company.account_ids.filtered("is_bank")[:1]
        world = documents.World(env, fiken_company, random.Random(wanted.seed))
        moves = env["account.move"]
        while len(moves) < wanted.documents:
            size = min(CHUNK, wanted.documents - len(moves))
            moves |= documents.generate(world, size)
            env.cr.commit()
            bench.say(f"{len(moves)} documents confirmed")
        send(env, fiken_company)
        drafts = moves.filtered(lambda move: move.fiken_state == "draft")
        if drafts:
            drafts.action_fiken_book()
        env.cr.commit()
        send(env, fiken_company)
        booked, stopped, found = compared.compare(moves, box.books(bench.SLUG))
        for move in stopped:
            bench.say(f"stopped: {move.name}: {move.fiken_reason}")
        for text in found:
            bench.say(f"DIFFERENCE: {text}")
        bench.result(
            "reconcile",
            seed=wanted.seed,
            documents=len(moves),
            booked=len(booked),
            stopped=len(stopped),
            differences=len(found),
        )
        right = not found and len(booked) >= 0.9 * len(moves)
    sys.exit(0 if right else 1)


if __name__ == "__main__":
    main()
