from psycopg2 import OperationalError

from odoo import api, fields, models
from odoo.exceptions import UserError

from ...fiken_api import errors
from ..connection.fiken_session import NeedsConsent


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
    payments_error = fields.Char("Payments Not Read", readonly=True, copy=False)
    payments_compared_to = fields.Integer(
        readonly=True,
        copy=False,
        help="Where the nightly comparison of open documents goes on.",
    )
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
                        "No vendor of %(name)s takes its payments from Fiken. Choose"
                        " that on the vendor first.",
                        name=fiken_company.name,
                    )
                )
        self.env.ref("fiken_connector.ir_cron_fetch_payments").sudo()._trigger()
        return self._info(
            self.env._(
                "Fiken is asked what was paid. The invoices show it in a moment."
            )
        )

    # Cron

    @api.model
    def _with_payments(self):
        """The companies that can be asked, and whose vendors want to know."""
        companies = self.sudo().search(
            [
                ("connection_id.state", "=", "connected"),
                ("has_api_access", "=", True),
            ]
        )
        return companies.filtered(lambda one: not one.connection_id.is_elsewhere)

    @api.model
    def _cron_fetch_payments(self):
        """Hourly: what changed in Fiken since the last time."""
        reader = self.env["fiken.payment.reader"]
        for fiken_company in self._with_payments().filtered("reads_payments"):
            fiken_company._try_to_read(reader._read_changes)

    @api.model
    def _cron_compare_payments(self):
        """Nightly: all open documents are read; what was missed is sent or read."""
        reader = self.env["fiken.payment.reader"]
        left = 0
        for fiken_company in self._with_payments():
            if not fiken_company.payments_compared_to:
                self.env["account.partial.reconcile"]._fiken_enqueue_missed(
                    fiken_company
                )
            if fiken_company.reads_payments:
                done = fiken_company._try_to_read(reader._compare) or (0, 0)
                left += done[1]
        self.env["ir.cron"]._commit_progress(1, remaining=left)

    def _try_to_read(self, read):
        """What goes wrong is shown on the company; the others go on."""
        self.ensure_one()
        reader = self.env["fiken.payment.reader"]
        try:
            result = read(self)
            error = False
        except (NeedsConsent, errors.FikenError) as reason:
            self.env.cr.rollback()
            result, error = None, reader._explained(self, reason)
        except OperationalError:
            self.env.cr.rollback()
            return None
        if (self.payments_error or False) != error:
            self.payments_error = error
            reader._commit()
        return result
