from odoo import fields, models
from odoo.fields import Domain
from odoo.tools import format_date

from ...fiken_api import vat
from ..connection.fiken_company_setup import GREEN, RED, YELLOW, SetupCheck, SetupLine
from ..connection.sentence import say
from .fiken_ledger_gap import names_of

CHART_DAYS = 7


class FikenCompany(models.Model):
    """Whether all that is booked has its account and VAT type in Fiken."""

    _inherit = "fiken.company"

    def _setup_checks(self):
        return [
            *super()._setup_checks(),
            SetupCheck(20, self._check_setup_chart, ("action_fetch_accounts",)),
            SetupCheck(30, self._check_setup_enabled, ("action_enable",)),
            SetupCheck(
                40,
                self._check_setup_accounts,
                ("action_open_proposals", "action_open_gaps"),
            ),
            SetupCheck(50, self._check_setup_taxes),
            SetupCheck(
                60,
                self._check_setup_categories,
                ("action_open_categories", "action_open_gaps"),
            ),
            SetupCheck(
                70,
                self._check_setup_means,
                ("action_open_to_confirm", "action_open_gaps"),
            ),
            SetupCheck(80, self._check_setup_no_tax, ("action_open_no_tax",)),
            SetupCheck(90, self._check_setup_pairs),
        ]

    def _check_setup_chart(self, session):
        title = self.env._("Fiken's chart of accounts")
        if not self.accounts_fetched_at:
            yield SetupLine(
                RED,
                title,
                self.env._("It was never read."),
                self,
                "action_fetch_accounts",
            )
            return
        read_at = self.accounts_fetched_at
        age = (fields.Datetime.now() - read_at).days
        yield SetupLine(
            YELLOW if age > CHART_DAYS else GREEN,
            title,
            self.env._(
                "%(count)s accounts, read on %(day)s.",
                count=len(self.account_ids),
                day=format_date(self.env, read_at),
            ),
            self,
            "action_fetch_accounts" if age > CHART_DAYS else None,
        )

    def _check_setup_enabled(self, session):
        for vendor in self._setup_vendors():
            yield SetupLine(
                GREEN if vendor.enabled_since else RED,
                self.env._("%(vendor)s: enabled since", vendor=vendor.name),
                format_date(self.env, vendor.enabled_since)
                if vendor.enabled_since
                else self.env._("Nothing is sent before a day is chosen."),
                vendor,
                "action_enable",
            )

    def _check_setup_accounts(self, session):
        for ledger in self._setup_ledgers():
            title = self.env._("%(ledger)s: accounts", ledger=ledger.name)
            unmapped = ledger._unmapped_accounts()
            unknown = ledger.line_ids.filtered("is_unknown")
            in_use = ledger._accounts_in_use()
            proposed = ledger.account_line_ids.filtered(
                lambda line, in_use=in_use: line.is_proposal
                and line.account_id in in_use
            )
            # The same code is the same account; what stands elsewhere is looked at.
            elsewhere = proposed.filtered(
                lambda line: not line.is_guess and line.fiken_code != line.account_code
            )
            chart = self.env["fiken.account"]._codes(self)
            if unmapped:
                yield SetupLine(
                    RED,
                    title,
                    self.env._(
                        "Used in Odoo and not mapped, or only proposed: %(accounts)s",
                        accounts=names_of(unmapped, self.company_id),
                    ),
                    ledger,
                    # Where each has a line, accepting them is all there is to do.
                    "action_open_gaps"
                    if unmapped - proposed.account_id
                    else "action_open_proposals",
                )
            if unknown:
                yield SetupLine(
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
                    "action_open_gaps",
                )
            if elsewhere:
                yield SetupLine(
                    YELLOW,
                    title,
                    self.env._(
                        "Proposed by their meaning, under another code in Fiken:"
                        " %(lines)s",
                        lines=", ".join(
                            f"{line.source_name} → {line.fiken_code}"
                            for line in elsewhere[:10]
                        ),
                    ),
                    ledger,
                    "action_open_proposals",
                )
            if chart and ledger.rounding_code not in chart:
                yield SetupLine(
                    RED,
                    title,
                    self.env._(
                        "Fiken has no rounding account %(code)s.",
                        code=ledger.rounding_code,
                    ),
                    ledger,
                    "action_open_gaps",
                )
            elif not (unmapped or unknown or elsewhere):
                yield SetupLine(
                    GREEN,
                    title,
                    self.env._(
                        "All %(count)s accounts in use are mapped. Each of the others"
                        " is asked for when it is first needed.",
                        count=len(in_use),
                    ),
                    ledger,
                )

    def _check_setup_taxes(self, session):
        title = self.env._("Taxes")
        taxes = self._taxes_in_use()
        problems = {
            tax: tax._fiken_problem() for tax in taxes if tax.type_tax_use != "none"
        }
        if any(problems.values()) and self._is_vat_registered():
            for tax, problem in problems.items():
                if problem:
                    yield SetupLine(RED, title, say(self.env, problem), tax)
            return
        yield SetupLine(
            GREEN,
            title,
            self.env._("Every tax in use has its VAT type in Fiken."),
        )

    def _taxes_in_use(self):
        """Those of documents, drafts too, and those that products and the company
        propose: a tax is looked at before it stops a document.
        """
        lines = self.env["account.move.line"].sudo()
        products = self.env["product.template"].sudo()
        members = self.company_id._fiken_members().sudo()
        used = [
            ("parent_state", "!=", "cancel"),
            ("company_id", "child_of", self.company_id.id),
        ]
        taxes = members.account_sale_tax_id | members.account_purchase_tax_id
        for records, domain, name in (
            (lines, used, "tax_ids"),
            (products, [], "taxes_id"),
            (products, [], "supplier_taxes_id"),
        ):
            domain = [*domain, (name, "!=", False)]
            taxes |= taxes.union(
                *(row[0] for row in records._read_group(domain, [name]))
            )
        return taxes.filtered(lambda tax: tax.company_id in members)

    def _check_setup_categories(self, session):
        for ledger in self._setup_ledgers():
            title = self.env._("%(ledger)s: product categories", ledger=ledger.name)
            categories = self.env["product.category"].search(Domain.TRUE)
            unmapped = ledger._unmapped_categories()
            mapped = categories - unmapped
            chosen = mapped.filtered(ledger._is_category_chosen)
            if unmapped:
                yield SetupLine(
                    RED,
                    title,
                    self.env._(
                        "Not mapped: %(names)s",
                        names=names_of(unmapped, self.company_id),
                    ),
                    ledger,
                    "action_open_gaps",
                )
            if mapped - chosen:
                yield SetupLine(
                    YELLOW,
                    title,
                    self.env._(
                        "Booked on the company's default accounts, because nobody chose"
                        " others: %(names)s",
                        names=names_of(mapped - chosen, self.company_id),
                    ),
                    ledger,
                    "action_open_categories",
                )
            if categories == chosen:
                text = self.env._("All are mapped, by themselves or by their accounts.")
                yield SetupLine(GREEN, title, text, ledger)

    def _check_setup_means(self, session):
        for ledger in self._setup_ledgers():
            title = self.env._("%(ledger)s: means of payment", ledger=ledger.name)
            lines = ledger.means_line_ids
            missing = [means.display_name for means in ledger._unmapped_means()]
            waiting = lines.filtered("awaits_confirmation")
            if missing:
                yield SetupLine(
                    RED,
                    title,
                    self.env._("Not mapped: %(names)s", names=", ".join(missing)),
                    ledger,
                    "action_open_gaps",
                )
            if waiting:
                yield SetupLine(
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
                yield SetupLine(
                    GREEN,
                    title,
                    self.env._("%(count)s mapped.", count=len(lines)),
                    ledger,
                )

    def _check_setup_no_tax(self, session):
        if not self._is_vat_registered():
            return
        for ledger in self._setup_ledgers():
            chosen = ledger.sales_without_tax
            refused = chosen and ledger._odd_without_tax(
                chosen, ledger._untaxed_accounts()
            )
            if refused:
                yield SetupLine(
                    YELLOW,
                    self.env._("%(ledger)s: sales without tax", ledger=ledger.name),
                    self.env._(
                        "Fiken does not take “%(choice)s” with the accounts %(codes)s."
                        " An invoice line without a tax stops there: put a tax on the"
                        " products, or map the account to one that goes with it.",
                        choice=self._setup_label(ledger, "sales_without_tax"),
                        codes=", ".join(refused),
                    ),
                    ledger,
                    "action_open_no_tax",
                )
                continue
            yield SetupLine(
                GREEN if chosen else RED,
                self.env._("%(ledger)s: sales without tax", ledger=ledger.name),
                self._setup_label(ledger, "sales_without_tax")
                or self.env._(
                    "Choose what Fiken shall make of invoice lines that have no tax."
                ),
                ledger,
                "action_open_no_tax",
            )

    def _check_setup_pairs(self, session):
        """Accounts whose own tax Fiken's account help does not let them have."""
        title = self.env._("Accounts and VAT types")
        odd = []
        for ledger in self._setup_ledgers():
            for line in ledger.account_line_ids:
                odd += [
                    f"{line.fiken_code} + {self._setup_label(tax, 'fiken_vat_type')}"
                    for tax in line.account_id.tax_ids
                    if tax.company_id._fiken_books() == self.company_id
                    and tax.type_tax_use == "sale"
                    and tax.fiken_vat_type
                    and not vat.is_usual_pair(line.fiken_code, tax.fiken_vat_type)
                ]
        if odd:
            yield SetupLine(
                YELLOW,
                title,
                self.env._(
                    "Fiken's account help does not name these together: %(pairs)s. It"
                    " may refuse them.",
                    pairs=", ".join(sorted(set(odd))[:10]),
                ),
                self._setup_ledgers(),
            )
        else:
            yield SetupLine(
                GREEN, title, self.env._("The accounts' own taxes go with them.")
            )

    # Helpers

    def _setup_vendors(self):
        return self.vendor_ids.filtered(
            lambda vendor: vendor.accounting_system == "fiken"
        )

    def _setup_ledgers(self):
        return self._setup_vendors().ledger_id

    def _setup_label(self, record, name):
        """What the person chose, in the words of the form."""
        labels = dict(record._fields[name]._description_selection(self.env))
        return labels.get(record[name], "")
