"""What the tests of the start-up import share."""

from odoo import fields

from ...models.outbox.fiken_resource import Sent
from ..common import SLUG_NO_VAT, FikenCase
from ..outbox.common import CRON_LOG


class ImportCase(FikenCase):
    """A company that has kept customers, suppliers and products in Fiken for years."""

    def setUp(self):
        super().setUp()
        action = self.env["fiken.import"].action_open(self.fiken_company)
        self.startup = self.env["fiken.import"].browse(action["res_id"])
        # What other tests of the class left in Odoo is not what Fiken has.
        self.partners_before = self.partners()
        self.products_before = self.products()

    # In Fiken

    def fiken_contact(self, name="Kaffehuset AS", **values):
        """A customer in Fiken; :return: its id."""
        return self.fiken_contacts({"name": name, **values})[0]

    def fiken_contacts(self, *rows):
        rows = [{"customer": not row.get("supplier"), **row} for row in rows]
        return list(map(str, self.sandbox.fill(self.slug, "contacts", rows)))

    def fiken_product(self, name="Kaffekopp", **values):
        return self.fiken_products({"name": name, **values})[0]

    def fiken_products(self, *rows):
        base = {"incomeAccount": "3000", "vatType": "HIGH", "active": True}
        rows = [{**base, **row} for row in rows]
        return list(map(str, self.sandbox.fill(self.slug, "products", rows)))

    # In Odoo

    def odoo_partner(self, name="Bønnehuset AS", **values):
        return self.env["res.partner"].create({"name": name, **values})

    def partners(self):
        return self.env["res.partner"].with_context(active_test=False).search([])

    def products(self):
        return self.env["product.product"].with_context(active_test=False).search([])

    def new_partners(self):
        return self.partners() - self.partners_before

    def new_products(self):
        return self.products() - self.products_before

    def matched_partner(self):
        partner = self.odoo_partner(
            "Mitt navn AS",
            company_registry="987654325",
            email="mitt@example.com",
            is_company=True,
        )
        contact = self.fiken_contact(
            "Fikens navn AS",
            organizationNumber="987654325",
            email="fikens@example.com",
            phoneNumber="22334455",
        )
        return partner, contact

    def link(self, record, resource, remote_id, books=None):
        """The record is this one in Fiken, whoever said so."""
        self.env["fiken.binding"]._bind(
            self.env[f"fiken.resource.{resource}"],
            books or self.fiken_company,
            record,
            Sent(remote_id),
        )

    def other_fiken_company(self):
        """Another company of the database, with books of its own in Fiken."""
        other = self.env["res.company"].create(
            {"name": "Kaffe Nord AS", "currency_id": self.env.ref("base.NOK").id}
        )
        return (
            self.env["fiken.company"]
            .sudo()
            ._link(
                self.connection,
                other,
                self.sandbox.get(f"/companies/{SLUG_NO_VAT}"),
                fields.Date.to_date("2026-01-01"),
            )
        )

    # The import

    def run_cron(self, crashes=False):
        """As Odoo's own crons do; one that crashes only says so."""
        cron = self.env.ref("fiken_connector.ir_cron_import").sudo()
        logs = self.assertLogs if crashes else self.assertNoLogs
        with self.as_cron(), logs(CRON_LOG, "ERROR"):
            cron.method_direct_trigger()
        self.env.invalidate_all()

    def read_fiken(self, **choices):
        """Read Fiken and stop at the preview; :return: its lines."""
        if choices:
            chosen = dict.fromkeys(
                ("with_customers", "with_suppliers", "with_products"), False
            )
            self.startup.write({**chosen, **choices})
        self.startup.action_read()
        self.run_cron()
        self.assertEqual(self.startup.state, "preview", self.startup.reason)
        return self.startup.line_ids

    def take_over(self):
        self.startup.action_import()
        self.run_cron()
        self.assertEqual(self.startup.state, "done", self.startup.reason)

    def import_all(self):
        lines = self.read_fiken()
        self.take_over()
        return lines

    def line_of(self, remote_id):
        lines = self.startup.line_ids
        return lines.filtered(lambda line: line.remote_id == str(remote_id))

    def all_jobs(self):
        return self.env["fiken.job"].sudo().search([])

    def requested_pages(self):
        """(path below the company, page) of each list that was asked for."""
        pages = []
        for row in self.sandbox.requests():
            query = dict(part.split("=") for part in row["query"].split("&"))
            pages.append(
                (row["path"].partition(self.slug)[2], row["query"], int(query["page"]))
            )
        return pages
