from odoo import api, fields, models
from odoo.exceptions import UserError

from ..connection.sentence_field import SentenceField


class FikenCompany(models.Model):
    """When payments were read in Fiken, and the crons that do it."""

    _inherit = "fiken.company"

    payments_read_to = fields.Date(
        readonly=True,
        copy=False,
        help="Changes in Fiken to this day are known in Odoo; it is read again with"
        " what comes after it.",
    )
    payments_read_at = fields.Datetime("Payments Read", readonly=True, copy=False)
    payments_error = SentenceField("Payments Not Read", readonly=True, copy=False)
    reads_payments = fields.Boolean(compute="_compute_reads_payments")

    @api.depends("vendor_ids.payment_direction")
    def _compute_reads_payments(self):
        for fiken_company in self:
            fiken_company.reads_payments = "from" in fiken_company.vendor_ids.mapped(
                "payment_direction"
            )

    # Actions

    def action_fetch_payments(self):
        """*Fetch payments*: now, and not at the next full hour."""
        if not self:
            raise UserError(self.env._("Choose the Fiken company first."))
        for fiken_company in self:
            fiken_company.connection_id._check_manager()
            if not fiken_company.reads_payments:
                raise UserError(
                    self.env._(
                        "No shop of %(name)s takes its payments from Fiken. Choose"
                        " that on the shop first.",
                        name=fiken_company.name,
                    )
                )
        self.env.ref("fiken_connector.ir_cron_fetch_payments").sudo()._trigger()
        return self._info(
            self.env._(
                "Fiken is asked what was paid. The invoices show it in a moment."
            )
        )
