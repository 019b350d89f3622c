from odoo import api, fields, models
from odoo.exceptions import UserError

from ..outbox.fiken_job import OPEN_STATES


class FikenVendor(models.Model):
    """Payments go one way: from Fiken into Odoo, or from Odoo to Fiken."""

    _inherit = "fiken.vendor"

    payment_direction = fields.Selection(
        [("off", "Neither"), ("from", "From Fiken"), ("to", "To Fiken")],
        "Payments",
        default="off",
        required=True,
        tracking=True,
        help="Where payments of invoices and bills are registered first.\n"
        "From Fiken: what is paid in Fiken is registered on the document in Odoo.\n"
        "To Fiken: a payment that is reconciled in Odoo is posted on the document in"
        " Fiken; one without an entry (Odoo's Accounting app) when the bank's statement"
        " has paid the document.\n"
        "What a till took for an invoice is always posted in Fiken.",
    )
    payment_since = fields.Datetime(
        "Payments Since",
        readonly=True,
        copy=False,
        help="When the direction was chosen. What was reconciled in Odoo before that is"
        " not sent to Fiken.",
    )

    # CRUD

    @api.model_create_multi
    def create(self, vals_list):
        vendors = super().create(vals_list)
        vendors.sudo().filtered(
            lambda vendor: vendor.payment_direction != "off"
        ).payment_since = fields.Datetime.now()
        return vendors

    def write(self, vals):
        direction = vals.get("payment_direction")
        changed = self.browse()
        if direction:
            changed = self.filtered(lambda one: one.payment_direction != direction)
            changed._check_no_payment_on_its_way()
        result = super().write(vals)
        if changed:
            changed.sudo().payment_since = fields.Datetime.now()
        return result

    def _check_no_payment_on_its_way(self):
        """Nothing may go to Fiken and come back from there as another payment."""
        jobs = (
            self.env["fiken.job"]
            .sudo()
            .search(
                [
                    ("vendor_id", "in", self.ids),
                    ("resource", "=", self.env["fiken.resource.payment"]._resource),
                    ("state", "in", OPEN_STATES),
                ]
            )
        )
        jobs = jobs.filtered(lambda job: not self._is_from_till(job))
        if jobs:
            raise UserError(
                self.env._(
                    "%(count)s payments of %(vendor)s are still on their way to Fiken,"
                    " the first of %(name)s. Wait until they are there, or press Ignore"
                    " on them under Activity; then change the direction.",
                    count=len(jobs),
                    vendor=jobs[0].vendor_id.name,
                    name=jobs[0].record_name,
                )
            )

    @api.model
    def _is_from_till(self, job):
        share = self.env["account.partial.reconcile"]._fiken_share(
            job.part, job._record()
        )
        return bool(share) and share.is_from_till

    # Business

    def _journals_of(self, code, company):
        """The payment journals that a Fiken account stands for in the ledger.

        :param company: who may use them; a branch also has those of its root
        """
        return self._stands_for(code, "journal_id", company)

    def _accounts_of(self, code, company):
        """The Odoo accounts that a Fiken account stands for in the ledger."""
        return self._stands_for(code, "account_id", company)

    def _stands_for(self, code, source, company):
        lines = self.ledger_id.sudo().line_ids.filtered(
            lambda line: line[source]
            and line.fiken_code == code
            and line._is_used()
            and line[source].active
        )
        found = lines[source]
        return found.filtered_domain(found._check_company_domain(company))
