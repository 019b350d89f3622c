import hashlib
import json

from odoo import api, models
from odoo.tools import SQL

# What all kits looked like when they were last compared.
SEEN = "fiken_connector.kits_seen"


class FikenKit(models.AbstractModel):
    """Kits: phantom bills of materials, where manufacturing is installed.

    Fiken has no kits. There they are plain products whose note names the components and
    whose stock is that of the scarcest one. Nothing of manufacturing is inherited: a
    changed bill of materials is noticed by looking.
    """

    _name = "fiken.kit"
    _description = "Kits in Fiken"

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
    def _in_words(self, product, company):
        """What one kit consists of, for a reader: '2 × Kopp, 0,5 × Kaffe'."""
        bom = self._boms(product, company).get(product.id)
        if not bom:
            return ""
        return ", ".join(
            f"{_quantity(quantity)} × {line.product_id.with_env(self.env).name}"
            for line, quantity in self._lines(product, bom)
        )

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

    # Cron

    @api.model
    def _cron_notice_changes(self):
        """Every two minutes: a changed bill of materials is a change of the product."""
        if "mrp.bom" not in self.env or not self._books():
            return
        fingerprint = self._fingerprint()
        parameters = self.env["ir.config_parameter"].sudo()
        if parameters.get_param(SEEN) != fingerprint:
            self._notice_changes()
            parameters.set_param(SEEN, fingerprint)

    @api.model
    def _books(self):
        return (
            self.env["fiken.company"]
            .sudo()
            .search(["|", ("product_sync", "!=", "off"), ("stock_sync", "!=", "off")])
        )

    @api.model
    def _fingerprint(self):
        """Of all kits at once: what was deleted leaves no date behind."""
        self.env["mrp.bom"].flush_model()
        self.env["mrp.bom.line"].flush_model()
        [(fingerprint,)] = self.env.execute_query(
            SQL(
                """
                SELECT md5(COALESCE(string_agg(concat_ws(',', bom.id,
                       bom.product_tmpl_id, bom.product_id, bom.product_qty,
                       bom.product_uom_id, bom.sequence, bom.company_id, line.id,
                       line.product_id, line.product_qty, line.product_uom_id,
                       line.sequence, line.write_date), ';'
                       ORDER BY bom.id, line.id), ''))
                  FROM mrp_bom bom LEFT JOIN mrp_bom_line line ON line.bom_id = bom.id
                 WHERE bom.active AND bom.type = 'phantom'
                """
            )
        )
        return fingerprint

    @api.model
    def _notice_changes(self):
        """Owe the kits whose content is not what it was."""
        products = self.env["product.product"].sudo().with_context(active_test=False)
        former = products.search([("fiken_kit_content", "!=", False)])
        contents = self._contents()
        changed = products.browse()
        for product in former | products.browse(contents):
            components, sign = contents.get(product.id, (products.browse(), False))
            if product.fiken_kit_content != sign:
                product.write(
                    {
                        "fiken_kit_content": sign,
                        "fiken_component_ids": [(6, 0, components.ids)],
                    }
                )
                changed |= product
        changed._fiken_owe_with_stock()

    @api.model
    def _contents(self):
        """{product id: (all products in it, the mark of its content)} of all kits."""
        found = {}
        for company in self._books().company_id:
            boms = self.env["mrp.bom"].sudo().with_company(company)
            kits = boms.search(
                [
                    ("type", "=", "phantom"),
                    ("company_id", "in", [False, company.id]),
                ]
            )
            products = kits.product_id | kits.product_tmpl_id.product_variant_ids
            for product_id, bom in self._boms(products, company).items():
                product = products.browse(product_id)
                components, signs = self._content(product, bom)
                known, former = found.get(product_id, (products.browse(), []))
                found[product_id] = (known | components, former + [company.id, signs])
        return {
            product_id: (components, _mark(signs))
            for product_id, (components, signs) in found.items()
        }


def _mark(signs):
    return hashlib.sha256(json.dumps(signs).encode()).hexdigest()[:16]


def _quantity(quantity):
    return f"{round(quantity, 3):g}".replace(".", ",")
