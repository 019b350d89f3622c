"""Credit notes and the documents they credit (fiken-api.md §5.6, §6.1).

Fiken has credit notes of its own invoices only. A credit note that Odoo issued is a
sale with negative amounts there, which no source has seen accepted: the vendor decides.
"""

from odoo import api, models

from ..outbox.fiken_resource import Gap, Waits


class DocumentResource(models.AbstractModel):
    _inherit = "fiken.resource.document"

    @api.model
    def _is_credit(self, move):
        return move.move_type == "out_refund"

    @api.model
    def _credited(self, job, move):
        """The link to the booked document that a credit note credits, or None.

        :raise Waits: it is on its way to Fiken
        :raise Gap: it is not there, and the vendor does not say that this is no matter
        """
        original = move.reversed_entry_id
        if not original:
            return None
        family = self.env[f"fiken.resource.{original._fiken_family()}"]
        booked = family._binding(job.fiken_company_id, original)
        if booked:
            return booked
        for strategy in (family, family._drafts()):
            if self._is_owed(strategy, job.fiken_company_id, original):
                raise Waits(strategy, original, job.vendor_id)
        if job.vendor_id.credit_without_original == "stop":
            raise Gap(
                self.env._(
                    "It credits %(original)s, which is not booked in Fiken. Send that"
                    " one first, or choose on %(vendor)s that such credit notes go on"
                    " their own.",
                    original=original.name,
                    vendor=job.vendor_id.name,
                ),
                job.vendor_id,
            )
        return None

    @api.model
    def _is_owed(self, strategy, fiken_company, move):
        return bool(self.env["fiken.job"]._owed(strategy, fiken_company, move))

    @api.model
    def _check_credit_way(self, job):
        """Whether this vendor sends credit notes of Odoo's as negative sales at all."""
        if job.vendor_id.credit_note_way == "stop":
            raise Gap(
                self.env._(
                    "Fiken has no credit notes for invoices that Odoo issues, and it is"
                    " not certain that it takes a sale with negative amounts. Choose on"
                    " %(vendor)s how they go, or book this one in Fiken yourself and"
                    " mark it Do not send.",
                    vendor=job.vendor_id.name,
                ),
                job.vendor_id,
            )
