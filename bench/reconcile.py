"""Random documents of every kind through the worker; then the books are compared.

Each document that is booked in the sandbox must have Odoo's net per account and VAT
type and Odoo's VAT per type, to the øre; what differs by Fiken's arithmetic must be on
the rounding account and said. What the deck declares to be a stop must name its cause;
anything else must be booked. So must all account balances be the same. Exits with 1 on
any difference or stop without cause, or when less than 90 % were booked.
"""

import argparse
import random
import sys

import _common as bench

DATABASE = "bench_reconcile"


def arguments():
    parser = argparse.ArgumentParser(prog="bench/run reconcile")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--documents", type=int, default=400)
    parser.add_argument(
        "--kinds", nargs="*", help="only these; all of tests/deck by default"
    )
    return parser.parse_args()


def send(env, fiken_company):
    env.cr.commit()
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
    deck = bench.of_tests("deck")
    bench.database(DATABASE)
    with bench.environment(DATABASE) as env:
        bench.norwegian_company(env)
        fiken_company = bench.connect(env, box)
        vendor = fiken_company.default_vendor_id
        vendor.bank_account_id = fiken_company.account_ids.filtered("is_bank")[:1]
        dice = random.Random(wanted.seed)
        world = deck.World(env, fiken_company, dice)
        kinds = wanted.kinds or deck.CARDS
        cards = deck.plan(dice, wanted.documents, [deck.CARDS[kind] for kind in kinds])
        deck.play(world, cards, lambda: send(env, fiken_company), bench.say)
        outcome = deck.compare(world, box.books(bench.SLUG))
        for move in outcome.stopped:
            kind = world.kinds[move.id].kind
            bench.say(f"stopped: {kind} {move.name}: {move.fiken_reason}")
        for text in outcome.without_cause:
            bench.say(f"WITHOUT CAUSE: {text}")
        for text in outcome.differences:
            bench.say(f"DIFFERENCE: {text}")
        bench.result(
            "reconcile",
            seed=wanted.seed,
            documents=len(world.moves),
            booked=len(outcome.booked),
            stopped=len(outcome.stopped),
            kinds=dict(sorted(outcome.kinds.items())),
            differences=len(outcome.differences),
            stopped_without_cause=len(outcome.without_cause),
        )
        right = outcome.is_right()
    sys.exit(0 if right else 1)


if __name__ == "__main__":
    main()
