from odoo import api, models

from ...fiken_api import money, vat
from ..connection.sentence import Amount, _lt
from ..outbox.exceptions import MissingSetting, NeedsReview, NothingToSend, WaitsFor
from ..outbox.fiken_resource import Endpoint
from .fiken_resource_masterdata import MasterdataIdentity

READ_ONLY = ("productId", "createdDate", "lastModifiedDate")
NOTE_LIMIT = 200


class ProductResource(models.AbstractModel):
    """Products as Fiken keeps them: number, name, net price, account, VAT type.

    Facts: fiken-api.md §4.2. Unit price is net, in øre.
    """

    _name = "fiken.resource.product"
    _inherit = "fiken.resource.masterdata"
    _description = "Fiken Product"

    _resource = "product"
    _flow = "product"
    _record_model = "product.product"
    _priority = 120
    _title = _lt("Product")
    _endpoint = Endpoint(
        "/products",
        id="productId",
        key="productNumber",
        filter="productNumber",
        number="productNumber",
    )
    _read_only = READ_ONLY
    _compared = (
        "name",
        "productNumber",
        "unitPrice",
        "incomeAccount",
        "vatType",
        "active",
        "note",
    )
    _exact = ("productNumber",)

    @api.model
    def _compared_labels(self):
        return {
            "name": self.env._("Name"),
            "productNumber": self.env._("Number"),
            "unitPrice": self.env._("Price without VAT"),
            "incomeAccount": self.env._("Income account"),
            "vatType": self.env._("VAT type"),
            "active": self.env._("Active"),
            "note": self.env._("Note"),
        }

    @api.model
    def _gone_body(self):
        return {"active": False}

    @api.model
    def _prepare(self, job, product):
        fiken_company = job.fiken_company_id
        self._check_belongs(fiken_company, product)
        reason = self._reason_to_leave_out(fiken_company, product)
        if reason:
            raise NothingToSend(reason)
        return self._written(job, product)

    @api.model
    def _written(self, job, product):
        body = self._body(job.fiken_company_id, product)
        return self._prepared(job, product, body, body["productNumber"])

    @api.model
    def _reason_to_leave_out(self, fiken_company, product):
        """Why the company does not want this product in Fiken, or ''."""
        if product._fiken_is_excluded():
            return _lt("It is excluded from Fiken.")
        if fiken_company.product_sync == "off":
            return _lt(
                "%(company)s sends no products to Fiken.", company=fiken_company.name
            )
        return ""

    @api.model
    def _id_on_document(self, fiken_company, product):
        """The Fiken id for an invoice line; None where products stay out of Fiken.

        :raise WaitsFor: it is to be in Fiken, and is not yet
        """
        binding = self._binding(fiken_company, product)
        if binding:
            return binding.remote_id
        if self._reason_to_leave_out(fiken_company, product):
            return None
        raise WaitsFor(self, product, None)

    @api.model
    def _identity(self, body):
        return MasterdataIdentity(
            key=body["productNumber"], name=body["name"], values=body
        )

    @api.model
    def _body(self, fiken_company, product):
        vat_type = self._vat_type(fiken_company, product)
        body = {
            "name": self._product_name(product),
            "productNumber": self._number(product),
            "unitPrice": money.to_ore(self._net_price(product)),
            "incomeAccount": self._income_account(fiken_company, product),
            "vatType": vat_type,
            "active": product.active,
        }
        note = self._note(fiken_company, product)
        if note:
            body["note"] = self._shortened(note, NOTE_LIMIT)
        return body

    @api.model
    def _product_name(self, product):
        product = product.with_context(display_default_code=False)
        return self._shortened(product.display_name)

    @api.model
    def _note(self, fiken_company, product):
        """The description for customers, and what a kit consists of."""
        parts = self.env["fiken.kit.content"]._in_words(
            product, fiken_company.company_id
        )
        if parts:
            parts = self.env._("Consists of %(components)s", components=parts)
        return ". ".join(filter(None, (product.description_sale, parts)))

    @api.model
    def _number(self, product):
        """The internal reference, or a key of our own where there is none."""
        return product.default_code or f"odoo-{product.id}"

    @api.model
    def _net_price(self, product):
        """The sales price without VAT, also where it is kept with VAT."""
        taxes = product.taxes_id._filter_taxes_by_company(self.env.company)
        if not any(taxes.flatten_taxes_hierarchy().mapped("price_include")):
            # Thousands are looked at, and Odoo's arithmetic of taxes is slow.
            return product.currency_id.round(product.lst_price)
        return taxes.compute_all(
            product.lst_price, currency=product.currency_id, product=product
        )["total_excluded"]

    @api.model
    def _income_account(self, fiken_company, product):
        """The income account by the default vendor's ledger (architecture.md §4)."""
        vendor = fiken_company.default_vendor_id
        account = product.product_tmpl_id.get_product_accounts()["income"]
        if not account:
            raise MissingSetting(
                _lt(
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
            raise NeedsReview(
                _lt(
                    "%(product)s has several sales taxes; Fiken takes one VAT type.",
                    product=product.display_name,
                )
            )
        vat_type = taxes._fiken_type("sale")
        if vat_type not in vat.INVOICE_TYPES:
            raise NeedsReview(
                _lt(
                    "Fiken has no products with the VAT type of %(tax)s.",
                    tax=taxes.display_name,
                )
            )
        return vat_type

    @api.model
    def _preflight(self, session, job, prepared):
        """Link a product that has our number already; keep what only Fiken knows."""
        fiken_company = job.fiken_company_id
        if prepared.remote_id and self._merge_known(session, job, prepared):
            if prepared.number != self._own_binding(job).number:
                self._check_new_number(session, job, prepared)
            return None
        rows = self._rows(session, fiken_company, prepared.body["productNumber"])
        if not rows:
            return None
        self._check_rows(fiken_company, rows, job._record())
        prepared.change(str(rows[0]["productId"]))
        self._merge_read(session, job, prepared)
        return None

    @api.model
    def _check_new_number(self, session, job, prepared):
        """Fiken does not keep numbers unique, so we do.

        :raise NeedsReview: another product in Fiken has the number, and is to keep it
        """
        number = prepared.body.get("productNumber")
        rows = [
            row
            for row in self._rows(session, job.fiken_company_id, number)
            if str(row["productId"]) != prepared.remote_id
        ]
        others = self._products_behind(job.fiken_company_id, rows)
        leaving = others.filtered(lambda other: self._number(other) != number)
        if len(leaving) < len(rows):
            raise NeedsReview(
                _lt(
                    "Fiken has another product with the number %(number)s. Give"
                    " %(product)s an internal reference of its own.",
                    number=number,
                    product=job._record().display_name,
                )
            )

    @api.model
    def _products_behind(self, fiken_company, rows):
        """The Odoo products that are linked to these rows."""
        bindings = self.env["fiken.binding"]._of_remote(
            fiken_company, self._resource, [str(row["productId"]) for row in rows]
        )
        products = self.env["product.product"].browse(bindings.mapped("res_id"))
        return products.exists()

    @api.model
    def _check_rows(self, fiken_company, rows, product):
        """One product in Fiken, and nobody else's.

        A number that we gave has no database in it: another one's product has it too,
        so its name must agree.

        :raise NeedsReview: the number does not say which one it is
        """
        number = rows[0]["productNumber"]
        names = [rows[0]["name"], self._product_name(product)]
        if not product.default_code and not self._is_alike("name", *names):
            raise NeedsReview(
                _lt(
                    "Fiken has another product with the number %(number)s, %(name)s."
                    " Give %(product)s an internal reference of its own.",
                    number=number,
                    name=rows[0]["name"],
                    product=product.display_name,
                )
            )
        if len(rows) > 1:
            raise NeedsReview(
                _lt(
                    "Fiken has %(count)s products with the number %(number)s. Give"
                    " them different numbers, then try again.",
                    count=len(rows),
                    number=number,
                )
            )
        link = self.env["fiken.binding"]._of_remote(
            fiken_company, self._resource, [str(rows[0]["productId"])]
        )
        if link and link.res_id != product.id:
            raise NeedsReview(
                _lt(
                    "%(other)s is the product %(number)s in Fiken already. Give"
                    " %(product)s an internal reference of its own.",
                    other=self.env["product.product"].browse(link.res_id).display_name,
                    number=number,
                    product=product.display_name,
                )
            )

    @api.model
    def _rows(self, session, fiken_company, number):
        at = self._endpoint
        return [
            row
            for row in self._everywhere(session, fiken_company, **{at.filter: number})
            if row.get(at.key) == number
        ]

    @api.model
    def _is_ours(self, row, identity: MasterdataIdentity):
        return row["name"] == identity["name"]

    @api.model
    def _done(self, session, job, sent):
        """A product that Fiken has just learnt of lacks its stock."""
        if job._record() and job.fiken_company_id.stock_sync != "off":
            stock = self.env["fiken.resource.stock"]
            known = stock._binding(job.fiken_company_id, job._record())
            if not known or known.remote_id != sent.remote_id:
                stock._enqueue(job._record(), job.fiken_company_id, wake=False)
        return super()._done(session, job, sent)

    @api.model
    def _linked_together(self, fiken_company, products):
        """Fiken has them, so it is owed their stock, which no import has from there."""
        if fiken_company.stock_sync != "off":
            stock = self.env["fiken.resource.stock"]
            stock = stock.with_context(fiken_importing=False)
            stock._enqueue(products, fiken_company)

    @api.model
    def _value_in_words(self, field, value):
        if field == "unitPrice" and value is not None:
            return Amount(value)
        return super()._value_in_words(field, value)

    @api.model
    def _apply_fiken_value(self, product, field, value):
        template = product.product_tmpl_id
        # It may have been archived just now, with its other changes.
        variants = template.with_context(active_test=False).product_variant_ids
        if field == "productNumber":
            product.default_code = value
        elif field == "active":
            product.active = bool(value)
        elif field == "name" and len(variants) == 1 and value:
            template.name = value
        elif field == "note" and not self.env["fiken.kit.content"]._bom(product):
            product.description_sale = value or False
        elif (
            field == "unitPrice"
            and len(variants) == 1
            and not any(product.taxes_id.mapped("price_include"))
        ):
            product.lst_price = float(money.decimal(value or 0) / money.HUNDRED)
        else:
            return False
        return True
