"""The whole Norwegian chart mapped by one button, and the set-up check of that company.

The database has 745 accounts and 30 taxes; Fiken's chart in the sandbox has about 560.
The check runs with the pause between requests that production has, and with everything
switched on that makes it ask Fiken.
"""

import _common as bench

DATABASE = "bench_mapping"
PACING_MS = 250


def prepare(env, box):
    """A connected company whose ledger is empty; :return: its books."""
    bench.norwegian_company(env)
    books = bench.connect(env, box)
    vendor = books.default_vendor_id
    vendor.ledger_id.line_ids.unlink()
    vendor.ledger_id.sales_without_tax = "NONE"
    plan = env["account.analytic.plan"].create({"name": "Prosjekter"})
    vendor.write(
        {
            "issuer": "fiken",
            "bank_account_id": books.account_ids.filtered("is_bank")[:1].id,
            "analytic_plan_id": plan.id,
            "projects_enabled": True,
        }
    )
    return books


def press(books):
    """*Propose*, with all it writes, and the VAT types of the taxes."""
    books.default_vendor_id.ledger_id.action_propose()
    taxes = books.env["account.tax"].search([("company_id", "=", books.company_id.id)])
    books.env.add_to_compute(taxes._fields["fiken_vat_type"], taxes)
    books.env.flush_all()
    return taxes


def confirm(books):
    """What a person does next; a mapped company has no red line."""
    ledger = books.default_vendor_id.ledger_id
    ledger.action_accept_proposals()
    ledger.means_line_ids.action_accept()


def check(books):
    """The page as it opens; :return: its lines."""
    action = books.action_setup_check()
    books.env.flush_all()
    page = books.env[action["res_model"]].browse(action["res_id"])
    return page.line_ids


def main():
    bench.start_odoo()
    box = bench.sandbox()
    box.reset()
    bench.database(DATABASE)
    with bench.environment(DATABASE) as env:
        books_id = prepare(env, box).id
    with bench.environment(DATABASE) as env:
        books = env["fiken.company"].browse(books_id)
        ledger = books.default_vendor_id.ledger_id
        accounts = ledger._odoo_accounts()
        seconds, taxes = bench.measured(lambda: press(books))
        mapped = ledger.account_line_ids
        guesses = mapped.filtered("is_guess")
        bench.say(
            f"{len(mapped)} of {len(accounts)} accounts have a line,"
            f" {len(guesses)} of them wait to be accepted"
        )
        typed = taxes.filtered("fiken_vat_type")
        bench.say(
            f"{len(typed)} of {len(taxes)} taxes have a VAT type, the rest a reason"
        )
        confirm(books)
        env["ir.config_parameter"].set_param(
            "fiken_connector.pacing_ms", str(PACING_MS)
        )
    box.reset_stats()
    with bench.environment(DATABASE) as env:
        books = env["fiken.company"].browse(books_id)
        check_seconds, lines = bench.measured(lambda: check(books))
        for line in lines.filtered(lambda line: line.state != "ok"):
            bench.say(f"{line.state}: {line.title}: {line.text}")
        red = lines.filtered(lambda line: line.state == "error")
    requests = box.stats()["requests"]
    if red or max(requests.values()) > 1:
        raise SystemExit("A mapped company is green, and no check asks twice")
    bench.result(
        "mapping",
        accounts=len(accounts),
        taxes=len(taxes),
        seconds=round(seconds, 2),
        check_seconds=round(check_seconds, 2),
        check_requests=sum(requests.values()),
    )


if __name__ == "__main__":
    main()
