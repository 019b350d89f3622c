"""What the pages of a big database ask: queries and milliseconds.

200 000 invoices, 1 000 000 jobs and 10 000 daily settlements (--size gives another
number of invoices, the rest in proportion). Each page of the menu, list, cards and
form, each filter of its search, and what people search for, is read as the web client
reads it, as a Fiken manager who keeps invoices and as the user with the least rights,
warm, the best of some. The forms of Odoo's own are read without the addon, too.
"""

import argparse
import threading

import _big as big
import _common as bench
from lxml import etree

from odoo.fields import Domain
from odoo.tools.safe_eval import safe_eval

NAME, BARE = "bench_pages", "bench_pages_bare"
# What the web client asks for at once, and up to where it counts.
PAGE, CARDS, COUNTED = 80, 40, 10_000
ROUNDS = 4
WINDOW, CLIENT = "ir.actions.act_window", "ir.actions.client"


# As the web client reads


def listed(env, model, view_id, domain, kind="list", limit=PAGE):
    model = env[model]
    view = arch(model, view_id, kind)
    return model.web_search_read(
        domain,
        specification(model, view),
        limit=int(view.get("limit", limit)),
        order=view.get("default_order") or None,
        count_limit=int(view.get("count_limit", COUNTED)) + 1,
    )


def carded(env, model, view_id, domain):
    return listed(env, model, view_id, domain, kind="kanban", limit=CARDS)


def formed(env, model, view_id, domain=(), record_id=None):
    """The first record's page, or that of a new one."""
    model = env[model]
    wanted = specification(model, arch(model, view_id, "form"))
    record = model.browse(record_id) if record_id else model.search(domain, limit=1)
    return record.web_read(wanted) if record else model.onchange({}, [], wanted)


def pivoted(env, model, view_id, domain):
    view = arch(env[model], view_id, "pivot")
    rows, measures = axes(view, "row")
    return env[model].formatted_read_grouping_sets(domain, [[], rows[:1]], measures)


def graphed(env, model, view_id, domain):
    rows, measures = axes(arch(env[model], view_id, "graph"), None)
    return env[model].formatted_read_group(domain, rows, measures)


def axes(view, kind):
    """(what a pivot or graph groups by, what it sums)"""
    rows, measures = [], ["__count"]
    for field in view.iter("field"):
        name = field.get("name")
        if field.get("type") == "measure":
            measures.append(f"{name}:sum")
        elif field.get("type") == kind:
            interval = field.get("interval")
            rows.append(f"{name}:{interval}" if interval else name)
    return rows, measures


READERS = {
    "list": listed,
    "kanban": carded,
    "form": formed,
    "pivot": pivoted,
    "graph": graphed,
}


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


# The pages: {name: what reads it, with an environment}


def all_pages(env):
    pages = menu_pages(env) | search_pages(env) | other_pages(env)
    pages["Badge and banner"] = lambda env: env["fiken.todo"].status()
    return pages


def menu_pages(env):
    """All that is in this user's menu."""
    pages = {}
    root = env.ref("fiken_connector.menu_fiken").id
    for menu in env["ir.ui.menu"].load_menus(False).values():
        if menu.get("app_id") != root or not menu.get("action_model"):
            continue
        action = env[menu["action_model"]].sudo().browse(menu["action_id"])
        if action._name == WINDOW:
            pages.update(action_pages(env, menu["name"], action))
        elif action._name == CLIENT:
            pages[menu["name"]] = CLIENT_PAGES[action.tag]
    return pages


# A new one is an error until it stands here.
CLIENT_PAGES = {
    "fiken_overview": lambda env: env["fiken.overview"].fiken_page(),
    "fiken_flows": lambda env: env["fiken.overview"].fiken_page(with_figures=False),
    "fiken_guide": lambda env: env["fiken.guide"].read_page(),
}


def action_pages(env, name, action):
    """Each view as it opens, and its list by each filter that can be chosen."""
    context = safe_eval(action.context or "{}", {"uid": env.uid})
    domain = safe_eval(action.domain or "[]", {"uid": env.uid})
    view_ids = {mode: view_id for view_id, mode in action.views}
    model = action.res_model
    filters = {}
    if model.startswith("fiken."):
        filters = filters_of(env[model], action.search_view_id.id)
    chosen = [
        filters[key]
        for key in filters
        if context.get(f"search_default_{key}") and filters[key]
    ]
    opened = Domain(domain) & (Domain.OR(chosen) if chosen else Domain.TRUE)

    def page(reader, mode, narrowed):
        return lambda env: reader(
            env(context={**env.context, **context}),
            model,
            view_ids[mode],
            list(narrowed),
        )

    pages = {
        f"{name}, {mode}": page(reader, mode, opened)
        for mode, reader in READERS.items()
        if mode in view_ids
    }
    for key, narrowed in filters.items():
        pages[f"{name}, filter {key}"] = page(listed, "list", Domain(domain) & narrowed)
    return pages


