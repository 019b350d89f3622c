"""What the pages of a big database ask: queries and milliseconds.

200 000 invoices, 1 000 000 jobs and 10 000 daily settlements, made by SQL of a few real
ones. Each page of the menu, list and form, is read as the web client reads it, as a
Fiken manager who keeps invoices and as the user with the least rights, warm, the best
of some. The forms of Odoo's own are read without the addon, too.
"""

import threading

import _common as bench
from lxml import etree

from odoo.tools.safe_eval import safe_eval

NAME, BARE = "bench_pages", "bench_pages_bare"
INVOICES, JOBS, WAITING, ABSENT = 200_000, 1_000_000, 300, 400
SETTLEMENTS = 10_000
REAL = 4
PAGE, COUNTED = 80, 10_000
ROUNDS = 4


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
        return {who: user(env, who, *groups) for who, groups in users.items()}


EMPLOYEE, ACCOUNTANT = "base.group_user", "account.group_account_invoice"


def user(env, name, *groups):
    values = {
        "name": name,
        "login": name,
        "group_ids": [
            bench.Command.set([env.ref(group).id for group in (*groups, EMPLOYEE)])
        ],
    }
    return env["res.users"].create(values).id


def many(env, ids):
    """Copies of real invoices, in Fiken but for a few; jobs of all of them."""
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
        },
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
        "settlements": SETTLEMENTS,
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
               %(first)s + row.document, '', 'account.move',
               %(first)s + row.document, 55,
               CASE WHEN number < %(jobs)s - %(waiting)s THEN 'done'
                    WHEN number %% 3 = 0 THEN 'failed' ELSE 'pending' END,
               0, now(), now(), now(), now()
          FROM (SELECT number,
                       CASE WHEN number < %(jobs)s - %(waiting)s
                            THEN number * (%(invoices)s - %(absent)s)::bigint / %(jobs)s
                            ELSE %(invoices)s - %(absent)s - (%(jobs)s - number)
                       END AS document
                  FROM generate_series(0, %(jobs)s - 1) number) row
        """,
        values,
    )
    env.cr.execute(
        """
        INSERT INTO fiken_settlement (number, kind, vendor_id, fiken_company_id,
               company_id, day, date, mode, state, gross, create_date)
        SELECT 'Z' || number, 'day', %(vendor)s, %(books)s, %(company)s,
               DATE '2026-03-16' - number, DATE '2026-03-16' - number, 'booked',
               CASE WHEN number < 5 THEN 'failed' ELSE 'booked' END, 1250, now()
          FROM generate_series(1, %(settlements)s) number
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


# As the web client reads


def listed(env, model, view_id, domain):
    model = env[model]
    view = arch(model, view_id, "list")
    return model.web_search_read(
        domain,
        specification(model, view),
        limit=PAGE,
        count_limit=int(view.get("count_limit", COUNTED)) + 1,
    )


def formed(env, model, view_id, domain=(), record_id=None):
    """The first record's page, or that of a new one."""
    model = env[model]
    wanted = specification(model, arch(model, view_id, "form"))
    record = model.browse(record_id) if record_id else model.search(domain, limit=1)
    return record.web_read(wanted) if record else model.onchange({}, [], wanted)


def arch(model, view_id, kind):
    return etree.fromstring(model.get_view(view_id, kind)["arch"])


def specification(model, node):
    """What a view asks for, and the views within it."""
    wanted = {}
    depth = len(list(node.iterancestors("field")))
    for field in node.iter("field"):
        if field is node or len(list(field.iterancestors("field"))) != depth:
            continue
        kind = model._fields[field.get("name")]
        within = next((one for one in field if one.tag in ("list", "kanban")), None)
        wanted[field.get("name")] = {}
        if kind.type == "many2one":
            wanted[field.get("name")] = {"fields": {"display_name": {}}}
        elif within is not None:
            other = model.env[kind.comodel_name]
            names = {field.get("name") for field in within.iter("field")}
            wanted[field.get("name")] = {
                "fields": {name: one_of(other, name) for name in names},
                "limit": 40,
            }
    return wanted


def one_of(model, name):
    is_one = model._fields[name].type == "many2one"
    return {"fields": {"display_name": {}}} if is_one else {}


def menu_pages(env):
    """{page: what reads it} of all that is in this user's menu."""
    pages = {}
    root = env.ref("fiken_connector.menu_fiken").id
    for menu in env["ir.ui.menu"].load_menus(False).values():
        if menu.get("app_id") == root and menu.get("action_model") == WINDOW:
            action = env[WINDOW].sudo().browse(menu["action_id"])
            pages.update(action_pages(env, menu["name"], action))
    return pages


