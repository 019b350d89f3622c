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
    fiken_company = bench.connect(env, box)
    vendor = fiken_company.default_vendor_id
    vendor.ledger_id.line_ids.unlink()
    vendor.ledger_id.sales_without_tax = "NONE"
    plan = env["account.analytic.plan"].create({"name": "Prosjekter"})
    vendor.write(
        {
            "issuer": "fiken",
            "bank_account_id": fiken_company.account_ids.filtered("is_bank")[:1].id,
            "analytic_plan_id": plan.id,
            "projects_enabled": True,
        }
    )
    return fiken_company


def press(fiken_company):
    """*Propose*, with all it writes, and the VAT types of the taxes."""
    fiken_company.default_vendor_id.ledger_id.action_propose()
    taxes = fiken_company.env["account.tax"].search(
        [("company_id", "=", fiken_company.company_id.id)]
    )
    fiken_company.env.add_to_compute(taxes._fields["fiken_vat_type"], taxes)
    fiken_company.env.flush_all()
    return taxes


def confirm(fiken_company):
    """What a person does next; a mapped company has no red line."""
    ledger = fiken_company.default_vendor_id.ledger_id
    ledger.action_accept_proposals()
    ledger.means_line_ids.action_accept()


def check(fiken_company):
    """The page as it opens; :return: its lines."""
    action = fiken_company.action_setup_check()
    fiken_company.env.flush_all()
    page = fiken_company.env[action["res_model"]].browse(action["res_id"])
    return page.line_ids


def main():
    bench.start_odoo()
    box = bench.sandbox()
    box.reset()
    bench.database(DATABASE)
    with bench.environment(DATABASE) as env:
        fiken_company_id = prepare(env, box).id
    with bench.environment(DATABASE) as env:
        fiken_company = env["fiken.company"].browse(fiken_company_id)
        ledger = fiken_company.default_vendor_id.ledger_id
        accounts = ledger._odoo_accounts()
        seconds, taxes = bench.measured(lambda: press(fiken_company))
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
        confirm(fiken_company)
        env["ir.config_parameter"].set_param(
            "fiken_connector.pacing_ms", str(PACING_MS)
        )
    box.reset_stats()
    with bench.environment(DATABASE) as env:
        fiken_company = env["fiken.company"].browse(fiken_company_id)
        check_seconds, lines = bench.measured(lambda: check(fiken_company))
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
