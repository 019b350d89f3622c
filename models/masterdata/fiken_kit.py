import hashlib
import json

from odoo import api, models
from odoo.tools import SQL

# What all kits looked like when they were last compared.
SEEN = "fiken_connector.kits_seen"


class FikenKit(models.AbstractModel):
    """Kits whose content is not what it was, where manufacturing is installed.

    Nothing of manufacturing is inherited: a changed bill of materials is noticed by
    looking.
    """

    _name = "fiken.kit"
    _description = "Kits in Fiken"

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
        """Enqueue the kits whose content is not what it was."""
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
        changed._fiken_enqueue_with_stock()

    @api.model
    def _contents(self):
        """{product id: (all products in it, the mark of its content)} of all kits."""
        found = {}
        reader = self.env["fiken.kit.content"]
        for company in self._books().company_id:
            boms = self.env["mrp.bom"].sudo().with_company(company)
            kits = boms.search(
                [
                    ("type", "=", "phantom"),
                    ("company_id", "in", [False, company.id]),
                ]
            )
            products = kits.product_id | kits.product_tmpl_id.product_variant_ids
            for product_id, bom in reader._boms(products, company).items():
                product = products.browse(product_id)
                components, signs = reader._content(product, bom)
                known, former = found.get(product_id, (products.browse(), []))
                found[product_id] = (known | components, former + [company.id, signs])
        return {
            product_id: (components, _mark(signs))
            for product_id, (components, signs) in found.items()
        }


def _mark(signs):
    return hashlib.sha256(json.dumps(signs).encode()).hexdigest()[:16]
