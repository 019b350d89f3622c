from odoo import models
from odoo.tools import format_datetime

from ...fiken_api import errors
from ..connection.fiken_company_setup import (
    GREEN,
    OFF,
    RED,
    YELLOW,
    SetupCheck,
    SetupLine,
)


class FikenCompany(models.Model):
    """Whether documents can go to Fiken: number series, bank account, schedule."""

    _inherit = "fiken.company"

    def _setup_checks(self):
        return [
            *super()._setup_checks(),
            SetupCheck(
                100,
                self._check_setup_invoice_series,
                ("action_start_invoice_series", "action_start_credit_series"),
            ),
            SetupCheck(110, self._check_setup_bank_accounts),
            SetupCheck(125, self._check_setup_journals),
            SetupCheck(130, self._check_setup_schedule),
            SetupCheck(135, self._check_setup_unmarked, ("action_open_unmarked",)),
            SetupCheck(138, self._check_setup_older, ("action_open_older",)),
        ]

    def _check_setup_invoice_series(self, session):
        if "fiken" not in self._setup_vendors().mapped("issuer"):
            return
        yield from self._check_setup_series(
            session,
            "/invoices/counter",
            self.env._("Invoice numbers in Fiken"),
            self.env._(
                "The invoice numbers have not been started in Fiken. Start them here"
                " at %(number)s, or enter another first number before.",
                number=self.first_invoice_number,
            ),
            "invoice_series_started",
            "action_start_invoice_series",
        )
        yield from self._check_setup_series(
            session,
            "/creditNotes/counter",
            self.env._("Credit note numbers in Fiken"),
            self.env._(
                "The credit note numbers have not been started in Fiken. Start them"
                " here at %(number)s, or enter another first number before.",
                number=self.first_credit_note_number,
            ),
            "credit_series_started",
            "action_start_credit_series",
        )

    def _check_setup_series(self, session, path, title, missing, field, cure):
        _counter, error = self._setup_ask(session, self._path(path))
        if not error:
            self.sudo()[field] = True
            yield SetupLine(GREEN, title, self.env._("Started."), self)
            return
        never = isinstance(error, errors.NotFound) or (
            isinstance(error, errors.FikenError)
            and errors.cause_of(error) == "number_series"
        )
        # Invoices go without credit notes, but not the other way round.
        level = YELLOW if never and field == "credit_series_started" else RED
        yield SetupLine(
            level,
            title,
            missing if never else self._setup_explain(error),
            self if never else self.connection_id,
            cure if never else None,
        )

    def _check_setup_bank_accounts(self, session):
        for vendor in self._setup_vendors().filtered(lambda one: one.issuer == "fiken"):
            bank = vendor.bank_account_id
            title = self.env._("%(vendor)s: bank account", vendor=vendor.name)
            if not bank or bank.bank_inactive:
                text = self.env._("Choose an open bank account for Fiken's invoices.")
                yield SetupLine(RED, title, text, vendor)
                continue
            issued = self.env["fiken.binding"].search_count(
                [
                    ("fiken_company_id", "=", self.id),
                    ("resource", "=", "invoice"),
                ],
                limit=1,
            )
            yield SetupLine(
                GREEN if issued else YELLOW,
                title,
                self.env._("Fiken has issued invoices from it.")
                if issued
                else self.env._(
                    "Fiken does not tell whether it is verified. Issue one invoice from"
                    " it in Fiken first."
                ),
                vendor,
            )

    def _check_setup_journals(self, session):
        for vendor in self._setup_vendors().filtered("journal_text"):
            yield SetupLine(
                YELLOW,
                self.env._("%(vendor)s: journals", vendor=vendor.name),
                vendor.journal_text,
                vendor,
            )

    def _check_setup_schedule(self, session):
        for vendor in self._setup_vendors().filtered(
            lambda one: "schedule" in (one.sale_trigger, one.bill_trigger)
        ):
            yield SetupLine(
                GREEN,
                self.env._("%(vendor)s: schedule", vendor=vendor.name),
                self.env._(
                    "Next: %(when)s",
                    when=format_datetime(
                        self.env, vendor._next_schedule_at(), vendor.tz, "short"
                    ),
                ),
                vendor,
            )

    def _check_setup_unmarked(self, session):
        """What was confirmed while its kind was not sent yet: offered, never sent."""
        for vendor in self._setup_vendors().filtered("unmarked_text"):
            yield SetupLine(
                YELLOW,
                self.env._("%(vendor)s: not marked yet", vendor=vendor.name),
                vendor.unmarked_text,
                vendor,
                "action_open_unmarked",
            )

    def _check_setup_older(self, session):
        """What is older than the first day: most is in other books, so it is no more
        than said.
        """
        for vendor in self._setup_vendors().filtered("older_text"):
            yield SetupLine(
                OFF,
                self.env._("%(vendor)s: before the first day", vendor=vendor.name),
                vendor.older_text,
                vendor,
                "action_open_older",
            )
