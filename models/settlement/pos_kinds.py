"""What the products, taxes and fiscal positions of a day's receipts mean."""

from dataclasses import dataclass

from ...figures import pos_day as figures
from ...figures.pos_rounding import Percentage

PAYMENT_PROGRAMS = ("gift_card", "ewallet")


@dataclass(frozen=True)
class Place:
    """Where a product's lines belong: turnover, or what ``kind`` says."""

    account_id: int
    category_id: int
    ruled_by_id: int
    project_ids: tuple
    kind: str


class Kinds:
    """What products, taxes and fiscal positions mean, asked once each."""

    def __init__(self, env, vendor, config_ids, past):
        self.env = env
        self.past = past
        self.vendor = vendor
        self.company = vendor.company_id
        self.places = {}
        self.taxes_of = {}
        self.configs = self._browse("pos.config", config_ids)
        # A till's company may be a branch, which rounds its own way.
        self.is_per_line = {
            till.id: till.company_id.tax_calculation_rounding_method == "round_per_line"
            for till in self.configs
        }
        self.positions = self._browse("account.fiscal.position", set())
        self.products = self._browse("product.product", set())
        self.tips = set(self.configs.tip_product_id.ids)
        self.sold, self.redeemed = self._cards()

    def load(self, rows):
        """Read together what will be asked for one by one.

        :param rows: of ``Turnover._rows_between``
        """
        self.positions |= self._browse(
            "account.fiscal.position", {row[2] for row in rows}
        )
        self.products |= self._browse("product.product", {row[5] for row in rows})

    def _browse(self, model, ids):
        return self.env[model].with_company(self.company).browse(ids - {None})

    def _cards(self):
        """(products that load a gift card or wallet, products that empty one)"""
        if "loyalty.program" not in self.env:
            return set(), set()
        programs = (
            self.env["loyalty.program"]
            .with_context(active_test=False)
            .search([("program_type", "in", PAYMENT_PROGRAMS)])
        )
        return (
            set(programs.rule_ids.product_ids.ids),
            set(programs.reward_ids.discount_line_product_id.ids),
        )

    def _one(self, records, record_id):
        """One of many that are read together."""
        return records.browse(record_id or []).with_prefetch(records.ids)

    def _position(self, position_id):
        return self._one(self.positions, position_id)

    def taxes(self, position_id, tax_ids):
        key = (position_id, tax_ids)
        if key not in self.taxes_of:
            taxes = self._browse("account.tax", set(tax_ids))
            taxes = self._position(position_id).map_tax(taxes)
            self.taxes_of[key] = taxes.flatten_taxes_hierarchy()
        return self.taxes_of[key]

    def percentage(self, taxes):
        """(the one :class:`Percentage` of a line or None, whether that says it all)"""
        if not taxes:
            return None, True
        if (
            len(taxes) > 1
            or taxes.amount_type != "percent"
            or taxes.has_negative_factor
        ):
            return None, False
        return Percentage(taxes.id, taxes.amount, taxes.price_include), True

    def place(self, till, position_id, product_id):
        """:param till: (its id, the moment as of which accounts are asked, or None)"""
        key = (till, position_id, product_id)
        if key not in self.places:
            self.places[key] = self._place(*key)
        return self.places[key]

    def _place(self, till, position_id, product_id):
        config_id, moment = till
        till = self._one(self.configs, config_id)
        product = self._one(self.products, product_id).with_company(till.company_id)
        kind = self._kind(product_id)
        # Who is told that tips or gift cards are on a wrong account may change it.
        as_of = None if kind else moment
        proposed, own, category = self.past.income(product, as_of)
        position = self._position(position_id)
        account = position.map_account(
            proposed or self.past.of_till(till.journal_id, as_of)
        )
        is_ruled = proposed and self.vendor._is_unchanged(
            account, proposed, own, position
        )
        return Place(
            account_id=account.id or 0,
            category_id=category.id or 0,
            ruled_by_id=category.id or 0 if is_ruled else 0,
            project_ids=self._projects(product, account, till.company_id),
            kind=kind or self._kind_of_account(account),
        )

    def _kind(self, product_id):
        """What a product is that is no turnover, or ''."""
        if product_id in self.tips:
            return figures.TIP
        if product_id in self.sold:
            return figures.GIFT_SOLD
        if product_id in self.redeemed:
            return figures.GIFT_REDEEMED
        return ""

    def _kind_of_account(self, account):
        """Money that is owed to somebody is no turnover, whatever the product is."""
        is_debt = (account.account_type or "").startswith("liability")
        return figures.OWED if is_debt else ""

    def _projects(self, product, account, company):
        """By the analytic distribution models that Odoo asks for a document's line.

        A share of less than all of it is another project's as well, or none's: 0.
        """
        vendor = self.vendor
        if not vendor.projects_enabled:
            return ()
        distribution = self.env[
            "account.analytic.distribution.model"
        ]._get_distribution(
            {
                "product_id": product.id,
                "product_categ_id": product.categ_id.id,
                "account_prefix": account.with_company(company).code,
                "company_id": company.id,
            }
        )
        shares, _rest = vendor._shares_of(distribution)
        if not shares.keys() - {vendor.default_project_id}:
            return ()
        return tuple(sorted(account.id or 0 for account in shares))
