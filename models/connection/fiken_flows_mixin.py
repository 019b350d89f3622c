from odoo import models


class FikenFlowsMixin(models.AbstractModel):
    """What has switches: each package adds those of what it can send."""

    _name = "fiken.flows.mixin"
    _description = "What goes to Fiken"

    def _flows(self):
        """What of it goes to Fiken or not.

        :return: [Flow]
        """
        self.ensure_one()
        return []

    def _flow_told(self, key, value):
        """What happens at once when a switch is set so, in a sentence; '' for nothing.

        :param key: of one of the record's flows
        """
        self.ensure_one()
        return ""

    def _told_before(self, switches):
        """For a form: what happens at once when it is saved as it stands.

        :param switches: {key of a flow: its field}
        """
        saved = self._origin
        told = [
            saved._flow_told(key, self[field])
            for key, field in switches.items()
            if saved and self[field] != saved[field]
        ]
        if not any(told):
            return None
        return {
            "warning": {
                "title": self.env._("When this is saved"),
                "message": "\n".join(filter(None, told)),
            }
        }
