from odoo import api, models
from odoo.exceptions import UserError

from .fiken_guide import DONE, TODO


class FikenGuide(models.AbstractModel):
    """Which account in Fiken is which in Odoo: only what is used, and one by one."""

    _inherit = "fiken.guide"

    # Actions

    @api.model
    def choose_account(self, res_model, res_id, fiken_account_id, purchase_id=False):
        """An account, category or means of payment gets its account in Fiken."""
        self._check_manager()
        ledger = self._vendor().ledger_id
        if res_model not in ledger._mapped_models():
            raise UserError(self.env._("That cannot be mapped."))
        chart = self._fiken_company().account_ids
        accounts = self.env["fiken.account"].browse([fiken_account_id, purchase_id])
        sale, purchase = (one if one in chart else one.browse() for one in accounts)
        if not sale:
            raise UserError(self.env._("Choose an account of Fiken's chart."))
        ledger._map(self.env[res_model].browse(res_id), sale.code, purchase.code)
        return self._page()

    @api.model
    def set_no_tax(self, value):
        """What Fiken makes of sales lines without tax, in the shop's own mapping."""
        self._check_manager()
        self._vendor().ledger_id.sales_without_tax = value
        return self._page()

    # Business

    @api.model
    def _steps_mapping(self, place):
        """Both steps: what the company uses is looked up once."""
        ledger = place.vendor.ledger_id
        categories = ledger._categories()
        journals = ledger._journals()
        in_use = ledger._accounts_in_use(categories, journals)
        in_use.sudo().fetch(["account_type", "code_store", "name"])
        lines = self.env["fiken.ledger.line"].search_fetch(
            [("ledger_id", "=", ledger.id)]
        )
        return [
            self._step_accounts(place, lines, in_use),
            self._step_details(place, lines, in_use, categories, journals),
        ]

    def _step_accounts(self, place, lines, in_use):
        ledger = place.vendor.ledger_id
        none = lines.browse()
        lines = {line.account_id.id: line for line in lines}
        rows = []
        for account in in_use.sorted("code"):
            line = lines.get(account.id, none)
            state = self._state_of(line, account)
            rows.append(
                {
                    "id": account.id,
                    "model": account._name,
                    "name": account._fiken_name(ledger.company_id),
                    "state": state,
                    "fiken_id": line.fiken_account_id.id,
                    "fiken_name": line.fiken_account_id.display_name
                    or line.fiken_code
                    or "",
                }
            )
        unclear = [row for row in rows if row["state"] in ("guess", "missing", "gone")]
        if unclear:
            summary = self.env._(
                "%(count)s of %(all)s need an account.",
                count=len(unclear),
                all=len(rows),
            )
        else:
            summary = self.env._("All %(count)s have one.", count=len(rows))
        return self._step(
            "accounts",
            self.env._("Accounts in use"),
            TODO if unclear else DONE,
            summary,
            rows=unclear + [row for row in rows if row not in unclear],
            unclear=len(unclear),
            ledger_id=ledger.id,
            fiken_company_id=place.books.id,
        )

    def _state_of(self, line, account):
        if not line:
            return "missing"
        if line.is_unknown:
            return "gone"
        if line.is_guess:
            return "guess"
        code = account.with_company(line.company_id).code
        return "same" if line.fiken_code == code else "chosen"

    def _step_details(self, place, lines, in_use, categories, journals):
        ledger = place.vendor.ledger_id
        categories = ledger._unmapped_categories(categories)
        lines = lines.filtered(lambda line: line.kind == "means")
        means = ledger._means(journals)
        waiting = lines.filtered("awaits_confirmation")
        missing = ledger._unmapped_means(means, lines)
        names = {
            (one._name, one.id): one.display_name for group in means for one in group
        }
        asks_no_tax = place.books._is_vat_registered()
        is_open = (asks_no_tax and not ledger.sales_without_tax) or any(
            (categories, missing)
        )
        means = [
            {
                "model": line._source_key()[0],
                "id": line._source_key()[1],
                "line_id": line.id,
                "name": names.get(line._source_key()) or line.source_name,
                "fiken_id": line.fiken_account_id.id,
            }
            for line in waiting
        ] + [
            {
                "model": one._name,
                "id": one.id,
                "line_id": False,
                "name": one.display_name,
                "fiken_id": False,
            }
            for one in missing
        ]
        return self._step(
            "details",
            self.env._("Sales without tax, categories, payments"),
            TODO if is_open or waiting else DONE,
            self._setup_words(asks_no_tax, ledger, categories, means),
            asks_no_tax=asks_no_tax,
            no_tax=ledger.sales_without_tax,
            no_tax_choices=self._no_tax_choices(ledger, in_use),
            categories=[
                {"id": one.id, "model": one._name, "name": one.display_name}
                for one in categories
            ],
            means=means,
            fiken_company_id=place.books.id,
        )

    def _setup_words(self, asks_no_tax, ledger, categories, means):
        words = []
        if asks_no_tax and not ledger.sales_without_tax:
            words.append(self.env._("Choose what sales without tax are."))
        if categories:
            words.append(
                self.env._("%(count)s product categories.", count=len(categories))
            )
        if means:
            words.append(self.env._("%(count)s means of payment.", count=len(means)))
        return " ".join(words)

    def _no_tax_choices(self, ledger, in_use):
        """Each with the income accounts in use that Fiken does not take it with."""
        field = ledger._fields["sales_without_tax"]
        return [
            {
                "value": value,
                "label": label,
                "refused": ", ".join(ledger._odd_without_tax(value, in_use)),
            }
            for value, label in field._description_selection(self.env)
        ]
