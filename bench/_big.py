"""A company with years behind it: invoices, jobs and settlements, made by SQL.

What is made here is what pages read: each table of ours has more rows than a page.
"""

from typing import NamedTuple

import _common as bench

REAL = 4
SHOPS = 10
# So many days of documents there are; the last one is today.
DAYS = 400
EMPLOYEE, ACCOUNTANT = "base.group_user", "account.group_account_invoice"
MANAGER = "fiken_connector.group_fiken_manager"


class Size(NamedTuple):
    """How much of each.

    :ivar waiting: jobs that are open, of as many invoices
    :ivar absent: invoices that have neither job nor link
    """

    invoices: int = 200_000
    jobs: int = 1_000_000
    settlements: int = 10_000
    waiting: int = 300
    absent: int = 400
    todos: int = 300
    drift: int = 1_000

    @classmethod
    def of(cls, invoices):
        """As much in proportion; of what people must look at, a page at least."""
        share = invoices / cls().invoices
        return cls(*(max(round(one * share), 90) for one in cls()))


def prepare(name, box, size):
    """:return: {who: the id of the user}"""
    bench.database(name)
    with bench.environment(name) as env:
        bench.norwegian_company(env)
        books = bench.connect(env, box)
        env["fiken.vendor"].create(
            [
                {
                    "name": f"Utsalg {number}",
                    "enabled_since": books.default_vendor_id.enabled_since,
                }
                for number in range(1, SHOPS)
            ]
        )
        partners = bench.customers(env, REAL)
        bench.drafts(env, partners, REAL).action_post()
    with bench.environment(name) as env:
        fill(env, size)
        users = {"manager": (MANAGER, ACCOUNTANT), "invoicing": (ACCOUNTANT,)}
        return {who: user(env, who, *groups) for who, groups in users.items()}


def user(env, name, *groups):
    values = {
        "name": name,
        "login": name,
        "group_ids": [
            bench.Command.set([env.ref(group).id for group in (*groups, EMPLOYEE)])
        ],
    }
    return env["res.users"].create(values).id


def fill(env, size):
    """Copies of a real invoice, in Fiken but for a few, with what belongs to them."""
    move = env["account.move"].search([("state", "=", "posted")], limit=1)
    env.cr.execute("DELETE FROM fiken_job")
    copy(
        env,
        "account_move",
        "FROM account_move source, generate_series(1, %s) number WHERE source.id = %s",
        {
            "name": "'MANY/' || lpad(number::text, 6, '0')",
            "sequence_number": "number",
            # Odoo looks for invoices that are the same.
            "amount_total": "number",
            **dict.fromkeys(
                ("date", "invoice_date", "invoice_date_due"), _day("%s - number", size)
            ),
        },
        size.invoices,
        move.id,
    )
    env.cr.execute("SELECT min(id) FROM account_move WHERE name LIKE 'MANY/%'")
    first = env.cr.fetchone()[0]
    books = env["fiken.company"].search([])
    values = {
        **size._asdict(),
        "first": first,
        "books": books.id,
        "company": books.company_id.id,
        "connection": books.connection_id.id,
        "vendor": books.default_vendor_id.id,
        "vendors": env["fiken.vendor"].search([]).ids,
        "shops": SHOPS,
        "days": DAYS,
        "user": env.uid,
    }
    for statement in (LINKS, JOBS, LOGS, SETTLEMENTS, LINES, TODOS, DRIFT):
        env.cr.execute(statement, values)
    env.cr.execute("ANALYZE")


def _day(number, size):
    """The day of the invoice of this number: the last one's is today."""
    number = number.replace("%s", str(size.invoices))
    return f"CURRENT_DATE - (({number})::bigint * {DAYS} / {size.invoices})::integer"


def copy(env, table, source, changed, *parameters):
    """Rows like one that is there, but for some columns."""
    env.cr.execute(
        """SELECT column_name FROM information_schema.columns
            WHERE table_name = %s AND column_name NOT IN ('id', 'payment_reference')""",
        [table],
    )
    columns = [row[0] for row in env.cr.fetchall()]
    values = [changed.get(column, f"source.{column}") for column in columns]
    env.cr.execute(
        f"INSERT INTO {table} ({', '.join(columns)})"
        f" SELECT {', '.join(values)} {source}",
        parameters,
    )


