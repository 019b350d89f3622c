"""How many there are of a product: a plain number in Fiken that one overwrites.

Facts: fiken-api.md §4.2. No movements, no warehouses, no value.
"""

from odoo import api, models

from ...fiken_api import errors
from ..connection.sentence import _lt
from ..outbox.along import read_along
from ..outbox.exceptions import NothingToSend
from ..outbox.fiken_resource import Endpoint, Prepared, Sent
from .fiken_resource_product import READ_ONLY

# A difference smaller than this is one of writing, not of counting.
SAME = 0.000001


class StockResource(models.AbstractModel):
    """The quantity on hand of a product that is in Fiken.

    A job of its own beside the product's: a delivery changes no price, and a price
    without an account must not hold up the stock.
    """

    _name = "fiken.resource.stock"
    _inherit = "fiken.resource"
    _description = "Fiken Stock"

    _resource = "stock"
    _flow = "stock"
    _record_model = "product.product"
    # After documents: a shop that sells all day must not delay its invoices.
    _priority = 180
    _title = _lt("Stock")
    _stage = "masterdata"
    # A field of the product.
    _endpoint = Endpoint("/products", id="productId")

    @api.model
    def _prepare(self, job, product):
        fiken_company = job.fiken_company_id
        link = self.env["fiken.resource.product"]._binding(fiken_company, product)
        if not link:
            raise NothingToSend(_lt("The product is not in Fiken."))
        reason = self._reason_to_leave_out(fiken_company, product)
        if reason:
            raise NothingToSend(reason)
        prepared = Prepared(
            {"stock": self._quantity(fiken_company, product)},
            fiken_company._path(self._endpoint.path),
            number=link.number,
        )
        prepared.change(link.remote_id)
        own = self._binding(fiken_company, product)
        if (
            own
            and own.remote_id == link.remote_id
            and own.payload_hash == prepared.payload_hash
        ):
            raise NothingToSend(_lt("Nothing that Fiken keeps has changed."))
        return prepared

    @api.model
    def _reason_to_leave_out(self, fiken_company, product):
        """Why this product's stock stays out of Fiken, or ''."""
        if fiken_company.stock_sync == "off":
            return _lt(
                "%(company)s sends no stock to Fiken.", company=fiken_company.name
            )
        if product._fiken_is_excluded():
            return _lt("It is excluded from Fiken.")
        if not product.is_storable and not self._is_counted_kit(fiken_company, product):
            return _lt("Its stock is not tracked in Odoo.")
        return ""

    @api.model
    def _is_counted_kit(self, fiken_company, product):
        """Whether it is a kit of which something is counted."""
        company = fiken_company.company_id
        return read_along(
            product,
            ("kit", company.id),
            lambda products: self.env["fiken.kit.content"]._counted(products, company),
        )

    @api.model
    def _quantity(self, fiken_company, product):
        """On hand over the chosen warehouses, in the product's own unit."""
        return read_along(
            product,
            ("stock", fiken_company.id),
            lambda products: self._quantities(fiken_company, products),
        )

    @api.model
    def _quantities(self, fiken_company, products):
        """{product id: quantity on hand}; a kit's is that of its scarcest component."""
        company = fiken_company.company_id
        there = (
            products.sudo()
            .with_company(company)
            .with_context(
                warehouse_id=self._warehouses(fiken_company).ids or [0],
                allowed_company_ids=[
                    company.id,
                    *(company._fiken_members() - company).ids,
                ],
                # Of this company's bills of materials.
                company_id=company.id,
            )
        )
        return {product.id: self._plain(product.qty_available) for product in there}

    @api.model
    def _warehouses(self, fiken_company):
        """The warehouses whose stock Fiken shows."""
        warehouses = self.env["stock.warehouse"].sudo()
        return fiken_company.sudo().warehouse_ids or warehouses.search(
            [("company_id", "child_of", fiken_company.company_id.id)]
        )

    @api.model
    def _plain(self, quantity):
        """A whole number without decimals, so that a quantity is written one way."""
        quantity = round(quantity, 6) or 0.0
        return int(quantity) if quantity == int(quantity) else quantity

    @api.model
    def _differs(self, row, quantity):
        """Whether Fiken's number is another one; none at all is not zero."""
        there = row.get("stock")
        return there is None or abs(there - quantity) > SAME

    @api.model
    def _needs_preflight(self, prepared):
        return True

    @api.model
    def _preflight(self, session, job, prepared):
        """A PUT replaces the whole product: all else stays as Fiken has it."""
        try:
            there = session.get(prepared.path).row
        except errors.NotFound:
            self._enqueue_product_anew(job)
            raise NothingToSend(
                _lt("The product was deleted in Fiken; it is made again.")
            ) from None
        if not self._differs(there, prepared.body["stock"]):
            return Sent(prepared.remote_id, prepared.number)
        kept = {
            field: value for field, value in there.items() if field not in READ_ONLY
        }
        prepared.body = {**kept, **prepared.body}
        return None

    @api.model
    def _enqueue_product_anew(self, job):
        products = self.env["fiken.resource.product"]
        product, fiken_company = job._record(), job.fiken_company_id
        products._binding(fiken_company, product).payload_hash = False
        self._binding(fiken_company, product).unlink()
        products._enqueue(product, fiken_company, wake=False)
