from odoo import Command, api, fields, models


class FikenCure(models.TransientModel):
    """What one document lacks in its account mapping: chosen here, saved and sent."""

    _name = "fiken.cure"
    _description = "Fix and Send to Fiken"

    job_id = fields.Many2one("fiken.job", required=True, readonly=True)
    ledger_id = fields.Many2one("fiken.ledger", required=True, readonly=True)
    why = fields.Text(related="job_id.why")
    line_ids = fields.One2many("fiken.cure.line", "cure_id")
    asks_no_tax = fields.Boolean(readonly=True)
    sales_without_tax = fields.Selection(
        lambda self: self.env["fiken.ledger"]._fields["sales_without_tax"].selection,
        "Lines without Tax",
    )

    # CRUD

    @api.model
    def default_get(self, fields):
        values = super().default_get(fields)
        job = self.env["fiken.job"].browse(values.get("job_id") or [])
        ledger = self.env["fiken.ledger"].browse(values.get("ledger_id") or [])
        if job and ledger:
            ledger._check_manager()
            rows = ledger.sudo()._cure_rows(job.sudo())
            values["line_ids"] = [Command.create(row) for row in rows]
            values["asks_no_tax"] = not ledger.sales_without_tax
        return values

    # Actions

    def action_save(self):
        """Save what was chosen; what waits for it goes by itself."""
        self.ensure_one()
        ledger = self.ledger_id
        ledger._check_manager()
        if self.asks_no_tax and self.sales_without_tax:
            ledger.sales_without_tax = self.sales_without_tax
        for line in self.line_ids.filtered("fiken_account_id"):
            line._save(ledger.sudo())
        # Where the same was chosen again, nothing has changed that lets it go.
        job = self.job_id.sudo()
        job.filtered(lambda one: one.state in ("blocked", "failed")).action_retry()
        return {"type": "ir.actions.act_window_close"}


class FikenCureLine(models.TransientModel):
    """One account of Odoo's, or a means of payment, and its account in Fiken."""

    _name = "fiken.cure.line"
    _description = "Account to Fix"

    cure_id = fields.Many2one("fiken.cure", required=True, ondelete="cascade")
    fiken_company_id = fields.Many2one(
        related="cure_id.job_id.fiken_company_id", string="Fiken Company"
    )
    # Not every Fiken manager may read accounts and journals.
    source_field = fields.Char(readonly=True)
    source_id = fields.Integer(readonly=True)
    name = fields.Char("In Odoo", readonly=True)
    is_missing = fields.Boolean("Missing", readonly=True)
    fiken_account_id = fields.Many2one(
        "fiken.account",
        "Account in Fiken",
        domain="[('fiken_company_id', '=', fiken_company_id)]",
    )

    def _save(self, ledger):
        """As its line of the ledger, which is made where there is none."""
        source = self.source_field
        known = ledger.line_ids.filtered(lambda line: line[source].id == self.source_id)
        code = self.fiken_account_id.code
        if not known:
            ledger.line_ids = [
                Command.create({source: self.source_id, "fiken_code": code})
            ]
        elif known.fiken_code != code:
            known.fiken_code = code
        elif known.is_proposal or known.is_guess:
            known.action_accept()
