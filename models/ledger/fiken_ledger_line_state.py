from odoo import api, fields, models
from odoo.fields import Domain


class FikenLedgerLine(models.Model):
    """Where a line stands, in one word, and whether anything is booked by it."""

    _inherit = "fiken.ledger.line"

    state = fields.Selection(
        [
            ("unknown", "Not in Fiken"),
            ("guess", "A guess"),
            ("confirm", "To confirm"),
            ("proposed", "Proposed"),
            ("right", "Right"),
        ],
        "Status",
        compute="_compute_state",
    )
    is_in_use = fields.Boolean(
        "In Use",
        compute="_compute_is_in_use",
        search="_search_is_in_use",
        help="Documents use the account, or would by default.",
    )

    # Computes

    @api.depends("is_unknown", "is_guess", "awaits_confirmation", "is_proposal")
    def _compute_state(self):
        for line in self:
            if line.is_unknown:
                line.state = "unknown"
            elif line.is_guess:
                line.state = "guess"
            elif line.awaits_confirmation:
                line.state = "confirm"
            else:
                line.state = "proposed" if line.is_proposal else "right"

    @api.depends("account_id", "ledger_id")
    def _compute_is_in_use(self):
        for ledger, lines in self.grouped("ledger_id").items():
            in_use = ledger._accounts_in_use() if ledger else ()
            for line in lines:
                line.is_in_use = bool(line.account_id) and line.account_id in in_use

    @api.model
    def _search_is_in_use(self, operator, value):
        if operator != "in":
            return NotImplemented
        return Domain.OR(
            Domain("ledger_id", "=", ledger.id)
            & Domain("account_id", "in", ledger._accounts_in_use().ids)
            for ledger in self.env["fiken.ledger"].search(Domain.TRUE)
        )
