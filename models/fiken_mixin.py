from odoo import models


class FikenMixin(models.AbstractModel):
    """A record that has a counterpart in Fiken which follows its changes."""

    _name = "fiken.mixin"
    _description = "Record kept in Fiken"

    # The resource that sends it, and the fields whose change is worth a look.
    _fiken_resource = ""
    _fiken_sent_fields = frozenset()

    def write(self, vals):
        result = super().write(vals)
        if self._fiken_sent_fields & vals.keys():
            self._fiken_owe_changes()
        return result

    def _fiken_owe_changes(self):
        """What is in Fiken is sent again; what was stopped tries again."""
        if not self.ids:
            return
        strategy = self.env[f"fiken.resource.{self._fiken_resource}"]
        own = [("res_model", "=", self._name), ("res_id", "in", self.ids)]
        bindings = (
            self.env["fiken.binding"]
            .sudo()
            .search([*own, ("resource", "=", self._fiken_resource)])
        )
        self.env["fiken.job"]._enqueue(
            [
                strategy._job_row(
                    binding.res_id,
                    binding.fiken_company_id,
                    binding.fiken_company_id.default_vendor_id,
                )
                for binding in bindings
            ]
        )
        stopped = (
            self.env["fiken.job"]
            .sudo()
            .search(
                [
                    *own,
                    ("state", "in", ("blocked", "failed")),
                    ("outcome_unknown", "=", False),
                ]
            )
        )
        if stopped:
            stopped.action_retry()
