"""What Fiken should have of a shop, worked out anew from Odoo's records.

Used by a test and by a benchmark, and not by the code that sends it.
"""

import collections
import math


class Expected:
    """Of the records of one run of random edits."""

    def __init__(self, run):
        self.run = run

    def compare(self, env):
        """:return: (differences, doubles), each a list of sentences"""
        differences = [
            f"{job.display_name}: {job.state}: {job.reason}"
            for job in self.run.open_jobs(env)
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
                    ("fiken_company_id", "=", self.run.fiken_company_id),
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
            more = self.run.box.get(
                f"/companies/{self.run.slug}/{resource}s", page=page, pageSize=100
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
            for contact in contacts.browse(self.run.contact_ids)
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
            for product in products.browse(self.run.product_ids + self.run.kit_ids)
            if product.active or self.was_sent(env, product)
        }

    def was_sent(self, env, record):
        """An archived record is only in Fiken if it went there before."""
        return env["fiken.binding"].search_count(
            [
                ("fiken_company_id", "=", self.run.fiken_company_id),
                ("res_model", "=", record._name),
                ("res_id", "=", record.id),
                ("part", "=", ""),
            ]
        )

    def expected_stock(self, env, product):
        if product.id in self.run.kit_ids:
            needs = self.parts(env, product, 1)
            kits = [
                self.on_hand(env, part) / count
                for part, count in needs.items()
                if part.is_storable and count
            ]
            return math.floor(round(min(kits), 6)) if kits else None
        if not product.is_storable:
            return None
        return self.on_hand(env, product)

    def on_hand(self, env, product):
        quants = env["stock.quant"].search(
            [
                ("product_id", "=", product.id),
                ("location_id", "child_of", self.run.shelf(env).id),
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
