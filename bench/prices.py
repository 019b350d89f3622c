"""New prices for 5 000 products that are in Fiken: how long until the jobs are owed.

Each product is written on its own, as a price import does it, in one transaction.
"""

import _common as bench

PRODUCTS = 5000
DATABASE = "bench_prices"


def prepare(box):
    bench.database(DATABASE, everything=True)
    with bench.environment(DATABASE) as env:
        bench.norwegian_company(env)
        books = bench.connect(env, box)
        products = env["product.product"].create(
            [
                {"name": f"Vare {number}", "default_code": f"V-{number}"}
                for number in range(PRODUCTS)
            ]
        )
        env["fiken.binding"].create(
            [
                {
                    "fiken_company_id": books.id,
                    "company_id": books.company_id.id,
                    "resource": "product",
                    "res_model": "product.product",
                    "res_id": product.id,
                    "remote_id": str(number),
                }
                for number, product in enumerate(products)
            ]
        )
        return products.ids


def change(ids):
    with bench.environment(DATABASE) as env:
        for product in env["product.product"].browse(ids):
            product.lst_price = 99.0


def main():
    bench.start_odoo()
    ids = prepare(bench.sandbox())
    seconds, _nothing = bench.measured(lambda: change(ids))
    with bench.environment(DATABASE) as env:
        jobs = env["fiken.job"].search_count(
            [("resource", "=", "product"), ("state", "=", "pending")]
        )
    bench.result("prices", products=PRODUCTS, jobs=jobs, seconds=round(seconds, 2))


if __name__ == "__main__":
    main()
