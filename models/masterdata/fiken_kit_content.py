from odoo import api, models


class FikenKitContent(models.AbstractModel):
    """What a kit consists of: its phantom bill of materials, read and put in words.

    Fiken has no kits. There they are plain products whose note names the components and
    whose stock is that of the scarcest one.
    """

    _name = "fiken.kit.content"
    _description = "Content of Kits in Fiken"

    @api.model
    def _boms(self, products, company):
        """{product id: its bill of materials} of those that are kits."""
        if "mrp.bom" not in self.env or not products:
            return {}
        boms = self.env["mrp.bom"].sudo().with_company(company)
        found = boms._bom_find(
            products.sudo(), company_id=company.id, bom_type="phantom"
        )
        return {product.id: bom for product, bom in found.items() if bom}

    @api.model
    def _bom(self, product):
        return self._boms(product, self.env.company).get(product.id)

    @api.model
    def _counted(self, products, company):
        """{product id: True} of the kits with something in them that is counted.

        Of services and of goods that are not tracked there is never a number.
        """
        counted = {}
        for product_id, bom in self._boms(products, company).items():
            _boms, lines = bom.explode(products.browse(product_id), 1)
            if any(line.product_id.is_storable for line, _values in lines):
                counted[product_id] = True
        return counted

    @api.model
    def _in_words(self, product, company):
        """What one kit consists of, for a reader: '2 × Kopp, 0,5 kg × Kaffe'."""
        bom = self._boms(product, company).get(product.id)
        if not bom:
            return ""
        return ", ".join(
            f"{self._amount(line, count)} × {line.product_id.with_env(self.env).name}"
            for line, count in self._lines(product, bom)
        )

    @api.model
    def _amount(self, line, quantity):
        """How many, and of what, where it is not pieces."""
        unit = line.product_uom_id
        is_plain = unit == self.env.ref("uom.product_uom_unit", False)
        unit = "" if is_plain else unit.with_env(self.env).name
        return f"{_quantity(quantity)} {unit}".strip()

    @api.model
    def _lines(self, product, bom):
        """(line, its quantity in one kit) as the bill of materials has them."""
        made = bom.product_uom_id._compute_quantity(
            bom.product_qty, product.uom_id, round=False, raise_if_failure=False
        )
        for line in bom.bom_line_ids:
            if not line._skip_bom_line(product):
                yield line, line.product_qty / (made or 1)

    @api.model
    def _content(self, product, bom):
        """Everything in a kit, down to the parts of the kits in it.

        :return: (products, what tells this content from another one)
        """
        boms_done, lines_done = bom.explode(product, 1)
        products = product.browse()
        signs = []
        for line, _values in lines_done:
            products |= line.product_id
        for inner, _values in boms_done:
            products |= inner.product_tmpl_id.product_variant_ids - product
            signs += [
                [
                    inner.id,
                    inner.product_qty,
                    inner.product_uom_id.id,
                    [
                        (line.product_id.id, line.product_qty, line.product_uom_id.id)
                        for line in inner.bom_line_ids
                        if not line._skip_bom_line(product)
                    ],
                ]
            ]
        return products, signs


def _quantity(quantity):
    """Three decimals, or as many as the first figure of a tiny one needs."""
    places = 3 if round(quantity, 3) or not quantity else 6
    return f"{quantity:.{places}f}".rstrip("0").rstrip(".").replace(".", ",")
