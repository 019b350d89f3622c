from odoo import api, models

from odoo.addons.fiken_connector.fiken_api import errors, money, vat

from .base import Gap, Nothing, Prepared, Sent, Stop

READ_ONLY = ("productId", "createdDate", "lastModifiedDate")
NOTE_LIMIT = 200


class ProductResource(models.AbstractModel):
    """Products as Fiken keeps them: number, name, net price, account, VAT type.

    Facts: fiken-api.md §4.2. Unit price is net, in øre.
    """

    _name = "fiken.resource.product"
    _inherit = "fiken.resource"
    _description = "Fiken Product"

    _resource = "product"
    _record_model = "product.product"
    _priority = 20
    _is_awaited = True

    @api.model
    def _label(self):
        return self.env._("Product")

    @api.model
    def _prepare(self, job, product):
        fiken_company = job.fiken_company_id
        binding = self._binding(fiken_company, product)
        body = self._body(fiken_company, product)
        prepared = Prepared(
            body, fiken_company._path("/products"), number=body["productNumber"]
        )
        if binding:
            prepared.change(binding.remote_id)
            if binding.payload_hash == prepared.payload_hash:
                raise Nothing(self.env._("Nothing that Fiken keeps has changed."))
        else:
            prepared.sent_as = self._sent_as(body)
        return prepared

    @api.model
    def _sent_as(self, body):
        return {"key": body["productNumber"], "name": body["name"]}

    @api.model
    def _body(self, fiken_company, product):
        vat_type = self._vat_type(fiken_company, product)
        body = {
            "name": self._shortened(
                product.with_context(display_default_code=False).display_name
            ),
            "productNumber": self._number(product),
            "unitPrice": money.to_ore(self._net_price(product)),
            "incomeAccount": self._income_account(fiken_company, product),
            "vatType": vat_type,
            "active": product.active,
        }
        if product.description_sale:
            body["note"] = self._shortened(product.description_sale, NOTE_LIMIT)
        return body

    @api.model
    def _number(self, product):
        """The internal reference, or a key of our own where there is none."""
        return product.default_code or f"odoo-{product.id}"

    @api.model
    def _net_price(self, product):
        """The sales price without VAT, also where it is kept with VAT."""
        taxes = product.taxes_id._filter_taxes_by_company(self.env.company)
        return taxes.compute_all(
            product.lst_price, currency=product.currency_id, product=product
        )["total_excluded"]

    @api.model
    def _income_account(self, fiken_company, product):
        """The income account by the default vendor's ledger (design §4)."""
        vendor = fiken_company.default_vendor_id
        account = product.product_tmpl_id.get_product_accounts()["income"]
        if not account:
            raise Gap(
                self.env._(
                    "%(product)s has no income account in Odoo, neither itself nor by"
                    " its category.",
                    product=product.display_name,
                ),
                product.categ_id,
            )
        return vendor._document_code(account, product, "income")

    @api.model
    def _vat_type(self, fiken_company, product):
        if not fiken_company._is_vat_registered():
            return "OUTSIDE"
        taxes = product.taxes_id._filter_taxes_by_company(self.env.company)
        if not taxes:
            return fiken_company.default_vendor_id._type_without_tax()
        if len(taxes) > 1:
            raise Stop(
                self.env._(
                    "%(product)s has several sales taxes; Fiken takes one VAT type.",
                    product=product.display_name,
                )
            )
        vat_type = taxes._fiken_type("sale")
        if vat_type not in vat.INVOICE_TYPES:
            raise Stop(
                self.env._(
                    "Fiken has no products with the VAT type of %(tax)s.",
                    tax=taxes.display_name,
                )
            )
        return vat_type

    @api.model
    def _needs_look(self, prepared):
        return True

    @api.model
    def _look_first(self, session, job, prepared):
        """Link a product that has our number already; keep what only Fiken knows."""
        fiken_company = job.fiken_company_id
        if prepared.remote_id:
            try:
                self._merge(session, prepared)
                return None
            except errors.NotFound:
                # Deleted in Fiken, where nothing keeps a product from that.
                prepared.create_anew(self._sent_as(prepared.body))
        rows = self._rows(session, fiken_company, prepared.body["productNumber"])
        if not rows:
            return None
        self._check_rows(fiken_company, rows, job._record())
        prepared.change(str(rows[0]["productId"]))
        self._merge(session, prepared)
        return None

    @api.model
    def _check_rows(self, fiken_company, rows, product):
        """One product in Fiken, and nobody else's.

        :raise Stop: the number does not say which one it is
        """
        number = rows[0]["productNumber"]
        if len(rows) > 1:
            raise Stop(
                self.env._(
                    "Fiken has %(count)s products with the number %(number)s. Give"
                    " them different numbers, then try again.",
                    count=len(rows),
                    number=number,
                )
            )
        other = self.env["fiken.binding"].search(
            [
                ("fiken_company_id", "=", fiken_company.id),
                ("resource", "=", self._resource),
                ("remote_id", "=", str(rows[0]["productId"])),
                ("res_id", "!=", product.id),
            ]
        )
        if other:
            raise Stop(
                self.env._(
                    "%(other)s is the product %(number)s in Fiken already. Give"
                    " %(product)s an internal reference of its own.",
                    other=self.env["product.product"].browse(other.res_id).display_name,
                    number=number,
                    product=product.display_name,
                )
            )

    @api.model
    def _merge(self, session, prepared):
        """A PUT replaces: what only Fiken knows is read and sent along (§4.2)."""
        there = session.get(prepared.path).body
        kept = {
            name: value
            for name, value in there.items()
            if name not in READ_ONLY and value is not None
        }
        prepared.body = {**kept, **prepared.body}

    @api.model
    def _rows(self, session, fiken_company, number):
        return [
            row
            for row in session.pages(
                fiken_company._path("/products"), productNumber=number
            )
            if row.get("productNumber") == number
        ]

    @api.model
    def _find(self, session, fiken_company, sent_as):
        return [
            Sent(
                str(row["productId"]),
                row["productNumber"],
                matches=row["name"] == sent_as["name"],
            )
            for row in self._rows(session, fiken_company, sent_as["key"])
        ]

    @api.model
    def _url(self, fiken_company, sent):
        return fiken_company._web_url(f"/produkter/{sent.remote_id}")
