"""What the lists and forms of a big database ask: queries and milliseconds.

200 000 invoices and 1 000 000 jobs, made by SQL of a few real ones; each page is read
as the web client reads it, as a Fiken manager who keeps invoices and as the user with
the least rights, warm, the best of three.
"""

import threading

import _common as bench
from lxml import etree

from odoo.tools.safe_eval import safe_eval

NAME = "bench_pages"
INVOICES, JOBS, WAITING, ABSENT = 200_000, 1_000_000, 300, 400
REAL = 4
PAGE = 80


def prepare(box):
    """:return: {who: the id of the user}"""
    bench.database(NAME)
    with bench.environment(NAME) as env:
        bench.norwegian_company(env)
        bench.connect(env, box)
        partners = bench.customers(env, REAL)
        moves = bench.drafts(env, partners, REAL)
        moves.action_post()
    with bench.environment(NAME) as env:
        many(env, env["account.move"].search([("state", "=", "posted")]).ids)
        users = {
            "manager": ("fiken_connector.group_fiken_manager", ACCOUNTANT),
            "invoicing": (ACCOUNTANT,),
        }
        return {
            who: env["res.users"]
            .create(
                {
                    "name": who,
                    "login": who,
                    "group_ids": [
                        bench.Command.set(
                            [env.ref(group).id for group in (*groups, EMPLOYEE)]
                        )
                    ],
                }
            )
            .id
            for who, groups in users.items()
        }


EMPLOYEE, ACCOUNTANT = "base.group_user", "account.group_account_invoice"


def many(env, ids):
    """Copies of real invoices, in Fiken but for a few; jobs of all of them."""
    env.cr.execute("DELETE FROM fiken_job")
    copy(
        env,
        "account_move",
        "FROM account_move source, generate_series(1, %s) number WHERE source.id = %s",
        {"name": "'MANY/' || lpad(number::text, 6, '0')", "sequence_number": "number"},
        INVOICES,
        ids[0],
    )
    env.cr.execute("SELECT id FROM account_move WHERE name LIKE 'MANY/%' ORDER BY id")
    first = env.cr.fetchone()[0]
    books = env["fiken.company"].search([])
    values = {
        "first": first,
        "books": books.id,
        "company": books.company_id.id,
        "vendor": books.default_vendor_id.id,
        "invoices": INVOICES,
        "jobs": JOBS,
        "waiting": WAITING,
        "absent": ABSENT,
    }
    env.cr.execute(
        """
        INSERT INTO fiken_binding (fiken_company_id, company_id, resource, res_model,
               res_id, part, remote_id, number, active, create_date)
        SELECT %(books)s, %(company)s, kind, 'account.move', %(first)s + number,
               CASE kind WHEN 'sale' THEN '' ELSE number::text END,
               kind || number, number::text, TRUE, now()
          FROM generate_series(0, %(invoices)s - 1 - %(absent)s) number,
               unnest(ARRAY['sale', 'payment']) kind
        """,
        values,
    )
    env.cr.execute(
        """
        INSERT INTO fiken_job (fiken_company_id, company_id, vendor_id, resource,
               res_model, res_id, part, document_model, document_id, priority, state,
               revision, create_date, due_at, sent_at, done_at)
        SELECT %(books)s, %(company)s, %(vendor)s, 'sale', 'account.move',
               %(first)s + number %% (%(invoices)s - %(absent)s), '', 'account.move',
               %(first)s + number %% (%(invoices)s - %(absent)s), 55,
               CASE WHEN number < %(jobs)s - %(waiting)s THEN 'done'
                    WHEN number %% 3 = 0 THEN 'failed' ELSE 'pending' END,
               0, now(), now(), now(), now()
          FROM generate_series(0, %(jobs)s - 1) number
        """,
        values,
    )
    env.cr.execute("ANALYZE")


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


def listed(env, action, *domain):
    """The list of an action, as the web client asks for it, names and all."""
    view = env["ir.actions.act_window"]._for_xml_id(action)
    model = env[view["res_model"]]
    arch = model.get_view(view["view_id"] and view["view_id"][0], "list")
    names = [name for name in arch["models"][model._name] if name in shown(arch)]
    found = [*safe(view["domain"]), *domain]
    return model.web_search_read(
        found,
        {name: specification(model, name) for name in names},
        limit=PAGE,
        count_limit=10001,
    )


def shown(arch):
    return {node.get("name") for node in etree.fromstring(arch["arch"]).iter("field")}


def safe(domain):
    return safe_eval(domain) if domain else []


def specification(model, name):
    is_one = model._fields[name].type == "many2one"
    return {"fields": {"display_name": {}}} if is_one else {}


JOBS_OF = "fiken_connector.fiken_job_action"
INVOICES_OF = "account.action_move_out_invoice_type"
MISSING = ("fiken_state", "in", ("absent", "waiting", "blocked", "failed"))
PAGES = {
    "activity": (JOBS_OF,),
    "activity needs": (JOBS_OF, ("stands", "=", "needs")),
    "activity on its way": (JOBS_OF, ("stands", "=", "under_way")),
    "activity done": (JOBS_OF, ("stands", "=", "done")),
    "activity by number": (JOBS_OF, ("document_name", "ilike", "MANY/0123")),
    "activity by customer": (JOBS_OF, ("partner_name", "ilike", "Kunde 0")),
    "activity by amount": (JOBS_OF, ("amount", "=", 12.5)),
    "activity by number in Fiken": (JOBS_OF, ("fiken_number", "ilike", "12345")),
    "invoices": (INVOICES_OF,),
    "not in Fiken": ("fiken_connector.fiken_missing_action",),
    "filter not in Fiken": (INVOICES_OF, MISSING),
}


def read(user_id, page):
    """(milliseconds, queries) of one page."""
    thread = threading.current_thread()
    with bench.environment(NAME, user_id) as env:
        thread.query_count = 0
        seconds, _answer = bench.measured(lambda: listed(env, *PAGES[page]))
        return round(seconds * 1000), thread.query_count


def main():
    bench.start_odoo()
    users = prepare(bench.sandbox())
    figures = {}
    for who, user_id in users.items():
        for page in PAGES:
            figures[who, page] = min(read(user_id, page) for _round in range(4))
            bench.say(f"{who}: {page}: %s ms, %s queries" % figures[who, page])
    slowest = max(figures, key=figures.get)
    bench.result(
        "pages",
        pages=len(PAGES),
        max_queries=max(queries for _ms, queries in figures.values()),
        max_ms=figures[slowest][0],
        slowest=" ".join(slowest),
    )


if __name__ == "__main__":
    main()
