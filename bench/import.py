"""10 000 contacts and 10 000 products from Fiken, beside Odoo's own create of the same.

The import runs as Odoo's cron runs it, in a process of its own, without pauses between
requests: reading page by page, comparing, creating and linking. The other side creates
the same values in batches of the same size, each committed, in a copy of the same
database; it reads nothing and links nothing. Both write to disk. With ``--quiet`` it
leaves out the chatter's notes on new records, as the import does. ``--size 1000`` is a
thousand of each.
"""

import argparse
import json
import resource
import subprocess
import sys

import _common as bench

SIZE = 10_000
CHUNK = 1000
BATCH = 200
DATABASE = "bench_import"
PLAIN = "bench_import_plain"
WEIGHTS = (3, 2, 7, 6, 5, 4, 3, 2)


def organization_number(number):
    """The first valid one from ``number`` on, and the number it was made of."""
    while True:
        digits = f"9{number:07d}"
        rest = sum(int(a) * b for a, b in zip(digits, WEIGHTS, strict=True)) % 11
        if rest != 1:
            return f"{digits}{(11 - rest) % 11}", number + 1
        number += 1


def contact_rows(count):
    """Companies and private persons; every tenth has a contact person."""
    rows, following = [], 0
    for number in range(count):
        row = {
            "name": f"Kunde {number}",
            "customer": number % 5 != 0,
            "supplier": number % 4 == 0 or number % 5 == 0,
            "email": f"kunde{number}@example.com",
            "phoneNumber": f"9{number:07d}",
            "inactive": number % 50 == 0,
            "daysUntilInvoicingDueDate": 30,
            "address": {
                "streetAddress": f"Storgata {number}",
                "postCode": "0150",
                "city": "Oslo",
                "country": "Norway",
            },
        }
        if number % 3:
            row["organizationNumber"], following = organization_number(following)
        if number % 10 == 0:
            person = {"name": f"Kari {number}", "email": f"kari{number}@example.com"}
            row["contactPerson"] = [person]
        if row["supplier"]:
            row["bankAccountNumber"] = f"1503{number:07d}"
        if number % 20 == 0:
            row["groups"] = ["Storkunder"]
        rows.append(row)
    return rows


def product_rows(count):
    kinds = (("HIGH", "3000"), ("MEDIUM", "3030"), ("HIGH", "3020"))
    rows = []
    for number in range(count):
        vat_type, account = kinds[number % len(kinds)]
        rows.append(
            {
                "name": f"Vare {number}",
                "productNumber": f"V-{number}",
                "unitPrice": 1000 + 7 * number,
                "vatType": vat_type,
                "incomeAccount": account,
                "active": number % 50 != 0,
            }
        )
    return rows


def fill(box, kind, rows):
    for start in range(0, len(rows), CHUNK):
        box.fill(bench.SLUG, kind, rows[start : start + CHUNK])


def prepare(box):
    """A connected company that has no contacts and products yet, twice."""
    bench.database(DATABASE)
    with bench.environment(DATABASE) as env:
        bench.norwegian_company(env)
        fiken_company = bench.connect(env, box)
        cron = env.ref("fiken_connector.ir_cron_import")
        # Other crons of a new database are all due: they are not what is measured.
        env.cr.execute("UPDATE ir_cron SET active = FALSE WHERE id != %s", [cron.id])
        env["fiken.import"].action_open(fiken_company)
        startup_id = env["fiken.import"].search([]).id
    bench.copy(DATABASE, PLAIN)
    return startup_id


def peak_mb():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def cpu_seconds():
    """Of this process; what the database spends is not in it."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def import_all():
    """The child process: what a person's clicks and a cron thread of Odoo do."""
    bench.start_odoo()
    with bench.environment(DATABASE) as env:
        startup = env["fiken.import"].search([])
        cron = type(env["ir.cron"])

        def run(button, until):
            getattr(startup, button)()
            env.cr.commit()
            before = None
            while startup.state != until:
                cron._process_jobs(DATABASE)
                env.cr.rollback()
                env.invalidate_all()
                position = (startup.state, startup.line_count, startup.done_count)
                if position == before:
                    raise SystemExit(f"It stands still: {startup.reason}")
                before = position

        before = cpu_seconds()
        reading, _nothing = bench.measured(lambda: run("action_read", "preview"))
        taking, _nothing = bench.measured(lambda: run("action_import", "done"))
        bench.say(f"read and compared in {reading:.1f} s, taken over in {taking:.1f} s")
        cpu = cpu_seconds() - before
        created = env["fiken.import.line"].search_count([("result", "=", "created")])
    sys.stdout.write(
        json.dumps(
            {
                "seconds": reading + taking,
                "reading": reading,
                "created": created,
                "cpu": cpu,
                "peak_mb": peak_mb(),
            }
        )
    )


def create_all():
    """The child process of the other side: the same values, given to ``create``."""
    bench.start_odoo()
    rows = {"contact": [], "product": []}
    for line in sys.stdin:
        kind, row = json.loads(line)
        rows[kind].append(row)
    with bench.environment(PLAIN) as env:
        startup = env["fiken.import"].search([])
        context = {"tracking_disable": "--quiet" in sys.argv}

        def create():
            for kind, batches in values.items():
                records = env[env[f"fiken.resource.{kind}"]._record_model]
                for batch in batches:
                    records.with_context(**context).create(batch)
                    env.cr.commit()

        values = {}
        for kind in rows:
            strategy = startup._strategy(kind)
            read = strategy._import_read(rows[kind], startup, may_create=True)
            ready = [strategy._import_create_values(one) for one in read]
            values[kind] = [
                ready[start : start + BATCH] for start in range(0, len(ready), BATCH)
            ]
        env.cr.commit()
        before = cpu_seconds()
        seconds, _nothing = bench.measured(create)
        cpu = cpu_seconds() - before
    sys.stdout.write(json.dumps({"seconds": seconds, "cpu": cpu}))


def child(argument, *more, **options):
    done = subprocess.run(
        [sys.executable, __file__, argument, *more],
        stdout=subprocess.PIPE,
        check=True,
        text=True,
        **options,
    )
    return json.loads(done.stdout)


def main():
    parser = argparse.ArgumentParser(prog="bench/run import")
    parser.add_argument("--size", type=int, default=SIZE)
    parser.add_argument("--quiet", action="store_true")
    options = parser.parse_args()
    bench.start_odoo()
    box = bench.sandbox()
    prepare(box)
    contacts, products = contact_rows(options.size), product_rows(options.size)
    fill(box, "contacts", contacts)
    fill(box, "products", products)
    bench.say(f"Fiken has {options.size} contacts and as many products")
    imported = child("--import")
    if imported["created"] != 2 * options.size:
        raise SystemExit(f"{imported['created']} records were created")
    lines = [
        *(json.dumps(["contact", row]) for row in contacts),
        *(json.dumps(["product", row]) for row in products),
    ]
    quiet = ["--quiet"] if options.quiet else []
    created = child("--create", *quiet, input="\n".join(lines))
    bench.result(
        "import",
        contacts=options.size,
        products=options.size,
        seconds=round(imported["seconds"], 1),
        create_seconds=round(created["seconds"], 1),
        ratio=round(imported["seconds"] / created["seconds"], 3),
        reading_seconds=round(imported["reading"], 1),
        cpu_ratio=round(imported["cpu"] / created["cpu"], 3),
        peak_mb=round(imported["peak_mb"], 1),
    )


if __name__ == "__main__":
    if "--import" in sys.argv:
        import_all()
    elif "--create" in sys.argv:
        create_all()
    else:
        main()
