from odoo import api, models

from ..ledger.fiken_ledger_line import SOURCE_FIELDS


class FikenLedgerLine(models.Model):
    """Products follow the line that says on which account they are sold."""

    _inherit = "fiken.ledger.line"

    # CRUD

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines._enqueue_products()
        return lines

    def write(self, vals):
        before = {line: line._decides() for line in self}
        products = self._products_by_ledger() if SOURCE_FIELDS & vals.keys() else {}
        result = super().write(vals)
        self.filtered(lambda line: before[line] != line._decides())._enqueue_products()
        for ledger, formerly in products.items():
            ledger._enqueue_changed_products(formerly)
        return result

    def unlink(self):
        products = self._products_by_ledger()
        result = super().unlink()
        for ledger, formerly in products.items():
            ledger._enqueue_changed_products(formerly)
        return result

    # Business

    def _decides(self):
        """What of this line decides where its products are sold."""
        return self._mapped_to(), self._is_used()

    def _products_behind(self):
        """Products in Fiken whose income account these lines decide."""
        return self.ledger_id._products_of(self.account_id, self.category_id)

    def _products_by_ledger(self):
        return {
            ledger: lines._products_behind()
            for ledger, lines in self.grouped("ledger_id").items()
        }

    def _enqueue_products(self):
        for ledger, products in self._products_by_ledger().items():
            ledger._enqueue_changed_products(products)
