import contextlib

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import format_date, format_datetime

from ..fiken_api import errors, vat
from ..models.connection.fiken_connection import (
    CLICK_PATIENCE,
)
from ..models.connection.fiken_gate import GateBusy
from ..models.connection.fiken_session import (
    FikenSession,
    NeedsConsent,
)

GREEN, YELLOW, RED = "ok", "warning", "error"
CHART_DAYS = 7
# What a button of a line may do besides opening the record.
CURES = (
    "action_enable",
    "action_fetch_accounts",
    "action_open_categories",
    "action_open_proposals",
    "action_open_to_confirm",
    "action_open_unknown",
    "action_start_invoice_series",
    "action_start_invoice_series",
    "action_start_credit_series",
)


class NotAsked(Exception):
    """There is no connection, so Fiken was not asked."""


class FikenSetupCheck(models.TransientModel):
    """One page that says what is right, what is not, and where to mend it.

    Each check is a method that yields lines; it asks Fiken at most once.
    """

    _name = "fiken.setup.check"
    _description = "Fiken Set-up Check"

    fiken_company_id = fields.Many2one("fiken.company", required=True, readonly=True)
    company_id = fields.Many2one(related="fiken_company_id.company_id")
    line_ids = fields.One2many("fiken.setup.check.line", "check_id", readonly=True)
    error_count = fields.Integer(compute="_compute_counts")
    warning_count = fields.Integer(compute="_compute_counts")

    @api.depends("line_ids.state")
    def _compute_counts(self):
        for check in self:
            states = check.line_ids.mapped("state")
            check.error_count = states.count(RED)
            check.warning_count = states.count(YELLOW)

    @api.depends("fiken_company_id")
    def _compute_display_name(self):
        for check in self:
            check.display_name = self.env._(
                "Set-up of %(name)s", name=check.fiken_company_id.name
            )

    # Actions

    @api.model
    def action_open(self, fiken_company=None):
        """Check the set-up of one company's books and show the page."""
        fiken_company = fiken_company or self.env["fiken.company"]._of_company(
            self.env.company
        )
        if not fiken_company:
            return self.env["ir.actions.act_window"]._for_xml_id(
                "fiken_connector.fiken_connection_action"
            )
        check = self.create({"fiken_company_id": fiken_company.id})
        check._run()
        return check._page()

    def action_again(self):
        self._run()
        return {"type": "ir.actions.client", "tag": "soft_reload"}

    def _page(self):
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "views": [(False, "form")],
        }

    # Checks

    def _run(self):
        self.ensure_one()
        self.fiken_company_id.check_access("read")
        # A Fiken manager need not be an accountant, nor see all that is checked.
        check = self.with_company(self.company_id).sudo()
        with check._session() as session:
            lines = check._lines(session)
        self.line_ids = [
            fields.Command.clear(),
            *(fields.Command.create({"sequence": i, **v}) for i, v in enumerate(lines)),
        ]

    @contextlib.contextmanager
    def _session(self):
        """One session for all checks, or None where there is no connection."""
        connection = self.fiken_company_id.connection_id
        if connection.state != "connected" or connection.is_elsewhere:
            yield None
            return
        with FikenSession(connection.sudo(), CLICK_PATIENCE) as session:
            yield session

    def _lines(self, session):
        user, error = self._ask(session, "/user")
        connected = list(self._check_connection(user, error))
        if error:
            # Whatever is asked next would fail in the same way, and take its time.
            session = None
        return [
            *connected,
            *self._check_company(session),
            *self._check_chart(),
            *self._check_enabled(),
            *self._check_accounts(),
            *self._check_taxes(),
            *self._check_categories(),
            *self._check_means(),
            *self._check_no_tax(),
            *self._check_pairs(),
            *self._check_invoice_series(session),
            *self._check_bank_accounts(),
            *self._check_projects(session),
            *self._check_schedule(),
            *self._check_stock_valuation(),
        ]

    def _line(self, state, title, text="", record=None, method=None):
        """One line; ``record`` is what its button opens, or calls ``method`` on."""
        return {
            "state": state,
            "title": title,
            "text": text,
            "res_model": record._name if record else False,
            "res_id": record[:1].id if record else False,
            "method": method,
        }

    def _ask(self, session, path):
        """One GET; what Fiken refuses is part of the answer.

        :return: (body, error)
        """
        if session is None:
            return None, NotAsked()
        try:
            return session.get(path).body, None
        except (GateBusy, NeedsConsent, errors.FikenError) as error:
            return None, error

    def _explain(self, error):
        connection = self.fiken_company_id.connection_id
        if not isinstance(error, NotAsked):
            return connection._explain_to_user(error)
        if connection.is_elsewhere:
            return self.env._(
                "This database was moved or copied since it was connected. Answer on"
                " the connection."
            )
        return self.env._("There is no connection to Fiken. Press Connect.")

    def _check_connection(self, user, error):
        connection = self.fiken_company_id.connection_id
        title = self.env._("Connection")
        if error:
            yield self._line(RED, title, self._explain(error), connection)
            return
        text = self.env._("Connected to Fiken as %(name)s", name=user["name"])
        if not connection.sudo().cron_id.active:
            text = self.env._("The scheduled action that sends is switched off.")
            yield self._line(RED, title, text, connection)
            return
        yield self._line(GREEN, title, text, connection)

    def _check_company(self, session):
        books = self.fiken_company_id
        row, error = self._ask(session, books._path())
        title = self.env._("Fiken company and API module")
        if error:
            yield self._line(RED, title, self._explain(error), books.connection_id)
        else:
            text = books._take_over(row)
            yield self._line(GREEN if books.has_api_access else RED, title, text, books)
        differs = books._organization_differs()
        yield self._line(
            YELLOW if differs else GREEN,
            self.env._("Organisation number"),
            self.env._(
                "Fiken: %(fiken)s. Odoo: %(odoo)s.",
                fiken=books.organization_number or "-",
                odoo=self.company_id.partner_id._fiken_organization_number() or "-",
            ),
            self.company_id,
        )
        currency = self.company_id.currency_id
        yield self._line(
            GREEN if currency.name == "NOK" else RED,
            self.env._("Currency"),
            self.env._(
                "Fiken keeps its books in NOK, Odoo in %(currency)s.",
                currency=currency.name,
            ),
            self.company_id,
        )
        yield self._line(
            GREEN if books.vat_type else YELLOW,
            self.env._("VAT registration"),
            self._vat_text(),
            books,
        )

    def _vat_text(self):
        books = self.fiken_company_id
        if not books.vat_type:
            return self.env._("Fiken does not say whether the company is registered.")
        if books._is_vat_registered():
            return self.env._("Registered; documents carry their VAT types.")
        return self.env._("Not registered: every line is sent as outside the VAT act.")

    def _check_chart(self):
        books = self.fiken_company_id
        title = self.env._("Fiken's chart of accounts")
        if not books.accounts_fetched_at:
            yield self._line(
                RED,
                title,
                self.env._("It was never read."),
                books,
                "action_fetch_accounts",
            )
            return
        read_at = books.accounts_fetched_at
        age = (fields.Datetime.now() - read_at).days
        yield self._line(
            YELLOW if age > CHART_DAYS else GREEN,
            title,
            self.env._(
                "%(count)s accounts, read on %(day)s.",
                count=len(books.account_ids),
                day=format_date(self.env, read_at),
            ),
            books,
            "action_fetch_accounts" if age > CHART_DAYS else None,
        )

    def _check_enabled(self):
        for vendor in self._vendors():
            yield self._line(
                GREEN if vendor.enabled_since else RED,
                self.env._("%(vendor)s: enabled since", vendor=vendor.name),
                format_date(self.env, vendor.enabled_since)
                if vendor.enabled_since
                else self.env._("Nothing is sent before a day is chosen."),
                vendor,
                "action_enable",
            )

    def _check_accounts(self):
        for ledger in self._ledgers():
            title = self.env._("%(ledger)s: accounts", ledger=ledger.name)
            unmapped = ledger._unmapped_accounts()
            unknown = ledger.line_ids.filtered("is_unknown")
            proposed = ledger.account_line_ids.filtered("is_proposal")
            chart = self.env["fiken.account"]._codes(self.fiken_company_id)
            if unmapped:
                yield self._line(
                    RED,
                    title,
                    self.env._(
                        "Used in Odoo and not mapped, or only proposed: %(accounts)s",
                        accounts=self._names(unmapped),
                    ),
                    ledger,
                    # Where each has a line, accepting them is all there is to do.
                    None if unmapped - proposed.account_id else "action_open_proposals",
                )
            if unknown:
                yield self._line(
                    RED,
                    title,
                    self.env._(
                        "Fiken does not have: %(codes)s",
                        codes=", ".join(
                            f"{' / '.join(line._mapped_to())} ({line.source_name})"
                            for line in unknown[:10]
                        ),
                    ),
                    ledger,
                    "action_open_unknown",
                )
            if proposed:
                yield self._line(
                    YELLOW,
                    title,
                    self.env._(
                        "%(count)s proposals wait for you to accept them.",
                        count=len(proposed),
                    ),
                    ledger,
                    "action_open_proposals",
                )
            if chart and ledger.rounding_code not in chart:
                yield self._line(
                    RED,
                    title,
                    self.env._(
                        "Fiken has no rounding account %(code)s.",
                        code=ledger.rounding_code,
                    ),
                    ledger,
                )
            elif not (unmapped or unknown or proposed):
                yield self._line(
                    GREEN,
                    title,
                    self.env._(
                        "%(count)s accounts mapped.", count=len(ledger.account_line_ids)
                    ),
                    ledger,
                )

    def _check_taxes(self):
        title = self.env._("Taxes")
        used = (
            self.env["account.move.line"]
            .sudo()
            ._read_group(
                [
                    ("company_id", "=", self.company_id.id),
                    ("parent_state", "=", "posted"),
                    ("tax_ids", "!=", False),
                ],
                ["tax_ids"],
            )
        )
        taxes = self.env["account.tax"].union(*(row[0] for row in used))
        taxes |= self.company_id.account_sale_tax_id
        taxes |= self.company_id.account_purchase_tax_id
        problems = {
            tax: tax._fiken_problem() for tax in taxes if tax.type_tax_use != "none"
        }
        if any(problems.values()) and self.fiken_company_id._is_vat_registered():
            for tax, problem in problems.items():
                if problem:
                    yield self._line(RED, title, problem, tax)
            return
        yield self._line(
            GREEN,
            title,
            self.env._("Every tax in use has its VAT type in Fiken."),
        )

    def _check_categories(self):
        for ledger in self._ledgers():
            title = self.env._("%(ledger)s: product categories", ledger=ledger.name)
            categories = self.env["product.category"].search(Domain.TRUE)
            unmapped = ledger._unmapped_categories()
            mapped = categories - unmapped
            chosen = mapped.filtered(ledger._is_category_chosen)
            if unmapped:
                yield self._line(
                    RED,
                    title,
                    self.env._("Not mapped: %(names)s", names=self._names(unmapped)),
                    ledger,
                    "action_open_categories",
                )
            if mapped - chosen:
                yield self._line(
                    YELLOW,
                    title,
                    self.env._(
                        "Booked on the company's default accounts, because nobody chose"
                        " others: %(names)s",
                        names=self._names(mapped - chosen),
                    ),
                    ledger,
                    "action_open_categories",
                )
            if categories == chosen:
                text = self.env._("All are mapped, by themselves or by their accounts.")
                yield self._line(GREEN, title, text, ledger)

    def _check_means(self):
        for ledger in self._ledgers():
            title = self.env._("%(ledger)s: means of payment", ledger=ledger.name)
            lines = ledger.means_line_ids
            missing = [means.display_name for means in ledger._unmapped_means()]
            waiting = lines.filtered("awaits_confirmation")
            if missing:
                yield self._line(
                    RED,
                    title,
                    self.env._("Not mapped: %(names)s", names=", ".join(missing)),
                    ledger,
                )
            if waiting:
                yield self._line(
                    YELLOW,
                    title,
                    self.env._(
                        "No cash, and still on 1901, Fiken's cash account: %(names)s."
                        " Confirm it, or choose 1920: (bank) or 1960: (payment"
                        " provider).",
                        names=", ".join(waiting.mapped("source_name")),
                    ),
                    ledger,
                    "action_open_to_confirm",
                )
            if not (missing or waiting):
                yield self._line(
                    GREEN,
                    title,
                    self.env._("%(count)s mapped.", count=len(lines)),
                    ledger,
                )

    def _check_no_tax(self):
        if not self.fiken_company_id._is_vat_registered():
            return
        for ledger in self._ledgers():
            chosen = ledger.sales_without_tax
            yield self._line(
                GREEN if chosen else RED,
                self.env._("%(ledger)s: sales without tax", ledger=ledger.name),
                self._label(ledger, "sales_without_tax")
                or self.env._(
                    "Choose what Fiken shall make of invoice lines that have no tax."
                ),
                ledger,
            )

    def _check_pairs(self):
        """Accounts whose own tax Fiken's account help does not let them have."""
        title = self.env._("Accounts and VAT types")
        odd = []
        for ledger in self._ledgers():
            for line in ledger.account_line_ids:
                odd += [
                    f"{line.fiken_code} + {self._label(tax, 'fiken_vat_type')}"
                    for tax in line.account_id.tax_ids
                    if tax.company_id == self.company_id
                    and tax.type_tax_use == "sale"
                    and tax.fiken_vat_type
                    and not vat.is_usual_pair(line.fiken_code, tax.fiken_vat_type)
                ]
        if odd:
            yield self._line(
                YELLOW,
                title,
                self.env._(
                    "Fiken's account help does not name these together: %(pairs)s. It"
                    " may refuse them.",
                    pairs=", ".join(sorted(set(odd))[:10]),
                ),
                self._ledgers(),
            )
        else:
            yield self._line(
                GREEN, title, self.env._("The accounts' own taxes go with them.")
            )

    def _check_invoice_series(self, session):
        books = self.fiken_company_id
        if "fiken" not in self._vendors().mapped("issuer"):
            return
        yield from self._check_series(
            session,
            "/invoices/counter",
            self.env._("Invoice numbers in Fiken"),
            self.env._(
                "The invoice numbers have not been started in Fiken. Start them here"
                " at %(number)s, or enter another first number before.",
                number=books.first_invoice_number,
            ),
            "invoice_series_started",
            "action_start_invoice_series",
        )
        yield from self._check_series(
            session,
            "/creditNotes/counter",
            self.env._("Credit note numbers in Fiken"),
            self.env._(
                "The credit note numbers have not been started in Fiken. Start them"
                " here at %(number)s, or enter another first number before.",
                number=books.first_credit_note_number,
            ),
            "credit_series_started",
            "action_start_credit_series",
        )

    def _check_series(self, session, path, title, missing, field, cure):
        books = self.fiken_company_id
        _counter, error = self._ask(session, books._path(path))
        if not error:
            books.sudo()[field] = True
            yield self._line(GREEN, title, self.env._("Started."), books)
            return
        never = isinstance(error, errors.NotFound) or (
            isinstance(error, errors.FikenError)
            and errors.cause_of(error) == "number_series"
        )
        # Invoices go without credit notes, but not the other way round.
        level = YELLOW if never and field == "credit_series_started" else RED
        yield self._line(
            level,
            title,
            missing if never else self._explain(error),
            books if never else books.connection_id,
            cure if never else None,
        )

    def _check_bank_accounts(self):
        for vendor in self._vendors().filtered(lambda one: one.issuer == "fiken"):
            bank = vendor.bank_account_id
            title = self.env._("%(vendor)s: bank account", vendor=vendor.name)
            if not bank or bank.bank_inactive:
                text = self.env._("Choose an open bank account for Fiken's invoices.")
                yield self._line(RED, title, text, vendor)
                continue
            issued = self.env["fiken.binding"].search_count(
                [
                    ("fiken_company_id", "=", self.fiken_company_id.id),
                    ("resource", "=", "invoice"),
                ],
                limit=1,
            )
            yield self._line(
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

    def _check_projects(self, session):
        vendors = self._vendors().filtered("projects_enabled")
        if not vendors:
            return
        books = self.fiken_company_id
        _rows, error = self._ask(session, books._path("/projects?page=0&pageSize=1"))
        title = self.env._("Project module")
        if error:
            yield self._line(RED, title, self._explain(error), vendors)
            return
        without = vendors.filtered(lambda vendor: not vendor.analytic_plan_id)
        yield self._line(
            RED if without else GREEN,
            title,
            self.env._("Choose the analytic plan of the projects.")
            if without
            else self.env._("Active."),
            without or vendors,
        )

    def _check_schedule(self):
        for vendor in self._vendors().filtered(
            lambda one: "schedule" in (one.sale_trigger, one.bill_trigger)
        ):
            yield self._line(
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

    def _check_stock_valuation(self):
        categories = self.env["product.category"]
        if "property_valuation" not in categories._fields:
            return
        perpetual = categories.search(Domain.TRUE).filtered(
            lambda category: category.property_valuation == "real_time"
        )
        if perpetual:
            yield self._line(
                YELLOW,
                self.env._("Stock valuation"),
                self.env._(
                    "%(names)s value stock perpetually in Odoo. The connector never"
                    " sends stock values: keep them in one of the two systems.",
                    names=self._names(perpetual),
                ),
                perpetual,
            )

    # Helpers

    def _vendors(self):
        return self.fiken_company_id.vendor_ids.filtered(
            lambda vendor: vendor.accounting_system == "fiken"
        )

    def _ledgers(self):
        return self._vendors().ledger_id

    def _label(self, record, name):
        """What the person chose, in the words of the form."""
        labels = dict(record._fields[name]._description_selection(self.env))
        return labels.get(record[name], "")

    def _names(self, records, limit=10):
        names = ", ".join(
            record._fiken_name(self.company_id)
            if record._name == "account.account"
            else record.display_name
            for record in records[:limit]
        )
        more = len(records) - limit
        return f"{names} … (+{more})" if more > 0 else names


class FikenSetupCheckLine(models.TransientModel):
    _name = "fiken.setup.check.line"
    _description = "Line of the Fiken Set-up Check"
    _order = "sequence, id"

    check_id = fields.Many2one("fiken.setup.check", ondelete="cascade")
    sequence = fields.Integer()
    state = fields.Selection(
        [(GREEN, "Right"), (YELLOW, "Look at it"), (RED, "Must be mended")]
    )
    title = fields.Char()
    text = fields.Text()
    res_model = fields.Char()
    res_id = fields.Many2oneReference(model_field="res_model")
    method = fields.Char()
    only_opens = fields.Boolean(compute="_compute_only_opens")

    @api.depends("method")
    def _compute_only_opens(self):
        for line in self:
            line.only_opens = (line.method or "action_open").startswith("action_open")

    def action_mend(self):
        """Go to the cure."""
        self.ensure_one()
        if not self.res_model:
            return False
        record = self.env[self.res_model].browse(self.res_id)
        if self.method in CURES:
            return getattr(record, self.method)()
        return {
            "type": "ir.actions.act_window",
            "res_model": self.res_model,
            "res_id": self.res_id,
            "view_mode": "form",
            "views": [(False, "form")],
        }
