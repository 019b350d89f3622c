"""Reads a day of the point of sale: SQL, and a light loop over rows.

The rows of a big day would fill the ORM's cache for nothing, so records are asked only
for what is the same on many lines: accounts, taxes, kinds of products.
"""

from collections import defaultdict
from dataclasses import dataclass

from odoo.tools import SQL

from ...figures import pos_day as figures
from ...figures.pos_rounding import Percentage, rounded, to_ore

ORDERS_AT_ONCE = 4000
PAYMENT_PROGRAMS = ("gift_card", "ewallet")


class Turnover:
    """What the receipts of a scope add up to."""

    def __init__(self, env, vendor, scope, sessions, order_ids):
        """:param order_ids: of the scope, not invoiced, in order"""
        self.env = env
        self.vendor = vendor
        self.scope = scope
        self.tills = {session.id: session.config_id for session in sessions}
        self.order_ids = order_ids
        self.kinds = Kinds(env, vendor, set(self.tills.values()))
        self.buckets = {}
        self.totals = defaultdict(int)
        self.receipts = {}
        self.specials = []
        self.counts = dict.fromkeys(figures.COUNTS, 0)
        self.left_to_odoo = []

    def add_up(self):
        self._read_lines()
        self._ask_odoo()
        self._count_returned()
        return self

    # What lines have in common

    def _bucket(self, config_id, position_id, product_id, tax_id):
        taxes = self.kinds.taxes(position_id, (tax_id,) if tax_id else ())
        return Bucket(
            self.kinds.place(config_id, position_id, product_id),
            tuple(taxes.ids),
            *self.kinds.percentage(taxes),
        )

    # Receipts that are computed here

    def _read_lines(self):
        buckets, tills = self.buckets, self.tills
        receipt = seen = None
        for (
            order_id,
            session_id,
            position_id,
            is_back,
            line_id,
            product_id,
            price,
            quantity,
            discount,
            is_odoos,
            tax_id,
        ) in self._rows():
            if line_id == seen:
                # The second tax of the same line.
                receipt.is_plain = False
                continue
            seen = line_id
            if receipt is None or receipt.order_id != order_id:
                self._close(receipt)
                receipt = Receipt(order_id, session_id, is_back)
            key = (tills[session_id], position_id, product_id, tax_id)
            bucket = buckets.get(key)
            if bucket is None:
                bucket = buckets[key] = self._bucket(*key)
            if is_odoos or not bucket.is_plain:
                receipt.is_plain = False
            receipt.buckets.append(bucket)
            receipt.lines.append(
                (
                    price,
                    -quantity if is_back else quantity,
                    discount,
                    bucket.percentage,
                    quantity * price < 0,
                )
            )
        self._close(receipt)

    def _rows(self):
        """A row per line and tax, receipt by receipt, lines in Odoo's order.

        Some thousand receipts at a time, which the database sorts in memory.
        """
        ids = self.order_ids
        for first in range(0, len(ids), ORDERS_AT_ONCE):
            rows = self._rows_between(
                ids[first], ids[first : first + ORDERS_AT_ONCE][-1]
            )
            self.kinds.load(rows)
            yield from rows

    def _rows_between(self, first_id, last_id):
        return self.env.execute_query(
            SQL(
                """
                SELECT o.id, o.session_id, o.fiscal_position_id, o.amount_total < 0,
                       l.id, l.product_id, l.price_unit::float8, l.qty::float8,
                       COALESCE(l.discount, 0)::float8,
                       jsonb_typeof(l.extra_tax_data) = 'object'
                       AND l.extra_tax_data != '{}',
                       t.account_tax_id
                  FROM pos_order o
                  JOIN pos_order_line l ON l.order_id = o.id
                   AND l.order_id BETWEEN %(first_id)s AND %(last_id)s
             LEFT JOIN account_tax_pos_order_line_rel t ON t.pos_order_line_id = l.id
                 WHERE %(is_on_receipts)s AND o.account_move IS NULL
                   AND o.id BETWEEN %(first_id)s AND %(last_id)s
              ORDER BY o.id, l.id
                """,
                first_id=first_id,
                last_id=last_id,
                is_on_receipts=self.scope.is_on_receipts,
            )
        )

    def _close(self, receipt):
        if receipt is None:
            return
        if not receipt.is_plain:
            self.left_to_odoo.append(receipt.order_id)
            return
        sign = -1 if receipt.is_back else 1
        is_per_line = self.kinds.is_per_line[self.tills[receipt.session_id]]
        amounts = rounded(receipt.lines, is_per_line)
        for line, bucket, (net, vat) in zip(
            receipt.lines, receipt.buckets, amounts, strict=True
        ):
            quantity = sign * line[1]
            self._add(receipt, bucket, sign * net, sign * vat, quantity, line)
        self._count(receipt)

    def _count(self, receipt):
        self.totals[receipt.session_id] += receipt.total
        self.receipts[receipt.order_id] = receipt
        receipt.buckets = receipt.lines = ()
        self.counts["sales"] += receipt.is_sale
        self.counts["returns"] += receipt.is_return
        self.counts["discounts"] += receipt.discounts
        self.counts["discounts_gross"] += receipt.discounts_gross

    def _add(self, receipt, bucket, net, vat, quantity, line):
        """Put a line where it belongs."""
        gross = net + vat
        receipt.total += gross
        is_return = quantity < 0 <= line[0]
        if is_return:
            receipt.is_return = True
        else:
            receipt.is_sale = True
        if bucket.place.kind and not vat:
            if gross:
                self.specials.append((receipt, bucket.place, gross))
            return
        receipt.sold.append((bucket, net, vat, quantity))
        bucket.net += net
        bucket.vat += vat
        bucket.quantity += quantity
        if is_return:
            receipt.returned += gross
            bucket.returned += gross
        elif gross < 0:
            receipt.discounts += 1
            receipt.discounts_gross -= gross
        if line[2]:
            self._count_discount(receipt, line[0] * quantity, line[2], gross)

    def _count_discount(self, receipt, before, discount, gross):
        receipt.discounts += 1
        receipt.discounts_gross += (
            round(gross * discount / (100 - discount))
            if discount < 100
            else to_ore(before)
        )

    # Receipts that Odoo computes

    def _ask_odoo(self):
        """Several taxes on a line, taxes that are no percentage, global discounts."""
        orders = self.env["pos.order"].browse(self.left_to_odoo)
        for order in orders.with_context(linked_to_pos=True):
            company = order.company_id
            engine = self.env["account.tax"].with_company(company)
            base_lines = order.with_company(company)._prepare_tax_base_line_values()
            engine._add_tax_details_in_base_lines(base_lines, company)
            engine._round_base_lines_tax_details(base_lines, company)
            self._add_base_lines(order, base_lines)

    def _add_base_lines(self, order, base_lines):
        receipt = Receipt(order.id, order.session_id.id, order.amount_total < 0)
        for base_line in base_lines:
            line = base_line["record"]
            details = base_line["tax_details"]
            sign = -base_line["sign"]
            net = details["total_excluded_currency"]
            net += details["delta_total_excluded_currency"]
            vat = sum(data["tax_amount_currency"] for data in details["taxes_data"])
            self._add(
                receipt,
                self._bucket_of(order, base_line),
                sign * to_ore(net),
                sign * to_ore(vat),
                line.qty,
                (line.price_unit, line.qty, line.discount),
            )
        self._count(receipt)

    def _bucket_of(self, order, base_line):
        line = base_line["record"]
        taxes = base_line["tax_ids"].flatten_taxes_hierarchy()
        position_id = order.fiscal_position_id.id or None
        config_id = order.session_id.config_id.id
        key = (config_id, position_id, line.product_id.id, tuple(taxes.ids))
        if key not in self.buckets:
            place = self.kinds.place(config_id, position_id, line.product_id.id)
            self.buckets[key] = Bucket(place, tuple(taxes.ids), None, False)
        return self.buckets[key]

    # What came out

    def _count_returned(self):
        buckets = self.buckets.values()
        returned = sum(bucket.returned for bucket in buckets)
        sold = sum(bucket.net + bucket.vat for bucket in buckets) - returned
        self.counts.update(returns_gross=returned, sales_gross=sold)

    def lines(self):
        sums = defaultdict(lambda: [0, 0])
        for bucket in self.buckets.values():
            place = bucket.place
            key = (
                place.account_id,
                place.ruled_by_id,
                bucket.tax_ids,
                place.project_ids,
            )
            sums[key][0] += bucket.net
            sums[key][1] += bucket.vat
        return tuple(
            figures.Line(*key, *amounts)
            for key, amounts in sorted(sums.items())
            if any(amounts)
        )

    def groups(self):
        sums = defaultdict(lambda: [0, 0, 0.0])
        for bucket in self.buckets.values():
            amounts = sums[bucket.place.category_id, bucket.tax_ids]
            amounts[0] += bucket.net
            amounts[1] += bucket.vat
            amounts[2] += bucket.quantity
        return tuple(
            figures.Group(*key, net, vat, round(quantity, 6))
            for key, (net, vat, quantity) in sorted(sums.items())
            if net or vat or round(quantity, 6)
        )


