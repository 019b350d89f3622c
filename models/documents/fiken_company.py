from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

from ...fiken_api import errors
from ..connection.sentence import _lt
from ..outbox.exceptions import NeedsReview

# How long Fiken is believed not to know a filter.
UNSORTED_FOR = timedelta(days=30)


class FikenCompany(models.Model):
    """How documents go to a Fiken company: rounding, negative lines, number series.

    What somebody did there to drafts is noticed at night.
    """

    _inherit = "fiken.company"

    invoice_series_started = fields.Boolean(readonly=True, copy=False)
    first_invoice_number = fields.Integer(
        default=10001,
        help="The number that Fiken's first invoice gets when the series is started"
        " from here. It cannot be changed afterwards.",
    )
    credit_series_started = fields.Boolean(
        "Credit Note Series Started", readonly=True, copy=False
    )
    first_credit_note_number = fields.Integer(
        default=10001,
        help="The number that Fiken's first credit note gets when the series is"
        " started from here. It cannot be changed afterwards.",
    )
    vat_tolerance_ore = fields.Integer(
        "VAT Tolerance (øre)",
        default=0,
        help="How many øre Fiken accepts between VAT and rate × net of one line. Odoo's"
        " VAT is sent as it is within this; beyond it the difference goes to the"
        " rounding account of the account mapping.",
    )
    rounding_cap_ore = fields.Integer(
        "Rounding Cap (øre)",
        default=100,
        help="The largest rounding difference of one document that may go to the"
        " rounding account. Above it the document stops and shows both figures.",
    )
    negative_lines = fields.Selection(
        [("stop", "Stop and tell"), ("send", "Send as they are")],
        default="stop",
        required=True,
        help="A document whose amounts are negative for an account and VAT type."
        " It is not documented whether Fiken takes them.",
    )

    purchases_unsorted_at = fields.Datetime(
        readonly=True,
        copy=False,
        help="When Fiken could not be asked for the purchases of one supplier.",
    )

    # Actions

    def action_start_invoice_series(self):
        """Enqueue the start of Fiken's invoice numbers; the page waits for it."""
        self.ensure_one()
        self.connection_id._check_manager()
        if self.first_invoice_number < 1:
            raise UserError(
                self.env._(
                    "Enter the first invoice number of %(name)s: 1 or higher.",
                    name=self.name,
                )
            )
        self.env["fiken.resource.invoice_series"].sudo()._enqueue(self, self)
        return self._info(
            self.env._(
                "Fiken is asked to start the invoice numbers at %(number)s. Check"
                " again in a moment.",
                number=self.first_invoice_number,
            )
        )

    def action_start_credit_series(self):
        """Enqueue the start of Fiken's credit note numbers."""
        self.ensure_one()
        self.connection_id._check_manager()
        if self.first_credit_note_number < 1:
            raise UserError(
                self.env._(
                    "Enter the first credit note number of %(name)s: 1 or higher.",
                    name=self.name,
                )
            )
        self.env["fiken.resource.credit_series"].sudo()._enqueue(self, self)
        return self._info(
            self.env._(
                "Fiken is asked to start the credit note numbers at %(number)s. Check"
                " again in a moment.",
                number=self.first_credit_note_number,
            )
        )

    # Business

    @api.model
    def _fiken_is_setting(self, name):
        """What Fiken says of its books cures what it refused because of them."""
        told = ("vat_type", "accounting_start_date")
        return name in told or super()._fiken_is_setting(name)

    def _check_nok(self, company):
        """:raise NeedsReview: this company keeps its books in another currency"""
        if company.currency_id.name != "NOK":
            raise NeedsReview(
                _lt(
                    "Fiken keeps its books in NOK, but %(company)s keeps them in"
                    " %(currency)s.",
                    company=company.name,
                    currency=company.currency_id.name,
                )
            )

    def _check_started_on(self, date):
        """:raise NeedsReview: the books in Fiken start after that date"""
        start = self.accounting_start_date
        if start and date < start:
            raise NeedsReview(
                _lt(
                    "It is dated %(date)s, before the books in Fiken start"
                    " (%(start)s).",
                    date=date,
                    start=start,
                )
            )

    def _has_unsorted_purchases(self):
        """Whether Fiken does not tell one supplier's purchases from others'.

        It may learn to: it is asked again some day.
        """
        since = fields.Datetime.now() - UNSORTED_FOR
        return bool(self.purchases_unsorted_at and self.purchases_unsorted_at > since)

    def _info(self, message):
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {"type": "info", "message": message},
        }

    def _check_invoice_series(self, session):
        """Whether the invoice series was started; asked before the first invoice."""
        started = self._is_series_started(session, "/invoices/counter")
        if started:
            self.sudo().invoice_series_started = True
        return started

    def _check_credit_series(self, session):
        """The same of credit notes, which have a series of their own."""
        started = self._is_series_started(session, "/creditNotes/counter")
        if started:
            self.sudo().credit_series_started = True
        return started

    def _is_series_started(self, session, path):
        """Reading a series that was never started answers 401 (fiken-api.md §1.5)."""
        try:
            session.get(self._path(path))
        except errors.Refused as error:
            if errors.cause_of(error) == "number_series" or error.status in (404, 409):
                return False
            raise
        return True
