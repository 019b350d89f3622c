from odoo import models

from ..connection.flows import flow_of


class FikenVendor(models.Model):
    """Whether papers and projects go along with a vendor's documents."""

    _inherit = "fiken.vendor"

    def _flows(self):
        return [
            *super()._flows(),
            flow_of(
                self,
                "file",
                50,
                "attach_files",
                {
                    False: self.env._(
                        "Documents stand in Fiken without their PDF. Whoever looks"
                        " there for a voucher finds none."
                    ),
                    True: self.env._(
                        "The PDF of an invoice that Odoo issues, and the original of a"
                        " bill, are attached to the document in Fiken."
                    ),
                },
                label=self.env._("Files"),
                setting="files",
            ),
            flow_of(
                self,
                "project",
                60,
                "projects_enabled",
                {
                    False: self.env._("Documents carry no project in Fiken."),
                    True: self.env._(
                        "Documents carry the Fiken project of their analytic account."
                        " Fiken's project module must have been ordered."
                    ),
                },
                methods=((False, "action_projects_off"), (True, "action_projects_on")),
                setting="projects",
            ),
        ]
