from odoo import api, models


class AccountMove(models.Model):
    """Sales receipts go to Fiken one by one, as cash sales, when they are paid."""

    _inherit = "account.move"

    def _compute_payment_state(self):
        """Every way to pay ends here; not every one reconciles something."""
        result = super()._compute_payment_state()
        paid = self.filtered(lambda move: move.id and move._fiken_is_paid_receipt())
        if paid:
            precommit = self.env.cr.precommit
            if "fiken_receipts" not in precommit.data:
                precommit.data["fiken_receipts"] = set()
                precommit.add(self.env["account.move"].sudo()._fiken_owe_receipts)
            precommit.data["fiken_receipts"].update(paid.ids)
        return result

    def _fiken_is_paid_receipt(self):
        return (
            self.move_type == "out_receipt"
            and self.state == "posted"
            and self.payment_state in ("in_payment", "paid")
        )

    def _get_alerts(self):
        alerts = super()._get_alerts()
        if self.fiken_state == "absent" and not self._fiken_is_due():
            alerts["fiken"] = {
                "level": "info",
                "message": self.env._(
                    "It goes to Fiken as a cash sale when it is paid."
                ),
            }
        return alerts

    @api.model
    def _fiken_owe_receipts(self):
        ids = self.env.cr.precommit.data.pop("fiken_receipts", ())
        receipts = self.browse(sorted(ids)).exists()
        receipts.filtered(
            lambda move: move._fiken_is_paid_receipt() and move.fiken_state == "absent"
        )._fiken_owe()

    def _fiken_is_due(self):
        """Whether it may go to Fiken yet, as far as its payment decides that."""
        self.ensure_one()
        return self.move_type != "out_receipt" or self._fiken_is_paid_receipt()

    def _fiken_payments(self):
        """The payments that settle this document: [(name, journal, day)].

        Their entries, or the payments themselves where Odoo keeps no entry of them.
        """
        self.ensure_one()
        entries = self._fiken_counterparts()
        payments = self.matched_payment_ids.filtered(
            lambda payment: not payment.move_id
            and payment.state in ("in_process", "paid")
        )
        return [
            (one.name or one.display_name, one.journal_id, one.date)
            for records in (entries, payments)
            for one in records
        ]
