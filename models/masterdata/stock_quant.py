from odoo import api, models


class StockQuant(models.Model):
    """Every delivery, receipt, count and production ends in a quant.

    Noting what moved asks the database nothing; see ``_fiken_note_moved``.
    """

    _inherit = "stock.quant"

    @api.model_create_multi
    def create(self, vals_list):
        quants = super().create(vals_list)
        quants._fiken_note()
        return quants

    def write(self, vals):
        result = super().write(vals)
        if "quantity" in vals:
            self._fiken_note()
        return result

    def unlink(self):
        self._fiken_note()
        return super().unlink()

    def _fiken_note(self):
        companies = self.env["fiken.company"]._stock_company_ids()
        if not companies:
            return
        places = ((quant.location_id.company_id.id, quant) for quant in self.sudo())
        self.env["product.product"]._fiken_note_moved(
            {
                (company_id, quant.product_id.id)
                for company_id, quant in places
                if company_id in companies
            }
        )