def action_pages(env, name, action):
    context = safe_eval(action.context or "{}", {"uid": env.uid})
    domain = safe_eval(action.domain or "[]", {"uid": env.uid})
    view_ids = {mode: view_id for view_id, mode in action.views}
    readers = {"list": listed, "form": formed}
    model = action.res_model
    return {
        f"{name}, {mode}": lambda env, mode=mode: readers[mode](
            env(context={**env.context, **context}), model, view_ids[mode], domain
        )
        for mode in readers
        if mode in view_ids
    }


WINDOW = "ir.actions.act_window"
NEEDS, UNDER_WAY, DONE = (
    [("is_leading", "=", True), ("stands", "=", one)]
    for one in ("needs", "under_way", "done")
)
SALES = [("move_type", "in", ("out_invoice", "out_refund"))]
MISSING = [*SALES, ("fiken_state", "in", ("absent", "waiting", "blocked", "failed"))]
LEADING = [("is_leading", "=", True)]
ABSENTEES = "Invoices, not in Fiken"
# What people search for, in the lists that hold most.
SEARCHES = {
    "Activity, needs you": ("fiken.job", NEEDS),
    "Activity, on its way": ("fiken.job", UNDER_WAY),
    "Activity, done": ("fiken.job", DONE),
    "Activity, all": ("fiken.job", LEADING),
    **{
        f"Activity, by {name}": ("fiken.job", [*LEADING, condition])
        for name, condition in {
            "document": ("document_name", "ilike", "MANY/0123"),
            "customer": ("partner_name", "ilike", "Kunde"),
            "amount": ("amount", ">", 1.0),
            "number in Fiken": ("fiken_number", "ilike", "12345"),
        }.items()
    },
    "Invoices": ("account.move", SALES),
    ABSENTEES: ("account.move", MISSING),
    "Invoices, in Fiken": ("account.move", [*SALES, ("fiken_state", "=", "booked")]),
}
INVOICE_LIST = "account.view_out_invoice_tree"


def search_pages(env):
    lists = {"account.move": env.ref(INVOICE_LIST).id}
    return {
        name: lambda env, model=model, domain=domain: listed(
            env, model, lists.get(model, False), domain
        )
        for name, (model, domain) in SEARCHES.items()
    }


FORMS = {
    "Invoice": ("account.move", [("move_type", "=", "out_invoice")], "state desc, id"),
    "Contact": ("res.partner", [("name", "=", "Kunde 0")], "id"),
    "Product": ("product.template", [("name", "=", "Vare 0")], "id"),
}


def read(name, user_id, page):
    """(milliseconds, queries) of one page."""
    thread = threading.current_thread()
    with bench.environment(name, user_id) as env:
        # The views are in the browser already.
        page(env)
    with bench.environment(name, user_id) as env:
        thread.query_count = 0
        seconds, _answer = bench.measured(lambda: page(env))
        return round(seconds * 1000), thread.query_count


def best(name, user_id, page):
    return min(read(name, user_id, page) for _round in range(ROUNDS))


def main():
    bench.start_odoo()
    users = prepare(bench.sandbox())
    figures = {}
    for who, user_id in users.items():
        with bench.environment(NAME, user_id) as env:
            pages = menu_pages(env) | search_pages(env)
        for page, reads in pages.items():
            figures[who, page] = best(NAME, user_id, reads)
            bench.say(f"{who}: {page}: %s ms, %s queries" % figures[who, page])
    more = forms(users["manager"])
    slowest = max(figures, key=figures.get)
    bench.result(
        "pages",
        pages=len(figures),
        max_queries=max(queries for _ms, queries in figures.values()),
        max_ms=figures[slowest][0],
        slowest=" ".join(slowest),
        not_in_fiken_ms=max(
            ms for (_who, page), (ms, _queries) in figures.items() if page == ABSENTEES
        ),
        form_queries_more=max(queries for _ms, queries in more.values()),
        form_ms_more=max(ms for ms, _queries in more.values()),
    )


def forms(user_id):
    """{form of Odoo's own: (milliseconds, queries) more than without the addon}"""
    bench.database(BARE, addon=False)
    with bench.environment(BARE) as env:
        bench.norwegian_company(env)
        bench.drafts(env, bench.customers(env, REAL), REAL).action_post()
        bare_id = user(env, "manager", ACCOUNTANT)
    more = {}
    for name, (model, domain, order) in FORMS.items():
        figures = []
        for database, reader in ((NAME, user_id), (BARE, bare_id)):
            with bench.environment(database) as env:
                record_id = env[model].search(domain, order=order, limit=1).id
            figures.append(
                best(
                    database,
                    reader,
                    lambda env, model=model, record_id=record_id: formed(
                        env, model, False, record_id=record_id
                    ),
                )
            )
        (ms, queries), (bare_ms, bare_queries) = figures
        more[name] = (ms - bare_ms, queries - bare_queries)
        bench.say(
            f"{name}: {ms} ms, {queries} queries; without the addon {bare_ms} ms,"
            f" {bare_queries} queries"
        )
    return more


if __name__ == "__main__":
    main()
