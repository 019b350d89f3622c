from odoo import api, models


class AccountMoveSend(models.AbstractModel):
    """An invoice that Fiken issues is sent with Fiken's number, KID and PDF only."""

    _inherit = "account.move.send"

    @api.model
    def _get_move_constraints(self, move):
        constraints = super()._get_move_constraints(move)
        if move._fiken_awaits_papers():
            constraints["fiken_papers"] = move._fiken_no_papers_text()
        return constraints

    @api.model
    def _generate_and_send_invoices(self, moves, from_cron=False, **kwargs):
        if from_cron:
            # One invoice that waits for Fiken must not hold up the others.
            moves = moves.filtered(lambda move: not move._fiken_awaits_papers())
            if not moves:
                return self.env["ir.attachment"]
        return super()._generate_and_send_invoices(moves, from_cron=from_cron, **kwargs)
