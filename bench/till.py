"""A shop for some weeks: two tills, and everything that may happen to them.

At the end every receipt is in Fiken once, as part of a day, a correction or an invoice,
and each account and VAT type is what Odoo's own entries say, to the øre. Exits with 1
on any difference.
"""

import argparse
import importlib
import sys
from datetime import date

import _common as bench

DATABASE = "bench_till"
# Both have a change of the clock in them.
SPRING, AUTUMN = date(2026, 3, 2), date(2026, 10, 5)


def arguments():
    parser = argparse.ArgumentParser(prog="bench/run till")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--days", type=int, default=40)
    parser.add_argument(
        "--without",
        default="",
        help="names of events and kinds of receipts that do not happen,"
        " with commas: see tests/till/events.py and receipts.py",
    )
    parser.add_argument("--only", help="no other events than these")
    return parser.parse_args()


def without(wanted, till):
    names = set(filter(None, wanted.without.split(",")))
    if wanted.only is not None:
        names |= set(till.EVENTS) - set(wanted.only.split(","))
    unknown = names - set(till.EVENTS) - set(till.KINDS)
    if unknown:
        sys.exit(f"there is no {', '.join(unknown)}")
    return names


def person(env):
    """Odoo opens no till for its superuser."""
    user = env.ref("base.user_admin")
    for group in (
        "account.group_account_manager",
        "fiken_connector.group_fiken_manager",
    ):
        user.group_ids |= env.ref(group)
    return env(user=user.id)


def runner(env):
    """Others see what was committed, and commit what they do."""

    def run(function):
        env.cr.commit()
        answer = function()
        env.cr.commit()
        env.invalidate_all()
        return answer

    return run


def main():
    wanted = arguments()
    bench.start_odoo()
    till = importlib.import_module("odoo.addons.fiken_connector.tests.till")
    left_out = without(wanted, till)
    box = bench.sandbox()
    box.reset(counters=True)
    bench.database(DATABASE, everything=True)
    with bench.environment(DATABASE) as env:
        bench.norwegian_company(env)
        fiken_company = bench.connect(env, box)
        env = person(env)
        world = till.World(
            env,
            fiken_company.with_env(env),
            box,
            runner(env),
            wanted.seed,
            SPRING if wanted.seed % 2 else AUTUMN,
            wanted.days,
            left_out,
        )
        seconds, _none = bench.measured(lambda: till.play(world, bench.say))
        bench.say(f"{wanted.days} days in {seconds:.0f} s")
        outcome = till.compare(world, box.books(bench.SLUG))
        for name, reason in world.stopped.items():
            bench.say(f"refused: {name}: {reason}")
        for settlement in world.settlements(
            ("state", "not in", ("booked", "corrected"))
        ):
            bench.say(
                f"{settlement.number} {settlement.state}: {settlement.reason or ''}"
            )
        jobs = env["fiken.job"].search([("state", "not in", ("done", "dropped"))])
        for job in jobs.sorted("id"):
            bench.say(
                f"{job.resource} {job.display_name} {job.state}: {job.reason or ''}"
            )
        for text in outcome.texts:
            bench.say(f"DIFFERENCE: {text}")
        bench.result(
            "till",
            seed=wanted.seed,
            days=wanted.days,
            orders=outcome.orders,
            differences_ore=outcome.differences_ore,
            doubled=outcome.doubled,
            lost=outcome.lost,
        )
        right = outcome.is_right()
    sys.exit(0 if right else 1)


if __name__ == "__main__":
    main()
