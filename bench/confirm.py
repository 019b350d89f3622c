"""What the addon adds to the confirmation of invoices: queries, time, and no HTTP.

Two databases with the same data, one without the addon and one with it, connected;
measured in turn, one invoice and a batch of 100. Queries and seconds are counted up to
and including the commit and what follows it (Odoo wakes its cron threads then).

``time_ratio`` is that of one invoice and a batch together, ``time_ratio_single`` that
of one invoice; half of what one costs is Odoo's own way to wake its cron threads.
"""

import gc
import http.client
import threading

import _common as bench

SINGLES = 60
BATCHES = 8
BATCH = 100
BARE, WITH = "bench_confirm_bare", "bench_confirm_fiken"


class HttpCounter:
    """Counts every HTTP request of this process, whoever makes it."""

    def __init__(self):
        self.calls = 0
        put_request = http.client.HTTPConnection.putrequest

        def counted(connection, *args, **kwargs):
            self.calls += 1
            return put_request(connection, *args, **kwargs)

        http.client.HTTPConnection.putrequest = counted


def prepare(name, box=None):
    """The ids of draft invoices, and of the user who confirms them."""
    bench.database(name, addon=box is not None)
    with bench.environment(name) as env:
        bench.norwegian_company(env)
        if box:
            bench.connect(env, box)
        env.ref("base.user_admin").group_ids |= env.ref("account.group_account_manager")
    with bench.environment(name) as env:
        partners = bench.customers(env, BATCH)
        # The first ones warm up the caches.
        drafts = bench.drafts(env, partners, (SINGLES + 2) + (BATCHES + 1) * BATCH)
        return env.ref("base.user_admin").id, drafts.ids


def confirm(name, user_id, ids):
    """As a web request does it: a transaction of its own. (queries, seconds)"""
    thread = threading.current_thread()
    with bench.environment(name, user_id) as env:
        gc.collect()
        thread.query_count = 0

        def work():
            env["account.move"].browse(ids).action_post()
            env.cr.commit()

        seconds, _nothing = bench.measured(work)
        return thread.query_count, seconds


def confirm_in_turn(users, portions):
    """[(queries, seconds) without, (queries, seconds) with] of each portion."""
    answers = []
    for number, portion in enumerate(portions):
        order = (BARE, WITH) if number % 2 else (WITH, BARE)
        done = {name: confirm(name, users[name], portion[name]) for name in order}
        answers.append((done[BARE], done[WITH]))
    return answers


def extra_queries(answers):
    return max(fiken[0] - bare[0] for bare, fiken in answers)


def seconds(answers):
    """(without, with) the addon: the best of each, as others only add to it."""
    bare = min(bare[1] for bare, _fiken in answers)
    fiken = min(fiken[1] for _bare, fiken in answers)
    bench.say(f"{1000 * bare:.1f} ms without, {1000 * fiken:.1f} ms with the addon")
    return bare, fiken


def main():
    bench.start_odoo()
    box = bench.sandbox()
    users, ids = {}, {}
    for name in (BARE, WITH):
        users[name], ids[name] = prepare(name, box if name == WITH else None)
    http_calls = HttpCounter()
    gc.disable()

    def portions(size, count):
        return [
            {name: [ids[name].pop() for _ in range(size)] for name in ids}
            for _ in range(count)
        ]

    confirm_in_turn(users, portions(1, 2))
    singles = confirm_in_turn(users, portions(1, SINGLES))
    confirm_in_turn(users, portions(BATCH, 1))
    batches = confirm_in_turn(users, portions(BATCH, BATCHES))
    bench.say(f"Odoo's own queries: {singles[-1][0][0]} and {batches[-1][0][0]}")
    calls = http_calls.calls
    check_jobs(len(ids[WITH]))
    single, batch = seconds(singles), seconds(batches)
    bench.result(
        "confirm",
        queries_single=extra_queries(singles),
        queries_per_invoice_batch=extra_queries(batches) / BATCH,
        time_ratio=round((single[1] + batch[1]) / (single[0] + batch[0]), 3),
        time_ratio_single=round(single[1] / single[0], 3),
        http_calls=calls,
    )


def check_jobs(left):
    """Figures of an addon that enqueued nothing would be beautiful and worthless."""
    total = (SINGLES + 2) + (BATCHES + 1) * BATCH - left
    with bench.environment(WITH) as env:
        jobs = env["fiken.job"].search_count([("resource", "=", "sale")])
    if jobs != total:
        raise SystemExit(f"{total} invoices were confirmed, but {jobs} jobs were made")


if __name__ == "__main__":
    main()
