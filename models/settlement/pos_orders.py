"""Reads the orders of points of sale: which they are, and how they were paid."""

from collections import defaultdict

from odoo.tools import SQL

from ...figures import pos_day as figures
from ...figures.pos_rounding import to_ore


class Orders:
    """The orders of a scope that are on receipts."""

    def __init__(self, env, scope):
        self.env = env
        self.scope = scope

    def ids(self):
        """Of those that were not invoiced, in order."""
        rows = self.env.execute_query(
            SQL(
                """
                SELECT o.id FROM pos_order o
                 WHERE %s AND o.account_move IS NULL
              ORDER BY o.id
                """,
                self.scope.is_on_receipts,
            )
        )
        return tuple(row[0] for row in rows)

    def unfit(self):
        """Those that are not invoiced and have a line with several taxes.

        Fiken takes one VAT type a line.
        """
        rows = self.env.execute_query(
            SQL(
                """
                SELECT o.id, l.id
                  FROM pos_order o
                  JOIN pos_order_line l ON l.order_id = o.id
                  JOIN account_tax_pos_order_line_rel r ON r.pos_order_line_id = l.id
                  JOIN account_tax t ON t.id = r.account_tax_id
                 WHERE %s AND o.account_move IS NULL
              GROUP BY o.id, l.id
                HAVING COUNT(*) > 1 OR BOOL_OR(t.amount_type = 'group')
              ORDER BY o.id
                """,
                self.scope.is_on_receipts,
            )
        )
        lines = self.env["pos.order.line"].browse([row[1] for row in rows])
        several = lines.filtered(
            lambda line: (
                len(line.tax_ids_after_fiscal_position.flatten_taxes_hierarchy()) > 1
            )
        )
        return tuple(sorted(set(several.order_id.ids)))

    def receipts(self):
        """(number of the first receipt, of the last)"""
        return tuple(
            "".join(
                row[0] or ""
                for row in self.env.execute_query(
                    SQL(
                        """
                        SELECT COALESCE(o.pos_reference, o.name)
                          FROM pos_order o
                         WHERE %s
                      ORDER BY o.date_order %s, o.id %s
                         LIMIT 1
                        """,
                        self.scope.is_on_receipts,
                        direction,
                        direction,
                    )
                )
            )
            for direction in (SQL("ASC"), SQL("DESC"))
        )

    def payments(self):
        rows = self.env.execute_query(
            SQL(
                """
                SELECT p.payment_method_id, SUM(p.amount),
                       COUNT(*) FILTER (WHERE p.is_change IS NOT TRUE),
                       ARRAY_AGG(DISTINCT o.session_id)
                  FROM pos_payment p
                  JOIN pos_order o ON o.id = p.pos_order_id
                 WHERE %s AND o.account_move IS NULL
              GROUP BY p.payment_method_id
              ORDER BY p.payment_method_id
                """,
                self.scope.is_on_receipts,
            )
        )
        return tuple(
            figures.Payment(means_id, to_ore(float(amount)), count, tuple(sessions))
            for means_id, amount, count, sessions in rows
        )

    def invoiced(self):
        rows = self.env.execute_query(
            SQL(
                """
                SELECT o.id, o.name, o.account_move, o.amount_total,
                       p.payment_method_id, SUM(p.amount)
                  FROM pos_order o
             LEFT JOIN pos_payment p ON p.pos_order_id = o.id
                 WHERE %s AND o.account_move IS NOT NULL
              GROUP BY o.id, p.payment_method_id
              ORDER BY o.id, p.payment_method_id
                """,
                self.scope.is_on_receipts,
            )
        )
        orders, payments = {}, defaultdict(list)
        for order_id, name, invoice_id, total, means_id, amount in rows:
            orders[order_id] = (name, invoice_id, to_ore(float(total)))
            if means_id:
                payments[order_id].append((means_id, to_ore(float(amount))))
        return tuple(
            figures.Invoiced(order_id, *values, tuple(payments[order_id]))
            for order_id, values in orders.items()
        )

    def pay_later(self):
        """Sales on the customer's account without an invoice.

        An order without lines is a debt that somebody paid, and never an invoice.
        """
        methods = (
            self.env["pos.payment.method"]
            .with_context(active_test=False)
            .search([("journal_id", "=", False)])
            .filtered(lambda method: method.type == "pay_later")
        )
        if not methods:
            return ()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT o.id, o.name, SUM(p.amount)
                  FROM pos_payment p
                  JOIN pos_order o ON o.id = p.pos_order_id
                 WHERE %s AND o.account_move IS NULL AND p.payment_method_id IN %s
                   AND EXISTS (SELECT FROM pos_order_line l WHERE l.order_id = o.id)
              GROUP BY o.id
                HAVING SUM(p.amount) != 0
              ORDER BY o.id
                """,
                self.scope.is_on_receipts,
                tuple(methods.ids),
            )
        )
        return tuple(
            figures.PayLater(order_id, name, to_ore(float(amount)))
            for order_id, name, amount in rows
        )