def filters_of(model, view_id):
    """{name: domain} of the filters of a search."""
    return {
        one.get("name"): Domain(safe_eval(one.get("domain"), {"uid": model.env.uid}))
        for one in arch(model, view_id, "search").iter("filter")
        if one.get("domain")
    }


SALES = [("move_type", "in", ("out_invoice", "out_refund"))]
MISSING = [*SALES, ("fiken_state", "in", ("absent", "waiting", "blocked", "failed"))]
LEADING = [("is_leading", "=", True)]
ABSENTEES = "Invoices, not in Fiken"
# What people search for, in the lists that hold most.
SEARCHES = {
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
    "Invoices, by number in Fiken": (
        "account.move",
        [*SALES, ("fiken_number", "ilike", "12345")],
    ),
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


def other_pages(env):
    """Where lists lead: jobs as they can stand, and what Fiken would book."""
    pages = {
        f"Job, {state}": lambda env, state=state: formed(
            env, "fiken.job", False, [("state", "=", state)]
        )
        for state in ("pending", "failed", "done")
    }
    waiting = env["account.move"].search([("name", "=like", "MANY/%")], limit=1)
    if env.user.has_group(big.MANAGER):
        pages["Guided Set-up, company"] = lambda env: env["fiken.guide"].read_left()
    pages["Preview"] = lambda env: env["fiken.preview"].preview(waiting.id)
    return pages


# Measuring


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
    options = arguments()
    bench.start_odoo()
    users = big.prepare(NAME, bench.sandbox(), big.Size.of(options.size))
    figures = measure(users)
    more = forms(users)
    slowest = max(figures, key=figures.get)
    asking = max(figures, key=lambda one: figures[one][1])
    bench.result(
        "pages",
        pages=len(figures),
        max_queries=figures[asking][1],
        most_queries=" ".join(asking),
        max_ms=figures[slowest][0],
        slowest=" ".join(slowest),
        not_in_fiken_ms=max(
            ms for (_who, page), (ms, _queries) in figures.items() if page == ABSENTEES
        ),
        form_queries_more=max(queries for _ms, queries in more.values()),
        form_ms_more=max(ms for ms, _queries in more.values()),
    )


def arguments():
    parser = argparse.ArgumentParser(prog="bench/run pages")
    parser.add_argument("--size", type=int, default=big.Size().invoices)
    return parser.parse_args()


def measure(users):
    """{(who, page): (milliseconds, queries)}"""
    figures = {}
    for who, user_id in users.items():
        with bench.environment(NAME, user_id) as env:
            pages = all_pages(env)
        for page, reads in pages.items():
            figures[who, page] = best(NAME, user_id, reads)
            bench.say(f"{who}: {page}: %s ms, %s queries" % figures[who, page])
    return figures


FORMS = {
    "Invoice": ("account.move", [("move_type", "=", "out_invoice")], "state desc, id"),
    "Contact": ("res.partner", [("name", "=", "Kunde 0")], "id"),
    "Product": ("product.template", [("name", "=", "Vare 0")], "id"),
}


def forms(users):
    """{(who, form of Odoo's own): (ms, queries) more than without the addon}"""
    bench.database(BARE, addon=False)
    with bench.environment(BARE) as env:
        bench.norwegian_company(env)
        partners = bench.customers(env, big.REAL)
        bench.drafts(env, partners, big.REAL).action_post()
        bare_id = big.user(env, "invoicing", big.ACCOUNTANT)
    more = {}
    for name, (model, domain, order) in FORMS.items():

        def figure(database, user_id, model=model, domain=domain, order=order):
            with bench.environment(database) as env:
                record_id = env[model].search(domain, order=order, limit=1).id
            return best(
                database,
                user_id,
                lambda env: formed(env, model, False, record_id=record_id),
            )

        without = figure(BARE, bare_id)
        for who, user_id in users.items():
            found = figure(NAME, user_id)
            more[who, name] = tuple(
                one - other for one, other in zip(found, without, strict=True)
            )
            bench.say(
                f"{who}: {name}: %s ms, %s queries; without the addon %s ms,"
                " %s queries" % (*found, *without)
            )
    return more


if __name__ == "__main__":
    main()
