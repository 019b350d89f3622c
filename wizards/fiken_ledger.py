from odoo import models


class FikenLedger(models.Model):
    """The buttons that copy a ledger to vendors."""

    _inherit = "fiken.ledger"

    def action_apply_to_vendors(self):
        """Show what would change in the vendors' ledgers, then do it if wanted."""
        return self._copy_action(
            self.search([("company_id", "=", self.company_id.id)]) - self
        )

    def action_copy_to_vendors(self):
        return self._copy_action(self.browse())

    def _copy_action(self, targets):
        self.ensure_one()
        self.check_access("write")
        wizard = self.env["fiken.ledger.copy"].create(
            {"source_id": self.id, "target_ids": targets.ids}
        )
        return wizard._get_records_action(
            name=self.env._("Copy to Other Shops"), target="new", context={}
        )
