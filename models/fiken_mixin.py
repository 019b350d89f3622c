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
        # An edit that meets the first sending must not be lost either.
        on_the_way = (
            self.env["fiken.job"]
            .sudo()
            .search(
                [
                    *own,
                    ("resource", "=", self._fiken_resource),
                    ("state", "in", ("pending", "sending")),
                ]
            )
        )
        owed = {
            (known.res_id, known.fiken_company_id)
            for records in (bindings, on_the_way)
            for known in records
        }
        self.env["fiken.job"]._enqueue(
            [
                strategy._job_row(res_id, books, books.default_vendor_id)
                for res_id, books in owed
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
