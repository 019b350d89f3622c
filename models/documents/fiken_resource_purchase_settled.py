"""A supplier's refund and its bill, set off against each other (fiken-api.md §6.1)."""

from odoo import api, models

from ..connection.sentence import _lt


class PurchaseReconciledResource(models.AbstractModel):
    """A supplier's refund and its bill: Fiken's API sets no purchase settled."""

    _name = "fiken.resource.purchase_settled"
    _inherit = "fiken.resource.sale_settled"
    _description = "Fiken Purchase Set Off"

    _resource = "purchase_settled"
    _title = _lt("Refund set off in Fiken")
    _sets = "purchase"
    _can_set = False

    @api.model
    def _what_to_do(self, moves):
        return _lt(
            "These were set off against each other in Odoo: %(documents)s. No other"
            " system can do that to purchases in Fiken, so set them off there by hand,"
            " then press Ignore.",
            documents=self._in_words(moves),
        )
