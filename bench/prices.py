"""New prices for 5 000 products that are in Fiken: how long until the jobs are owed.

Two databases with the same products and all modules of a shop, one without the addon
and one with it; measured in turn, the best of each, until the commit is done. A user
has two ways: ``seconds`` is an imported price list, ``list_seconds`` a change of the
whole list view at once, where Odoo notes each price in its product's chatter.
``odoo_seconds`` and ``list_odoo_seconds`` are the same without the addon.
"""

import gc

import _common as bench

PRODUCTS = 5000
# As the web client imports: so many lines a request.
LINES = 2000
ROUNDS = 2
BARE, WITH = "bench_prices_bare", "bench_prices_fiken"


def prepare(name, box=None):
    """:return: the ids of the products' templates, and of the user who changes them"""
    bench.database(name, addon=box is not None, everything=True)
    with bench.environment(name) as env:
        bench.norwegian_company(env)
        fiken_company = bench.connect(env, box) if box else None
        products = env["product.product"].create(
            [
                {"name": f"Vare {number}", "default_code": f"V-{number}"}
                for number in range(PRODUCTS)
            ]
        )
        if fiken_company:
            remote_ids = range(len(products))
            bench.bind(env, fiken_company, products, remote_ids, "product")
        user = env.ref("base.user_admin")
        user.group_ids |= env.ref("product.group_product_manager")
        return products.product_tmpl_id.ids, user.id


def import_list(name, ids, user_id, price):
    """An imported file of numbers and prices, as the web client sends it."""
    for first in range(0, len(ids), LINES):
        lines = [f"{product_id},{price}" for product_id in ids[first : first + LINES]]
        options = {
            "quoting": '"',
            "separator": ",",
            "has_headers": True,
            "float_thousand_separator": "",
            "float_decimal_separator": ".",
        }
        with bench.environment(name, user_id, tracking_disable=True) as env:
            file = "\n".join([".id,list_price", *lines]).encode()
            answer = (
                env["base_import.import"]
                .create(
                    {
                        "res_model": "product.template",
                        "file": file,
                        "file_type": "text/csv",
                    }
                )
                .execute_import([".id", "list_price"], ["ID", "Price"], options)
            )
            if answer["messages"]:
                raise SystemExit(answer["messages"])


def change_list(name, ids, user_id, price):
    """All lines chosen in the list view, and the price typed into one of them."""
    with bench.environment(name, user_id) as env:
        env["product.template"].browse(ids).write({"list_price": price})


def check(name, ids, price):
    """A change that reached nothing would be quick and worthless; :return: the jobs."""
    with bench.environment(name) as env:
        products = env["product.template"].search_count(
            [("id", "in", ids), ("list_price", "=", price)]
        )
        if products != PRODUCTS:
            raise SystemExit(f"only {products} products have the new price")
        if name == BARE:
            return 0
        jobs = env["fiken.job"].search(
            [("resource", "=", "product"), ("state", "=", "pending")]
        )
        count = len(jobs)
        if count != PRODUCTS:
            raise SystemExit(f"{count} jobs were made")
        # The next round makes them anew.
        env.cr.execute("DELETE FROM fiken_job")
        return count


def main():
    bench.start_odoo()
    box = bench.sandbox()
    known = {
        name: prepare(name, box if name == WITH else None) for name in (BARE, WITH)
    }
    best, jobs, price = {}, 0, 100
    for _ in range(ROUNDS):
        for change in (import_list, change_list):
            price += 1
            for name in (BARE, WITH):
                ids, user_id = known[name]
                gc.collect()
                seconds, _nothing = bench.measured(
                    lambda way=change,
                    name=name,
                    ids=ids,
                    user_id=user_id,
                    price=price: (way(name, ids, user_id, price))
                )
                bench.say(f"{change.__name__} in {name}: {seconds:.2f} s")
                best[change, name] = min(seconds, best.get((change, name), seconds))
                jobs = check(name, ids, price)
    bench.result(
        "prices",
        products=PRODUCTS,
        jobs=jobs,
        seconds=round(best[import_list, WITH], 2),
        odoo_seconds=round(best[import_list, BARE], 2),
        list_seconds=round(best[change_list, WITH], 2),
        list_odoo_seconds=round(best[change_list, BARE], 2),
    )


if __name__ == "__main__":
    main()
