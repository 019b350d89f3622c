from odoo import Command, api, fields, models
from odoo.exceptions import UserError


class FikenCure(models.TransientModel):
    """What an account mapping lacks: chosen here, saved, and what waits for it sent.

    Of one document, or of all that has no account in Fiken.
    """

    _name = "fiken.cure"
    _description = "Fix and Send to Fiken"

    job_id = fields.Many2one("fiken.job", readonly=True)
    ledger_id = fields.Many2one(
        "fiken.ledger", "Account Mapping", required=True, readonly=True
    )
    why = fields.Text(related="job_id.why")
    line_ids = fields.One2many("fiken.cure.line", "cure_id")
    has_categories = fields.Boolean(compute="_compute_has_categories")
    asks_no_tax = fields.Boolean(readonly=True)
    sales_without_tax = fields.Selection(
        lambda self: self.env["fiken.ledger"]._fields["sales_without_tax"].selection,
        "Lines without Tax",
    )
    asks_rounding = fields.Boolean(readonly=True)
    fiken_company_id = fields.Many2one(related="ledger_id.fiken_company_id")
    rounding_account_id = fields.Many2one(
        "fiken.account",
        "Rounding Account",
        domain="[('fiken_company_id', '=', fiken_company_id)]",
    )

    # Computes

    @api.depends("line_ids.is_category")
    def _compute_has_categories(self):
        for cure in self:
            cure.has_categories = any(cure.line_ids.mapped("is_category"))

    # CRUD

    @api.model
    def default_get(self, fields):
        values = super().default_get(fields)
        ledger = self.env["fiken.ledger"].browse(values.get("ledger_id") or [])
        if ledger:
            ledger._check_manager()
            job = self.env["fiken.job"].browse(values.get("job_id") or [])
            asked = ledger.sudo()._cure_values(job.sudo(), self._asks_no_tax())
            rows = asked.pop("rows")
            values |= {**asked, "line_ids": [Command.create(row) for row in rows]}
        return values

    @api.model
    def _asks_no_tax(self):
        """Whether it was opened for the sales without a tax."""
        return bool(self.env.context.get("fiken_no_tax"))

    # Actions

    def action_save(self):
        """Save what was chosen; what waits for it goes by itself."""
        self.ensure_one()
        ledger = self.ledger_id
        ledger._check_manager()
        if self.asks_no_tax and self.sales_without_tax:
            ledger.sales_without_tax = self.sales_without_tax
        if self.asks_rounding and self.rounding_account_id:
            ledger.rounding_code = self.rounding_account_id.code
        for line in self.line_ids.filtered("fiken_account_id"):
            line._save(ledger.sudo())
        # Where the same was chosen again, nothing has changed that lets it go.
        job = self.job_id.sudo()
        job.filtered(lambda one: one.state in ("blocked", "failed")).action_retry()
        return {"type": "ir.actions.act_window_close"}


class FikenCureLine(models.TransientModel):
    """An account, category or means of payment of Odoo's, and its account in Fiken."""

    _name = "fiken.cure.line"
    _description = "Account to Fix"

    cure_id = fields.Many2one("fiken.cure", required=True, ondelete="cascade")
    fiken_company_id = fields.Many2one(related="cure_id.ledger_id.fiken_company_id")
    # Not every Fiken manager may read accounts and journals.
    source_model = fields.Char(readonly=True)
    source_id = fields.Integer(readonly=True)
    is_category = fields.Boolean(compute="_compute_is_category")
    name = fields.Char("In Odoo", readonly=True)
    is_missing = fields.Boolean("Missing", readonly=True)
    fiken_account_id = fields.Many2one(
        "fiken.account",
        "Account in Fiken",
        domain="[('fiken_company_id', '=', fiken_company_id)]",
    )
    purchase_account_id = fields.Many2one(
        "fiken.account",
        "Purchases in Fiken",
        domain="[('fiken_company_id', '=', fiken_company_id)]",
    )

    # Computes

    @api.depends("source_model")
    def _compute_is_category(self):
        for line in self:
            line.is_category = line.source_model == "product.category"

    # Business

    def _save(self, ledger):
        """As its line of the mapping, which is made where there is none."""
        if self.source_model not in ledger._mapped_models():
            raise UserError(self.env._("That cannot be mapped."))
        source = ledger.env[self.source_model].browse(self.source_id)
        codes = (self.fiken_account_id.code, self.purchase_account_id.code or "")
        if self.is_missing or codes != ledger._codes_of(source):
            ledger._map(source, *codes)
