from odoo import api, fields, models


class FikenSettlementSession(models.Model):
    """A till's session as far as the day goes, and how its cash was counted."""

    _name = "fiken.settlement.session"
    _description = "Fiken Settlement Session"
    _inherit = ["fiken.settlement.part.mixin"]
    _order = "settlement_id, config_name, name"

    session_ref = fields.Integer("Session Id", readonly=True, aggregator=None)
    name = fields.Char("Session", readonly=True)
    config_name = fields.Char("Till", readonly=True)
    is_open = fields.Boolean("Still Open", readonly=True)
    is_counted = fields.Boolean("Counted", readonly=True)
    orders = fields.Integer(readonly=True)
    opened_at = fields.Char(readonly=True)
    closed_at = fields.Char(readonly=True)
    last_counted = fields.Monetary("Last Count", readonly=True)
    opening = fields.Monetary("Opening Cash", readonly=True)
    opening_difference = fields.Monetary(
        readonly=True,
        help="Opening cash less what was counted last: nobody has booked it.",
    )
    expected = fields.Monetary("Expected Cash", readonly=True)
    counted = fields.Monetary("Counted Cash", readonly=True)
    difference = fields.Monetary(readonly=True)

    @api.model
    def _of_day(self, day):
        return [
            {
                "session_ref": session.id,
                "name": session.name,
                "config_name": session.config_name,
                "is_open": session.is_open,
                "is_counted": session.is_counted,
                "orders": session.orders,
                "opened_at": session.opened_at,
                "closed_at": session.closed_at,
                "last_counted": session.last_counted / 100,
                "opening": session.opening / 100,
                "opening_difference": session.opening_difference / 100,
                "expected": session.expected / 100,
                "counted": session.counted / 100,
                "difference": session.difference / 100,
            }
            for session in day.sessions
        ]
