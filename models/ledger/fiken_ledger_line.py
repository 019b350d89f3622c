from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain

from ...fiken_api import vat

# Fiken's cash account, where every means of payment starts.
CASH_CODE = "1901"
POS_METHOD = "pos.payment.method"
# What names the account, and what is kept of it.
ACCOUNT_FIELDS = {
    "fiken_account_id": "fiken_code",
    "purchase_account_id": "purchase_code",
}
ACCEPTED = {"is_proposal": False, "is_guess": False, "is_confirmed": True}
SOURCE_FIELDS = {"account_id", "category_id", "ledger_id"}


class FikenLedgerLine(models.Model):
    """One Odoo account, product category or means of payment, and its Fiken account."""

    _name = "fiken.ledger.line"
    _description = "Fiken Account Mapping Line"
    _inherit = ["fiken.setting.mixin"]
    _check_company_auto = True
    # By columns of its own: not every Fiken manager may read accounts and journals.
    _order = "ledger_id, kind, account_code, category_id, id"
    _fiken_released_model = "fiken.ledger"

    ledger_id = fields.Many2one(
        "fiken.ledger", "Account Mapping", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="ledger_id.company_id", store=True)
    fiken_company_id = fields.Many2one(related="ledger_id.fiken_company_id")
    kind = fields.Selection(
        [
            ("account", "Account"),
            ("category", "Product category"),
            ("means", "Means of payment"),
        ],
        compute="_compute_kind",
        store=True,
    )
    account_id = fields.Many2one(
        "account.account",
        "Odoo Account",
        ondelete="cascade",
        domain="[('company_ids', 'child_of', company_id)]",
    )
    account_code = fields.Char(
        compute="_compute_account_code",
        store=True,
        readonly=False,
        copy=False,
        help="The account's code in the account mapping's company. An import finds the"
        " account by it: names of accounts are not unique.",
    )
    category_id = fields.Many2one(
        "product.category", "Product Category", ondelete="cascade"
    )
    journal_id = fields.Many2one(
        "account.journal",
        "Payment Journal",
        ondelete="cascade",
        domain="[('company_id', 'child_of', company_id),"
        " ('type', 'in', ('bank', 'cash', 'credit'))]",
    )
    means_model = fields.Char()
    means_id = fields.Many2oneReference("Means", model_field="means_model")
    source_name = fields.Char("From Odoo", compute="_compute_source_name")
    fiken_code = fields.Char(
        "Fiken Account",
        required=True,
        help="XXXX, or XXXX:YYYYY with a sub-account. Of a product category: the"
        " account of its sales.",
    )
    purchase_code = fields.Char(
        "Purchase Account", help="The Fiken account of a product category's purchases."
    )
    fiken_account_id = fields.Many2one(
        "fiken.account",
        "Account in Fiken",
        compute="_compute_fiken_accounts",
        inverse="_inverse_fiken_account_id",
        domain="[('fiken_company_id', '=', fiken_company_id)]",
    )
    purchase_account_id = fields.Many2one(
        "fiken.account",
        "Purchase Account in Fiken",
        compute="_compute_fiken_accounts",
        inverse="_inverse_purchase_account_id",
        domain="[('fiken_company_id', '=', fiken_company_id)]",
    )
    fiken_name = fields.Char("Name in Fiken", compute="_compute_fiken_accounts")
    is_unknown = fields.Boolean(
        "Not in Fiken", compute="_compute_fiken_accounts", search="_search_is_unknown"
    )
    is_proposal = fields.Boolean("Proposed")
    is_guess = fields.Boolean(
        "A Guess",
        help="Fiken has no account with this code and meaning; a near one is proposed."
        " Nothing is booked on it before somebody accepts it.",
    )
    is_confirmed = fields.Boolean(
        "Confirmed",
        help="Somebody looked at it: this means of payment belongs on this account.",
    )
    awaits_confirmation = fields.Boolean(
        "To Confirm",
        compute="_compute_awaits_confirmation",
        search="_search_awaits_confirmation",
        help="No cash, and still on 1901, Fiken's cash account.",
    )

    _one_source = models.Constraint(
        "CHECK(num_nonnulls(account_id, category_id, journal_id, NULLIF(means_id, 0))"
        " = 1)",
        "An account mapping line maps one thing: an account, a product category, a"
        " payment journal or a payment method.",
    )
    _account_uniq = models.Constraint(
        "UNIQUE(ledger_id, account_id)",
        "The account mapping already has a line for this account.",
    )
    _category_uniq = models.Constraint(
        "UNIQUE(ledger_id, category_id)",
        "The account mapping already has a line for this product category.",
    )
    _journal_uniq = models.Constraint(
        "UNIQUE(ledger_id, journal_id)",
        "The account mapping already has a line for this payment journal.",
    )
    _means_uniq = models.UniqueIndex(
        "(ledger_id, means_model, means_id) WHERE means_model IS NOT NULL",
        "The account mapping already has a line for this payment method.",
    )

    # Constraints

    @api.constrains("fiken_code", "purchase_code")
    def _check_codes(self):
        for line in self:
            for code in (line.fiken_code, line.purchase_code):
                if code and not vat.is_account_code(code):
                    raise ValidationError(
                        self.env._(
                            "%(code)s, mapped from %(name)s, is not a Fiken account:"
                            " write four digits, or four, a colon and five.",
                            code=code,
                            name=line.source_name,
                        )
                    )

    @api.constrains("account_id", "journal_id")
    def _check_belongs(self):
        """Of the ledger's company or a branch of it, which Odoo's own check is not."""
        for line in self.sudo():
            owners = line.account_id.company_ids | line.journal_id.company_id
            if owners and line.company_id not in owners._fiken_books():
                raise ValidationError(
                    self.env._(
                        "%(ledger)s: %(name)s belongs to another company.",
                        ledger=line.ledger_id.name,
                        name=line.source_name,
                    )
                )

    @api.constrains("means_model", "means_id")
    def _check_means(self):
        for line in self.filtered("means_model"):
            known = line.means_model == POS_METHOD and POS_METHOD in self.env
            method = known and line._source()
            if not method or method.company_id._fiken_books() != line.company_id:
                raise ValidationError(
                    self.env._(
                        "%(ledger)s: the payment method does not exist, or belongs to"
                        " another company.",
                        ledger=line.ledger_id.name,
                    )
                )

    # Computes

    @api.depends("account_id", "category_id")
    def _compute_kind(self):
        for line in self:
            if line.account_id:
                line.kind = "account"
            else:
                line.kind = "category" if line.category_id else "means"

    @api.depends("account_id.code", "company_id")
    def _compute_account_code(self):
        for line in self:
            account = line.account_id.sudo().with_company(line.company_id)
            line.account_code = account.code

    @api.depends(
        "account_id.name",
        "account_code",
        "category_id.complete_name",
        "journal_id.name",
        "means_model",
        "means_id",
    )
    def _compute_source_name(self):
        sources = self._sources()
        for line in self:
            if line.account_id:
                line.source_name = line.account_id._fiken_name(line.company_id)
            else:
                source = sources[line]
                line.source_name = source.sudo().display_name if source else False

    @api.depends("fiken_code", "purchase_code", "company_id")
    def _compute_fiken_accounts(self):
        codes = {*self.mapped("fiken_code"), *self.mapped("purchase_code")} - {False}
        accounts = {
            (account.company_id, account.code): account
            for account in self.env["fiken.account"].search_fetch(
                [
                    ("company_id", "in", self.company_id.ids),
                    ("code", "in", list(codes)),
                ],
                ["bank_account_number", "code", "company_id", "name"],
            )
        }
        none = self.env["fiken.account"]
        charts = {
            fiken_company: bool(self.env["fiken.account"]._codes(fiken_company))
            for fiken_company in self.fiken_company_id
        }
        for line in self:
            account = accounts.get((line.company_id, line.fiken_code), none)
            purchase = accounts.get((line.company_id, line.purchase_code), none)
            line.fiken_account_id = account
            line.purchase_account_id = purchase
            line.fiken_name = account.name
            # A chart that was never read knows nothing, for or against.
            line.is_unknown = charts.get(line.fiken_company_id, False) and bool(
                (line.fiken_code and not account)
                or (line.purchase_code and not purchase)
            )

    @api.model
    def _search_is_unknown(self, operator, value):
        if operator != "in":
            return NotImplemented
        fiken_company = self.env["fiken.company"].search_fetch([], ["company_id"])
        return Domain.OR(self._unknown_domain(one) for one in fiken_company)

    @api.model
    def _unknown_domain(self, fiken_company):
        codes = list(self.env["fiken.account"]._codes(fiken_company))
        if not codes:
            return Domain.FALSE
        return Domain("company_id", "=", fiken_company.company_id.id) & (
            Domain("fiken_code", "not in", codes)
            | Domain("purchase_code", "not in", [False, *codes])
        )

    @api.depends("kind", "fiken_code", "is_confirmed", "journal_id", "means_id")
    def _compute_awaits_confirmation(self):
        asked = self.filtered(
            lambda line: line.kind == "means"
            and line.fiken_code == CASH_CODE
            and not line.is_confirmed
        )
        sources = asked._sources()
        for line in self:
            line.awaits_confirmation = line in asked and not _is_cash(sources[line])

    @api.model
    def _search_awaits_confirmation(self, operator, value):
        if operator != "in":
            return NotImplemented
        lines = self.search(
            [
                ("kind", "=", "means"),
                ("fiken_code", "=", CASH_CODE),
                ("is_confirmed", "=", False),
            ]
        )
        return Domain("id", "in", lines.filtered("awaits_confirmation").ids)

    @api.depends("source_name", "fiken_code", "purchase_code")
    def _compute_display_name(self):
        for line in self:
            codes = " / ".join(line._mapped_to())
            line.display_name = f"{line.source_name or ''} → {codes}"

    @api.onchange("fiken_account_id")
    def _onchange_fiken_account_id(self):
        if self.fiken_account_id:
            self.fiken_code = self.fiken_account_id.code

    @api.onchange("purchase_account_id")
    def _onchange_purchase_account_id(self):
        if self.purchase_account_id:
            self.purchase_code = self.purchase_account_id.code

    def _inverse_fiken_account_id(self):
        """The code is what is kept: see ``_with_codes``."""

    def _inverse_purchase_account_id(self):
        """The code is what is kept: see ``_with_codes``."""

    # CRUD

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(
            [self._with_account(self._with_codes(vals)) for vals in vals_list]
        )
        self._forget_codes()
        chosen = lines.filtered(lambda line: not line.is_proposal)
        chosen._log_changes(dict.fromkeys(chosen, ()))
        return lines

    def write(self, vals):
        before = {line: line._mapped_to() for line in self}
        vals = self._with_account(self._with_codes(vals), self.ledger_id[:1])
        if vals.get("is_proposal") is False and "is_guess" not in vals:
            vals["is_guess"] = False
        result = super().write(vals)
        changed = self.filtered(lambda line: before[line] != line._mapped_to())
        if "is_proposal" not in vals:
            # Another code is a person's choice; the same one, imported, is not.
            super(FikenLedgerLine, changed).write(ACCEPTED)
        self._forget_codes()
        changed._log_changes(before)
        return result

    def unlink(self):
        for _ledger, lines in self.grouped("ledger_id").items():
            lines._log_changes({line: line._mapped_to() for line in lines}, gone=True)
        result = super().unlink()
        self._forget_codes()
        return result

    @api.model
    def _with_codes(self, vals):
        """The type-ahead fields name accounts; their codes are what is kept."""
        vals = dict(vals)
        for name, code_name in ACCOUNT_FIELDS.items():
            if name not in vals:
                continue
            account = self.env["fiken.account"].browse(vals.pop(name) or [])
            if account or name == "purchase_account_id":
                vals.setdefault(code_name, account.code)
        return vals

    @api.model
    def _with_account(self, vals, ledger=None):
        """The account whose code was imported, in place of the code."""
        code = vals.pop("account_code", None)
        if code and not vals.get("account_id"):
            ledger = ledger or self.env["fiken.ledger"].browse(vals.get("ledger_id"))
            vals["account_id"] = ledger._account_by_code(code).id
        return vals

    @api.model
    def _forget_codes(self):
        self.env["fiken.company"]._forget_routes()

    def _fiken_release(self):
        result = super()._fiken_release()
        self.env["fiken.ledger"]._look_at_told_gaps()
        return result

    # Actions

    def action_accept(self):
        """It is right as proposed; a means of payment is confirmed with it."""
        self.write(ACCEPTED)

    def action_accept_together(self):
        """Accept these, but for what a person confirms one by one."""
        means = self.filtered("awaits_confirmation")
        guesses = self.filtered("is_guess") if len(self) > 1 else self.browse()
        (self - means - guesses).action_accept()
        reload = {"type": "ir.actions.client", "tag": "soft_reload"}
        texts = []
        if means:
            texts.append(
                self.env._(
                    "No cash, and still on 1901, Fiken's cash account: %(names)s."
                    " Confirm each of them, or choose 1920: (bank) or 1960: (payment"
                    " provider).",
                    names=", ".join(means.mapped("source_name")),
                )
            )
        if guesses:
            texts.append(
                self.env._(
                    "%(count)s are guesses and were left: Fiken has no account of the"
                    " same code and meaning. Accept each of them, or choose another.",
                    count=len(guesses),
                )
            )
        if not texts:
            return reload
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "warning",
                "sticky": True,
                "message": "\n".join(texts),
                "className": "text-prewrap",
                "next": reload,
            },
        }

    # Business

    def _source(self):
        """The Odoo record that this line maps."""
        self.ensure_one()
        return self._sources()[self]

    def _sources(self):
        """{line: the Odoo record that it maps}, in a query or two for all."""
        there = {}
        for model, lines in self.grouped("means_model").items():
            if model and model in self.env:
                means = self.env[model].sudo().browse(lines.mapped("means_id"))
                there.update({(model, one.id): one for one in means.exists()})
        sources = {}
        for line in self:
            if line.means_model:
                sources[line] = there.get((line.means_model, line.means_id))
            else:
                sources[line] = line.account_id or line.category_id or line.journal_id
        return sources

    def _source_key(self):
        if self.means_model:
            return self.means_model, self.means_id
        source = self.account_id or self.category_id or self.journal_id
        return source._name, source.id

    def _mapped_to(self):
        return tuple(filter(None, (self.fiken_code, self.purchase_code)))

    def _is_used(self):
        """Whether documents are booked by it: a guess waits for a person."""
        return not self.is_guess

    def _log_changes(self, before, gone=False):
        """Who changed what, when, from and to: accountants ask."""
        for ledger, lines in self.grouped("ledger_id").items():
            rows = [
                f"{line.source_name}: {' / '.join(before[line]) or '–'} → "
                + ("–" if gone else " / ".join(line._mapped_to()))
                for line in lines
            ]
            ledger._message_log(body=Markup("<br/>").join(rows))


def _is_cash(means):
    """Whether a means of payment, if it is there still, is money in a drawer."""
    return bool(means) and means.sudo().type == "cash"
