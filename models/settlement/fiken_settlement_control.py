import logging
from datetime import timedelta

from psycopg2 import OperationalError

from odoo import api, fields, models

from ...fiken_api import errors
from ..connection.fiken_gate import GateBusy
from ..connection.fiken_session import (
    FikenSession,
    NeedsConsent,
)

_logger = logging.getLogger(__name__)

# How far back the nightly look goes; a button looks at any day.
LOOK_BACK = timedelta(days=62)


class FikenSettlement(models.Model):
    """The nightly look at all days."""

    _inherit = "fiken.settlement"

    # Cron

    @api.model
    def _cron_control(self):
        """Nightly: missing days, late changes, and Fiken's figures beside Odoo's."""
        since = fields.Date.today() - LOOK_BACK
        for vendor in self.env["fiken.vendor"].search(
            [("settlement_mode", "!=", "off")]
        ):
            if vendor._settles():
                self._run_isolated(self._control_vendor, vendor, since)
        for fiken_company in self.env["fiken.company"].search(
            [("connection_id.state", "=", "connected"), ("has_api_access", "=", True)]
        ):
            self._run_isolated(self._control_company, fiken_company, since)

    @api.model
    def _run_isolated(self, work, *args):
        """What goes wrong with one must not keep the others from being looked at."""
        try:
            with self.env.cr.savepoint():
                work(*args)
        except OperationalError:
            raise
        except (GateBusy, NeedsConsent, errors.FikenError) as error:
            _logger.warning("Fiken's settlements were not compared: %s", error)
        except Exception:
            _logger.exception("Settlements could not be looked at")
        self.env["ir.cron"]._commit_progress(1)

    @api.model
    def _control_vendor(self, vendor, since):
        vendor._open_due_days(thorough=True)
        days = self.search([("vendor_id", "=", vendor.id)])
        waiting = days.filtered(lambda one: one.state in ("open", "ready"))
        waiting._read()
        for settlement in waiting.filtered("is_missing"):
            settlement._todo(settlement.reason or settlement._why_missing())
        self._look_at_former_days(vendor, since)
        # Odoo switches a cron off that failed several times, and tells nobody.
        vendor._update_settlement_cron()

    def _why_missing(self):
        if not self.vendor_id.daily_schedule:
            return self.env._(
                "%(number)s is not in Fiken: nobody has sent it, and the vendor has no"
                " daily schedule.",
                number=self.number,
            )
        return self.env._("%(number)s is not in Fiken yet.", number=self.number)

    @api.model
    def _control_company(self, fiken_company, since):
        settlements = self.search(
            [
                ("fiken_company_id", "=", fiken_company.id),
                ("state", "in", ("sent", "failed", "booked", "corrected")),
                ("date", ">=", since),
            ]
        )
        if settlements and not fiken_company.connection_id.is_elsewhere:
            with FikenSession(fiken_company.connection_id.sudo()) as session:
                settlements._compare(session)