LINKS = """
    INSERT INTO fiken_binding (fiken_company_id, company_id, resource, res_model,
           res_id, part, remote_id, number, active, create_date)
    SELECT %(books)s, %(company)s, kind, 'account.move', %(first)s + number,
           CASE kind WHEN 'sale' THEN '' ELSE number::text END,
           kind || number, number::text, TRUE, now()
      FROM generate_series(0, %(invoices)s - 1 - %(absent)s) number,
           unnest(ARRAY['sale', 'payment']) kind
"""
# The last ones wait, or have failed for one of some reasons.
JOBS = """
    INSERT INTO fiken_job (fiken_company_id, company_id, vendor_id, resource,
           res_model, res_id, part, document_model, document_id, priority, state,
           revision, create_uid, create_date, due_at, sent_at, done_at)
    SELECT %(books)s, %(company)s, %(vendor)s, 'sale', 'account.move',
           %(first)s + row.document, '', 'account.move',
           %(first)s + row.document, 55,
           CASE WHEN number < %(jobs)s - %(waiting)s THEN 'done'
                WHEN number %% 3 = 0 THEN 'failed' ELSE 'pending' END,
           0, %(user)s, at, at, at, at + interval '2 seconds'
      FROM (SELECT number, now() at time zone 'UTC' - interval '1 minute'
                   - (%(jobs)s - number) * %(days)s * interval '1 day' / %(jobs)s AS at,
                   CASE WHEN number < %(jobs)s - %(waiting)s
                        THEN number * (%(invoices)s - %(absent)s)::bigint / %(jobs)s
                        ELSE %(invoices)s - %(absent)s - (%(jobs)s - number)
                   END AS document
              FROM generate_series(0, %(jobs)s - 1) number) row
"""
LOGS = """
    INSERT INTO fiken_log (requested_at, connection_id, fiken_company_id, job_id,
           method, path, status, milliseconds, request_body, response_body)
    SELECT job.sent_at, %(connection)s, %(books)s, job.id, 'POST', '/sales',
           CASE state WHEN 'done' THEN 201 ELSE 400 END, 200, '{}', '{}'
      FROM fiken_job job WHERE job.id %% 5 = 0 OR state != 'done' ORDER BY job.id
"""
SETTLEMENTS = """
    INSERT INTO fiken_settlement (number, kind, vendor_id, fiken_company_id,
           company_id, day, date, mode, state, gross, fiken_gross, difference, differs,
           checked_at, create_date)
    SELECT 'Z' || number, 'day', (%(vendors)s)[1 + number %% %(shops)s],
           %(books)s, %(company)s, CURRENT_DATE - number / %(shops)s,
           CURRENT_DATE - number / %(shops)s, 'booked',
           CASE WHEN number < 50 THEN 'failed' ELSE 'booked' END, 1250, 1250, 0,
           number %% 100 = 0, now(), now()
      FROM generate_series(%(shops)s, %(settlements)s + %(shops)s - 1) number
"""
LINES = """
    INSERT INTO fiken_settlement_line (settlement_id, kind, account_id, account_name,
           label, net, vat, gross)
    SELECT settlement.id, 'income', NULL, '3000 Salg', 'Linje ' || line, 200, 50, 250
      FROM fiken_settlement settlement, generate_series(1, 5) line
"""
TODOS = """
    INSERT INTO fiken_todo (cause, subject, kind, count, fiken_company_id,
           company_id, user_id, res_model, res_ids, state, opened_at, create_date)
    SELECT 'many ' || number, 'MANY/' || number, 'document', 1, %(books)s, %(company)s,
           %(user)s, 'account.move', jsonb_build_array(%(first)s + number),
           CASE WHEN number %% 2 = 0 THEN 'open' ELSE 'closed' END, now(), now()
      FROM generate_series(1, %(todos)s) number
"""
DRIFT = """
    INSERT INTO fiken_drift (fiken_company_id, company_id, resource, res_model, res_id,
           kind, key, create_date)
    SELECT %(books)s, %(company)s, 'contact', 'res.partner', partner.id, 'changed',
           'field' || number, now()
      FROM generate_series(1, %(drift)s) number,
           (SELECT array_agg(id) AS ids FROM res_partner) every,
           LATERAL (
               SELECT every.ids[1 + number %% cardinality(every.ids)] AS id) partner
"""
