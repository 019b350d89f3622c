"""Reads a day of the point of sale: SQL, and a light loop over rows.

The rows of a big day would fill the ORM's cache for nothing, so records are asked only
for what is the same on many lines: accounts, taxes, kinds of products.
"""

from collections import defaultdict

from odoo.tools import SQL

from ...figures import pos_day as figures
from ...figures.pos_rounding import rounded, to_ore
from .pos_kinds import Kinds
from .pos_past import Past

ORDERS_AT_ONCE = 4000


class Turnover:
    """What the receipts of a scope add up to."""

    def __init__(self, env, vendor, scope, sessions, order_ids):
        """Nothing is read yet.

        :param sessions: [(:class:`figures.Session`, its row)], as ``Sessions`` found
        :param order_ids: of the scope, not invoiced, in order
        """
        self.env = env
        self.vendor = vendor
        self.scope = scope
        closed = {session.id: row["stop_at"] for session, row in sessions}
        past = Past(env, closed)
        # Where a session's lines belong: by its till, and by what held when it closed.
        self.places = {
            session.id: (session.config_id, past.moments[session.id])
            for session, _row in sessions
        }
        self.order_ids = order_ids
        config_ids = {config_id for config_id, _moment in self.places.values()}
        self.kinds = Kinds(env, vendor, config_ids, past)
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

    def _bucket(self, till, position_id, product_id, tax_id):
        taxes = self.kinds.taxes(position_id, (tax_id,) if tax_id else ())
        return Bucket(
            self.kinds.place(till, position_id, product_id),
            tuple(taxes.ids),
            *self.kinds.percentage(taxes),
        )

    # Receipts that are computed here

    def _read_lines(self):
        buckets, places = self.buckets, self.places
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
            key = (places[session_id], position_id, product_id, tax_id)
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
        config_id, _moment = self.places[receipt.session_id]
        is_per_line = self.kinds.is_per_line[config_id]
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
        till = self.places[order.session_id.id]
        key = (till, position_id, line.product_id.id, tuple(taxes.ids))
        if key not in self.buckets:
            place = self.kinds.place(till, position_id, line.product_id.id)
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
