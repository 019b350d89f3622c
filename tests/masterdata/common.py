"""What the tests of contacts, products and stock share."""

import requests

from odoo import Command

from ..outbox.common import OutboxCase


class MasterdataCase(OutboxCase):
    """A company whose products are sold at 25 % and mapped to 3000."""

    def setUp(self):
        super().setUp()
        self.warehouse = self.env["stock.warehouse"].search(
            [("company_id", "=", self.company.id)], limit=1
        )
        self.shelf = self.warehouse.lot_stock_id
        # Odoo's own are not what is looked at.
        self.env["product.product"].search([]).sale_ok = False

    def new_product(self, name="Kaffekvern", **values):
        return self.env["product.product"].create(
            {
                "name": name,
                "list_price": 100.0,
                "taxes_id": [Command.set(self.tax("3").ids)],
                "property_account_income_id": self.account("3000").id,
                **values,
            }
        )

    def two_colours(self, name):
        """A template of two variants."""
        color = self.env["product.attribute"].create(
            {
                "name": "Farge",
                "value_ids": [
                    Command.create({"name": "Rød"}),
                    Command.create({"name": "Blå"}),
                ],
            }
        )
        return self.env["product.template"].create(
            {
                "name": name,
                "taxes_id": [Command.set(self.tax("3").ids)],
                "property_account_income_id": self.account("3000").id,
                "attribute_line_ids": [
                    Command.create(
                        {
                            "attribute_id": color.id,
                            "value_ids": [Command.set(color.value_ids.ids)],
                        }
                    )
                ],
            }
        )

    def bank_account(self, partner, number, trusted=True):
        """One that money may be sent to, or that nobody has vouched for."""
        group = self.env.ref("account.group_validate_bank_account")
        self.env.user.sudo().group_ids += group
        return self.env["res.partner.bank"].create(
            {
                "acc_number": number,
                "partner_id": partner.id,
                "allow_out_payment": trusted,
            }
        )

    def storable(self, name="Kaffebønner", quantity=0, **values):
        product = self.new_product(name, is_storable=True, **values)
        if quantity:
            self.count_stock(product, quantity)
        return product

    def count_stock(self, product, quantity, shelf=None):
        """An inventory count: this many are on the shelf."""
        quants = self.env["stock.quant"].sudo().with_context(inventory_mode=True)
        quants.create(
            {
                "product_id": product.id,
                "location_id": (shelf or self.shelf).id,
                "inventory_quantity": quantity,
            }
        ).action_apply_inventory()

    def kit(self, product, *parts, quantity=1):
        """A phantom bill of materials; ``parts`` are (product, quantity)."""
        return (
            self.env["mrp.bom"]
            .sudo()
            .create(
                {
                    "product_tmpl_id": product.product_tmpl_id.id,
                    "product_qty": quantity,
                    "type": "phantom",
                    "company_id": self.company.id,
                    "bom_line_ids": [
                        Command.create({"product_id": part.id, "product_qty": count})
                        for part, count in parts
                    ],
                }
            )
        )

    def notice_kits(self):
        """What the cron of every two minutes does."""
        self.env.flush_all()
        self.env["fiken.kit"].sudo()._cron_notice_changes()

    def night(self):
        """What the cron at night does, when all that was sent is not from just now."""
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE fiken_binding SET sent_at = sent_at - '1h'::interval"
        )
        self.env.invalidate_all()
        self.trigger("ir_cron_compare")

    # Fiken

    def in_fiken(self, method, path, body=None):
        """What somebody does in Fiken; the new id."""
        answer = requests.request(
            method,
            f"{self.sandbox.url}/api/v2/companies/{self.slug}{path}",
            json=body,
            headers={"Authorization": "Bearer sandbox-token"},
            timeout=10,
        )
        self.assertLess(answer.status_code, 300, answer.text)
        return int(answer.headers.get("Location", "0").rsplit("/", 1)[-1] or 0)

    def remote(self, record, resource):
        """The record as Fiken has it now."""
        binding = self.binding(record, resource)
        self.assertTrue(binding, self.jobs(record, resource).mapped("reason"))
        return self.sandbox.get(
            f"/companies/{self.slug}/{resource}s/{binding.remote_id}"
        )

    def products(self):
        return self.sandbox.get(f"/companies/{self.slug}/products", pageSize=100)

    def stock_of(self, product):
        return self.remote(product, "product").get("stock")

    def open_jobs(self, resource=None):
        domain = [
            ("fiken_company_id", "=", self.fiken_company.id),
            ("state", "in", ("pending", "sending", "blocked", "failed")),
        ]
        if resource:
            domain.append(("resource", "=", resource))
        return self.env["fiken.job"].sudo().search(domain)

    def drifts(self, record=None):
        domain = [("res_id", "=", record.id)] if record else []
        return self.env["fiken.drift"].sudo().search(domain)
