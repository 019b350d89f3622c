from odoo import api, models

from ...fiken_api import errors
from ..connection.sentence import _lt, joined

# Most documents are not linked, or not for us to read: they are passed over.
LOOKED_THROUGH = 500


class FikenPaymentComparison(models.AbstractModel):
    """Nightly: all open documents are read, and those that Fiken's payments closed.

    What was missed in Odoo is sent.
    """

    _name = "fiken.payment.comparison"
    _inherit = "fiken.rounds"
    _description = "Comparison of Payments"

    @api.model
    def _round_stages(self, fiken_company):
        return ["missed", "documents"]

    @api.model
    def _round_words(self, unit):
        what = _lt("%(company)s, payments", company=unit.owner.name)
        if unit.kind == "documents" and unit.upto and unit.limit == 1:
            move = self.env["account.move"].sudo().browse(unit.upto)
            what = joined(what, move.display_name, separator=", ")
        return what

    @api.model
    def _round_failed(self, unit, why):
        unit.owner.payments_error = why

    @api.model
    def _round_ends(self, unit):
        if not unit.round.failing and unit.owner.payments_error:
            unit.owner.payments_error = False

    @api.model
    def _do_missed(self, unit):
        self.env["account.partial.reconcile"]._fiken_enqueue_missed(unit.owner)

    @api.model
    def _next_documents(self, unit):
        """The next that are read in Fiken, or the end of those looked through."""
        if not unit.owner.reads_payments:
            return None
        reader = self.env["fiken.payment.reader"]
        moves = reader._documents(unit.owner, unit.after, LOOKED_THROUGH)
        ids = list(
            dict.fromkeys(pair[1] for pair in reader._to_compare(unit.owner, moves))
        )
        return (ids[: unit.limit] or moves.ids)[-1:][0] if moves else None

    @api.model
    def _do_documents(self, unit):
        reader = self.env["fiken.payment.reader"]
        moves = reader._documents(unit.owner, unit.after, LOOKED_THROUGH, unit.upto)
        for resource, move_id, remote_id in reader._to_compare(unit.owner, moves):
            # Nothing is asked of the database before Fiken has answered.
            reader._commit()
            try:
                standing = self.env["fiken.paid.documents"]._read(
                    unit.session, unit.owner, resource, remote_id
                )
            except errors.NotFound:
                continue
            reader._take(unit.session, unit.owner, resource, move_id, standing)
