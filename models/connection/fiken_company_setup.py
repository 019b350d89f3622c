"""What the set-up check looks at, and how a package brings lines of its own to it."""

from collections.abc import Callable
from dataclasses import dataclass

from odoo import models

from ...fiken_api import errors
from .exceptions import GateBusy, NeedsConsent

GREEN, YELLOW, RED = "ok", "warning", "error"
# Switched off: nobody need mend it, but it is said.
OFF = "off"


class NotAsked(Exception):
    """There is no connection, so Fiken was not asked."""


@dataclass(frozen=True)
class SetupLine:
    """One line of the page.

    :ivar record: what its button opens, or calls ``method`` on
    """

    state: str
    title: str
    text: str = ""
    record: models.BaseModel = None
    method: str = None


@dataclass(frozen=True)
class SetupCheck:
    """One look at the set-up; what it asks of Fiken it asks once.

    :ivar sequence: where its lines stand on the page
    :ivar lines: takes the session, or None where Fiken cannot be asked; yields lines
    :ivar cures: what a button of its lines may do besides opening the record
    """

    sequence: int
    lines: Callable
    cures: tuple = ()


class FikenCompany(models.Model):
    """Whether we are connected, and with the right company."""

    _inherit = "fiken.company"

    def _setup_checks(self):
        """What is looked at; each package adds what it needs to be set up."""
        return [
            SetupCheck(10, self._check_setup_company),
            SetupCheck(92, self._check_setup_flows),
        ]

    def _setup_ask(self, session, path, kind="row"):
        """One GET; what Fiken refuses, or answers instead, is part of the answer.

        :param str kind: ``row`` for one object, ``rows`` for a list
        :return: (row or rows, error)
        """
        if session is None:
            return None, NotAsked()
        try:
            return getattr(session.get(path), kind), None
        except (GateBusy, NeedsConsent, errors.FikenError) as error:
            return None, error

    def _setup_explain(self, error):
        connection = self.connection_id
        if not isinstance(error, NotAsked):
            return connection._explain_to_user(error)
        if connection.is_elsewhere:
            return self.env._(
                "This database was moved or copied since it was connected. Answer on"
                " the connection."
            )
        return self.env._("There is no connection to Fiken. Press Connect.")

    def _check_setup_connection(self, user, error):
        connection = self.connection_id
        title = self.env._("Connection")
        if error:
            yield SetupLine(RED, title, self._setup_explain(error), connection)
            return
        text = self.env._("Connected to Fiken as %(name)s", name=user.get("name", ""))
        if not connection.sudo().cron_id.active:
            text = self.env._(
                "The scheduled action that sends is switched off or was deleted. It is"
                " put right within ten minutes."
            )
            yield SetupLine(RED, title, text, connection)
            return
        yield SetupLine(GREEN, title, text, connection)
        if connection.has_other_address:
            text = self.env._(
                "It was %(address)s when Odoo was connected. Sending goes on. Say on"
                " the connection that the new one is right, or set it back.",
                address=connection.base_url,
            )
            yield SetupLine(YELLOW, self.env._("Odoo's web address"), text, connection)

    def _check_setup_company(self, session):
        row, error = self._setup_ask(session, self._path())
        title = self.env._("Fiken company and API module")
        if error:
            yield SetupLine(RED, title, self._setup_explain(error), self.connection_id)
        else:
            text = self._apply_fiken_row(row)
            yield SetupLine(GREEN if self.has_api_access else RED, title, text, self)
        differs = self._organization_differs()
        yield SetupLine(
            YELLOW if differs else GREEN,
            self.env._("Organisation number"),
            self.env._(
                "Fiken: %(fiken)s. Odoo: %(odoo)s.",
                fiken=self.organization_number or "-",
                odoo=self.company_id.partner_id._fiken_organization_number() or "-",
            ),
            self.company_id,
        )
        currency = self.company_id.currency_id
        yield SetupLine(
            GREEN if currency.name == "NOK" else RED,
            self.env._("Currency"),
            self.env._(
                "Fiken keeps its books in NOK, Odoo in %(currency)s.",
                currency=currency.name,
            ),
            self.company_id,
        )
        yield SetupLine(
            GREEN if self.vat_type else YELLOW,
            self.env._("VAT registration"),
            self._vat_text(),
            self,
        )

    def _check_setup_flows(self, session):
        """What does not go to Fiken, and what follows from that."""
        vendors = self.env["fiken.vendor"].search([("fiken_company_id", "=", self.id)])
        for owner in (self, *vendors):
            for flow in owner._flows():
                if not flow.is_on:
                    yield SetupLine(
                        OFF,
                        f"{owner.name}: {flow.label}",
                        flow.choice.consequence,
                        owner,
                    )

    def _vat_text(self):
        if not self.vat_type:
            return self.env._("Fiken does not say whether the company is registered.")
        if self._is_vat_registered():
            return self.env._("Registered; documents carry their VAT types.")
        return self.env._("Not registered: every line is sent as outside the VAT act.")
