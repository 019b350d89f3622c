from odoo import models

from ..connection.fiken_company_setup import YELLOW, SetupCheck, SetupLine


class FikenCompany(models.Model):
    """Whether every day that was sold has its settlement."""

    _inherit = "fiken.company"

    def _setup_checks(self):
        return [
            *super()._setup_checks(),
            SetupCheck(136, self._check_setup_unsettled, ("action_open_unsettled",)),
            SetupCheck(137, self._check_setup_till_invoices),
        ]

    def _check_setup_unsettled(self, session):
        for vendor in self._setup_vendors():
            days = vendor._unsettled_days()
            if days:
                yield SetupLine(
                    YELLOW,
                    self.env._(
                        "%(vendor)s: days without settlement", vendor=vendor.name
                    ),
                    vendor._unsettled_text(days)
                    + " "
                    + self.env._(
                        "Read them, send those that are missing in Fiken, and skip"
                        " those that are booked there."
                    ),
                    vendor,
                    "action_open_unsettled",
                )

    def _check_setup_till_invoices(self, session):
        """What tills invoice is in no settlement: its invoices must go to Fiken."""
        if "pos.config" not in self.env:
            return
        for vendor in self._setup_vendors().filtered(lambda one: one._settles()):
            journals = vendor._silent_till_journals()
            if journals:
                yield SetupLine(
                    YELLOW,
                    self.env._("%(vendor)s: invoices of tills", vendor=vendor.name),
                    self.env._(
                        "Orders that are invoiced are no part of a settlement, and the"
                        " invoices in %(journals)s do not go to Fiken. Choose on the"
                        " shop of these journals that sales documents are sent, or"
                        " enter such invoices in Fiken by hand.",
                        journals=", ".join(journals.mapped("name")),
                    ),
                    vendor,
                )