class Receipt:
    """An order: its lines while they are read, then what was sold on it.

    :ivar sold: [(:class:`Bucket`, net, VAT, quantity)]; what is owed to somebody is
        not in it
    :ivar total: of all lines
    """

    __slots__ = (
        "buckets",
        "discounts",
        "discounts_gross",
        "is_back",
        "is_plain",
        "is_return",
        "is_sale",
        "lines",
        "order_id",
        "returned",
        "session_id",
        "sold",
        "total",
    )

    def __init__(self, order_id, session_id, is_back):
        self.order_id = order_id
        self.session_id = session_id
        self.is_back = is_back
        self.is_plain = True
        self.is_sale = self.is_return = False
        self.lines = []
        self.buckets = []
        self.sold = []
        self.total = self.returned = 0
        self.discounts = self.discounts_gross = 0


class Bucket:
    """Where lines of one kind add up."""

    __slots__ = (
        "is_plain",
        "net",
        "percentage",
        "place",
        "quantity",
        "returned",
        "tax_ids",
        "vat",
    )

    def __init__(self, place, tax_ids, percentage, is_plain):
        self.place = place
        self.tax_ids = tax_ids
        self.percentage = percentage
        self.is_plain = is_plain
        self.net = self.vat = self.returned = 0
        self.quantity = 0.0


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

    def __init__(self, env, vendor, config_ids):
        self.env = env
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

    def place(self, config_id, position_id, product_id):
        key = (config_id, position_id, product_id)
        if key not in self.places:
            self.places[key] = self._place(*key)
        return self.places[key]

    def _place(self, config_id, position_id, product_id):
        till = self._one(self.configs, config_id)
        product = self._one(self.products, product_id).with_company(till.company_id)
        proposed = product._get_product_accounts()["income"]
        account = proposed or till.journal_id.default_account_id
        position = self._position(position_id)
        account = position.map_account(account)
        is_ruled = proposed and self.vendor._is_of_category(
            product.product_tmpl_id, "income", account, position
        )
        return Place(
            account_id=account.id or 0,
            category_id=product.categ_id.id or 0,
            ruled_by_id=product.categ_id.id or 0 if is_ruled else 0,
            project_ids=self._projects(product, account, till.company_id),
            kind=self._kind(product_id, account),
        )

    def _kind(self, product_id, account):
        """Money that is owed to somebody is no turnover, whatever the product is."""
        if product_id in self.tips:
            return figures.TIP
        if product_id in self.sold:
            return figures.GIFT_SOLD
        if product_id in self.redeemed:
            return figures.GIFT_REDEEMED
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
