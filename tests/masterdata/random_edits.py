"""Master data and stock edited at random, and compared with Fiken in full.

Used by a test and by a benchmark. What Fiken should have is worked out here anew, from
Odoo's records, and not by the code that sends it.
"""

import collections
import math

LOST = ("drop", "commit-then-drop", "commit-then-500", "status:503")
WRITES = (
    ("POST", "/contacts"),
    ("PUT", "/contacts"),
    ("POST", "/products"),
    ("PUT", "/products"),
    ("POST", "/contactPerson"),
)
OPEN = ("pending", "sending", "blocked", "failed")
TAGS = ("Stamkunder", "Grossist", "Nettbutikk")


class RandomEdits:
    """One run: the same seed makes the same edits."""

    def __init__(self, rng, box, slug):
        self.rng = rng
        self.box = box
        self.slug = slug
        self.number = 0
        self.edits = [
            self.edit_contact,
            self.edit_contact,
            self.tag_contact,
            self.archive_contact,
            self.add_contact,
            self.add_person,
            self.edit_person,
            self.merge_contacts,
            self.edit_product,
            self.edit_product,
            self.archive_product,
            self.add_product,
            self.delete_product,
            self.count_stock,
            self.count_stock,
            self.deliver,
            self.edit_kit,
        ]

    # The records

    def prepare(self, env, books, tax, account):
        """A small shop in which everything goes to Fiken."""
        self.books_id, self.tax_id, self.account_id = books.id, tax.id, account.id
        self.company_id = books.company_id.id
        # Odoo's own products are not part of the shop.
        env["product.product"].search([]).sale_ok = False
        books.write(
            {
                "customer_sync": "all",
                "supplier_sync": "all",
                "product_sync": "all",
                "stock_sync": "all",
            }
        )
        self.tag_ids = (
            env["res.partner.category"].create([{"name": name} for name in TAGS]).ids
        )
        self.contact_ids, self.product_ids, self.kit_ids = [], [], []
        for _ in range(8):
            self.add_contact(env)
        for _ in range(10):
            self.add_product(env)
        for product in env["product.product"].browse(self.product_ids):
            self.set_quantity(env, product, self.rng.randint(0, 50))
        if "mrp.bom" in env:
            self.add_kits(env)

    def name(self, word):
        self.number += 1
        return f"{word} {self.number}"

    def add_contact(self, env):
        rank = self.rng.choice(("customer_rank", "supplier_rank"))
        self.contact_ids.append(
            env["res.partner"]
            .create(
                {
                    "name": self.name("Firma"),
                    "is_company": self.rng.random() < 0.7,
                    "email": f"post{self.number}@firma.example",
                    "country_id": env.ref("base.no").id,
                    rank: 1,
                }
            )
            .id
        )

    def add_product(self, env):
        product = env["product.product"].create(
            {
                "name": self.name("Vare"),
                "default_code": f"V-{self.number}" if self.rng.random() < 0.8 else "",
                "list_price": self.rng.randint(1, 90000) / 100,
                "is_storable": self.rng.random() < 0.8,
                "taxes_id": [(6, 0, [self.tax_id])],
                "property_account_income_id": self.account_id,
            }
        )
        self.product_ids.append(product.id)
        return product

    def add_kits(self, env):
        parts = env["product.product"].browse(self.product_ids[:6])
        for _ in range(3):
            kit = self.add_product(env)
            self.product_ids.remove(kit.id)
            kit.is_storable = False
            inner = env["product.product"].browse(self.kit_ids[:1])
            env["mrp.bom"].create(
                {
                    "product_tmpl_id": kit.product_tmpl_id.id,
                    "type": "phantom",
                    "company_id": self.company_id,
                    "bom_line_ids": [
                        (0, 0, {"product_id": part.id, "product_qty": quantity})
                        for part, quantity in zip(
                            [*self.rng.sample(list(parts), 2), *inner],
                            (self.rng.randint(1, 4), 1, 2),
                            strict=False,
                        )
                    ],
                }
            )
            self.kit_ids.append(kit.id)

    # One edit

    def edit(self, env):
        """Change something; now and then the next answer of Fiken gets lost."""
        if self.rng.random() < 0.1:
            method, path = self.rng.choice(WRITES)
            self.box.fault(method, path, self.rng.choice(LOST))
        self.rng.choice(self.edits)(env)

    def contact(self, env, **values):
        return env["res.partner"].browse(self.rng.choice(self.contact_ids))

    def product(self, env):
        return env["product.product"].browse(
            self.rng.choice(self.product_ids + self.kit_ids)
        )

    def edit_contact(self, env):
        field, value = self.rng.choice(
            (
                ("name", self.name("Firma")),
                ("phone", f"55 00 {self.rng.randint(10, 99)} 00"),
                ("phone", False),
                ("city", self.rng.choice(("Bergen", "Voss", "Bodø"))),
                ("email", False),
                ("email", f"ny{self.number}@firma.example"),
                ("comment", "Ring først"),
            )
        )
        self.contact(env)[field] = value

    def tag_contact(self, env):
        count = self.rng.randint(0, len(TAGS))
        self.contact(env).category_id = [(6, 0, self.rng.sample(self.tag_ids, count))]

    def archive_contact(self, env):
        contact = self.contact(env)
        contact.active = not contact.active

    def add_person(self, env):
        contact = self.contact(env)
        if contact.is_company:
            env["res.partner"].create(
                {
                    "name": self.name("Person"),
                    "email": f"person{self.number}@firma.example",
                    "parent_id": contact.id,
                    "type": "contact",
                }
            )

    def edit_person(self, env):
        people = env["res.partner"].search(
            [("parent_id", "in", self.contact_ids)], order="id"
        )
        if people:
            person = self.rng.choice(list(people))
            way = self.rng.randint(0, 2)
            if way == 0:
                person.name = self.name("Person")
            elif way == 1:
                person.active = False
            else:
                person.unlink()

    def merge_contacts(self, env):
        if len(self.contact_ids) < 6:
            return
        kept, merged = self.rng.sample(self.contact_ids, 2)
        people = env["res.partner"].with_context(active_test=False)
        if people.browse(kept).is_company != people.browse(merged).is_company:
            return
        wizard = env["base.partner.merge.automatic.wizard"].sudo()
        wizard._merge([kept, merged], people.browse(kept), extra_checks=False)
        self.contact_ids.remove(merged)

    def edit_product(self, env):
        product = self.product(env)
        field, value = self.rng.choice(
            (
                ("name", self.name("Vare")),
                ("lst_price", self.rng.randint(1, 90000) / 100),
                ("default_code", f"N-{self.name('')[1:]}"),
                ("description_sale", self.rng.choice(("Nymalt", False))),
                ("standard_price", 5.0),
            )
        )
        product[field] = value

    def archive_product(self, env):
        product = env["product.product"].browse(self.rng.choice(self.product_ids[6:]))
        product.active = not product.active

    def delete_product(self, env):
        fresh = [
            product_id
            for product_id in self.product_ids[10:]
            if not env["stock.move"].search_count([("product_id", "=", product_id)])
        ]
        if fresh:
            product_id = self.rng.choice(fresh)
            self.product_ids.remove(product_id)
            env["product.product"].browse(product_id).unlink()

    def storable(self, env):
        products = env["product.product"].browse(self.product_ids)
        return self.rng.choice([one for one in products if one.is_storable])

    def count_stock(self, env):
        self.set_quantity(env, self.storable(env), self.rng.randint(0, 5000) / 100)

    def set_quantity(self, env, product, quantity):
        if not product.is_storable:
            return
        quants = env["stock.quant"].sudo().with_context(inventory_mode=True)
        quants.create(
            {
                "product_id": product.id,
                "location_id": self.shelf(env).id,
                "inventory_quantity": quantity,
            }
        ).action_apply_inventory()

    def shelf(self, env):
        warehouses = env["stock.warehouse"].sudo()
        return warehouses.search(
            [("company_id", "=", self.company_id)], limit=1
        ).lot_stock_id

    def deliver(self, env):
        move = (
            env["stock.move"]
            .sudo()
            .create(
                {
                    "product_id": self.storable(env).id,
                    "product_uom_qty": 1.5,
                    "location_id": self.shelf(env).id,
                    "location_dest_id": env.ref("stock.stock_location_customers").id,
                }
            )
        )
        move._action_confirm()
        move.write({"quantity": 1.5, "picked": True})
        move._action_done()

    def edit_kit(self, env):
        if not self.kit_ids:
            return
        lines = env["mrp.bom.line"].search(
            [("bom_id.company_id", "=", self.company_id)], order="id"
        )
        self.rng.choice(list(lines)).product_qty = self.rng.randint(1, 5)

    # What Fiken should have

    def open_jobs(self, env):
        return env["fiken.job"].search(
            [("fiken_company_id", "=", self.books_id), ("state", "in", OPEN)]
        )

    def compare(self, env):
        """:return: (differences, doubles), each a list of sentences"""
        differences = [
            f"{job.display_name}: {job.state}: {job.reason}"
            for job in self.open_jobs(env)
        ]
        differences += [
            f"{drift.display_name}: {drift.label}: {drift.odoo_value} here,"
            f" {drift.fiken_value} there"
            for drift in env["fiken.drift"].search([("kind", "=", "changed")])
        ]
        doubles = []
        for resource, expected in (
            ("contact", self.expected_contacts(env)),
            ("product", self.expected_products(env)),
        ):
            rows = {str(row[f"{resource}Id"]): row for row in self.rows(resource)}
            links = env["fiken.binding"].search(
                [
                    ("fiken_company_id", "=", self.books_id),
                    ("resource", "=", resource),
                ]
            )
            remote = {link.res_id: link.remote_id for link in links if not link.part}
            for record_id, values in expected.items():
                there = rows.get(remote.get(record_id))
                seen = there and self.seen(resource, there, values)
                if seen != values:
                    differences.append(f"{resource} {record_id}: {values} != {seen}")
            differences += self.left_over(resource, rows, remote, expected)
            doubles += self.doubles(resource, rows, links)
        return differences, doubles

    def rows(self, resource):
        page, rows = 0, []
        while True:
            more = self.box.get(
                f"/companies/{self.slug}/{resource}s", page=page, pageSize=100
            )
            rows += more
            page += 1
            if len(more) < 100:
                return rows

    def seen(self, resource, there, values):
        """What Fiken has, in the words of what is expected."""
        if resource == "product":
            return {field: there.get(field) for field in values}
        return {
            "name": there["name"],
            "email": there.get("email") or "",
            "phone": there.get("phoneNumber") or "",
            "city": (there.get("address") or {}).get("city") or "",
            "inactive": there["inactive"],
            "groups": sorted(there["groups"]),
            "people": sorted(
                (person["name"], person["email"]) for person in there["contactPerson"]
            ),
        }

    def left_over(self, resource, rows, remote, expected):
        """What Odoo no longer has is still offered in Fiken."""
        known = {remote.get(record_id) for record_id in expected}
        return [
            f"{resource} {remote_id} is left over: {row['name']}"
            for remote_id, row in rows.items()
            if remote_id not in known
            and not (row["inactive"] if resource == "contact" else not row["active"])
        ]

    def doubles(self, resource, rows, links):
        linked = set(links.mapped("remote_id"))
        found = [
            f"{resource} {one} is linked to nothing" for one in rows.keys() - linked
        ]
        key = "memberNumberString" if resource == "contact" else "productNumber"
        counts = collections.Counter(row.get(key) for row in rows.values())
        return found + [
            f"{count} {resource}s are {value}"
            for value, count in counts.items()
            if value and count > 1
        ]

    def expected_contacts(self, env):
        contacts = env["res.partner"].with_context(active_test=False)
        return {
            contact.id: {
                "name": contact.name,
                "email": contact.email or "",
                "phone": contact.phone or "",
                "city": contact.city or "",
                "inactive": not contact.active,
                "groups": sorted(contact.category_id.mapped("name")),
                "people": sorted(
                    (person.name, person.email)
                    for person in contact.child_ids
                    if person.active and person.email and person.type == "contact"
                ),
            }
            for contact in contacts.browse(self.contact_ids)
            if contact.active or self.was_sent(env, contact)
        }

    def expected_products(self, env):
        products = env["product.product"].with_context(active_test=False)
        return {
            product.id: {
                "name": product.name,
                "productNumber": product.default_code or f"odoo-{product.id}",
                "unitPrice": round(product.lst_price * 100),
                "active": product.active,
                "stock": self.expected_stock(env, product),
            }
            for product in products.browse(self.product_ids + self.kit_ids)
            if product.active or self.was_sent(env, product)
        }

    def was_sent(self, env, record):
        """An archived record is only in Fiken if it went there before."""
        return env["fiken.binding"].search_count(
            [
                ("fiken_company_id", "=", self.books_id),
                ("res_model", "=", record._name),
                ("res_id", "=", record.id),
                ("part", "=", ""),
            ]
        )

    def expected_stock(self, env, product):
        if product.id in self.kit_ids:
            needs = self.parts(env, product, 1)
            kits = [
                self.on_hand(env, part) / count
                for part, count in needs.items()
                if part.is_storable and count
            ]
            return math.floor(round(min(kits), 6)) if kits else 0
        if not product.is_storable:
            return None
        return self.on_hand(env, product)

    def on_hand(self, env, product):
        quants = env["stock.quant"].search(
            [
                ("product_id", "=", product.id),
                ("location_id", "child_of", self.shelf(env).id),
            ]
        )
        return round(sum(quants.mapped("quantity")), 2)

    def parts(self, env, product, count):
        """{part: how many of it}, through kits in kits."""
        bom = env["mrp.bom"].search(
            [
                ("product_tmpl_id", "=", product.product_tmpl_id.id),
                ("type", "=", "phantom"),
            ],
            limit=1,
        )
        if not bom:
            return {product: count}
        needs = collections.Counter()
        for line in bom.bom_line_ids:
            needs.update(self.parts(env, line.product_id, count * line.product_qty))
        return needs
