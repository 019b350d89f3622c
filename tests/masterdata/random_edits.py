"""Master data and stock edited at random. Used by a test and by a benchmark."""

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

    def prepare(self, env, fiken_company, tax, account):
        """A small shop in which everything goes to Fiken."""
        self.fiken_company_id, self.tax_id, self.account_id = (
            fiken_company.id,
            tax.id,
            account.id,
        )
        self.company_id = fiken_company.company_id.id
        # Odoo's own products are not part of the shop.
        env["product.product"].search([]).sale_ok = False
        fiken_company.write(
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

    # What is left to do

    def open_jobs(self, env):
        return env["fiken.job"].search(
            [("fiken_company_id", "=", self.fiken_company_id), ("state", "in", OPEN)]
        )
