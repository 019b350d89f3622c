from psycopg2.extras import Json

from odoo import api, fields, models
from odoo.tools import SQL

from .pos_scope import SESSION_JOURNAL

# ``invoice`` of an order that is no more.
GONE = -1
# How an order and its payments are now, beside what was seen when it was booked. Which
# means paid how much is one number: a change of two of them always changes it.
FACTS = SQL(
    """
    COALESCE((o.amount_total * 100)::bigint, 0) AS total,
    CASE WHEN o.id IS NULL THEN 0 ELSE COALESCE(p.paid, 0) END AS paid,
    CASE WHEN o.id IS NULL THEN 0 ELSE COALESCE(p.means, 0) END AS means,
    CASE WHEN o.id IS NULL THEN -1 ELSE COALESCE(o.account_move, 0) END AS invoice
    """
)
# Of each order by itself, where a day is looked at: what was written a moment ago is in
# no statistics of PostgreSQL, which would join each order with each payment.
PAID = SQL(
    """
    SUM((p.amount * 100)::bigint)::bigint AS paid,
    MOD(SUM((p.amount * 100)::bigint
            * (1 + MOD(p.payment_method_id::bigint * 40503, 65521))),
        2147483647)::bigint AS means
    """
)


class FikenSettlementReceipt(models.Model):
    """Which orders a day or a correction holds, and how they were when it took them.

    One row for each time that an order was booked: the first one's part is 0. The
    database refuses that two days book one order. ``content`` is what Fiken has of the
    order from then on; ``booked_by_id`` is the settlement on whose accounts it stands.

    Plain numbers without foreign keys, and millions of rows: they are written and read
    by SQL alone. An order may be deleted, its row stays.
    """

    _name = "fiken.settlement.receipt"
    _description = "Receipt of a Fiken Settlement"
    _log_access = False
    _rec_name = "order_id"

    settlement_id = fields.Integer(required=True, aggregator=None)
    order_id = fields.Integer(required=True, aggregator=None)
    part = fields.Integer(required=True, default=0, aggregator=None)
    is_current = fields.Boolean(required=True, default=True)
    booked_by_id = fields.Integer(aggregator=None)
    total = fields.Integer("Total (øre)")
    paid = fields.Integer("Paid (øre)")
    means = fields.Integer("By Which Means", aggregator=None)
    invoice = fields.Integer("Invoice Id", aggregator=None)
    content = fields.Json()

    _order_uniq = models.UniqueIndex(
        "(order_id, part)", "This receipt is part of a settlement already."
    )
    _settlement_idx = models.Index("(settlement_id)")

    # Writing

    @api.model
    def _hold(self, settlement, contents, booked_by=None):
        """A settlement takes these orders, as they are in this very moment.

        :param contents: {order id: what Fiken has of it then, as ``Receipt.dump``
            makes it}
        :param booked_by: {order id: id of the settlement on whose accounts that is},
            where it is another one
        """
        if not contents:
            return
        booked_by = booked_by or {}
        ids = list(contents)
        self.env.cr.execute(
            SQL(
                """
                WITH kept AS MATERIALIZED (
                    SELECT *
                      FROM UNNEST(%(ids)s::int[], %(booked_by)s::int[],
                                  %(contents)s::jsonb[])
                        AS kept(order_id, booked_by_id, content)),
                before AS (
                    UPDATE fiken_settlement_receipt r SET is_current = FALSE
                      FROM kept
                     WHERE r.order_id = kept.order_id AND r.is_current
                 RETURNING r.order_id, r.part)
                INSERT INTO fiken_settlement_receipt (
                       settlement_id, order_id, part, is_current, booked_by_id,
                       total, paid, means, invoice, content)
                SELECT %(settlement)s, kept.order_id, COALESCE(before.part + 1, 0),
                       TRUE, kept.booked_by_id, facts.*, kept.content
                  FROM kept
             LEFT JOIN before ON before.order_id = kept.order_id
             LEFT JOIN pos_order o ON o.id = kept.order_id
                   AND o.state NOT IN ('draft', 'cancel')
             LEFT JOIN LATERAL (
                       SELECT %(paid)s FROM pos_payment p
                        WHERE p.pos_order_id = kept.order_id) p ON TRUE
        CROSS JOIN LATERAL (SELECT %(facts)s) facts
                """,
                settlement=settlement.id,
                ids=ids,
                booked_by=[booked_by.get(one, settlement.id) for one in ids],
                contents=[Json(contents[one]) for one in ids],
                paid=PAID,
                facts=FACTS,
            )
        )

    @api.model
    def _release(self, settlements):
        """They hold nothing any more; whoever held it before holds it again."""
        self.env.cr.execute(
            SQL(
                """
                WITH gone AS (
                    DELETE FROM fiken_settlement_receipt
                     WHERE settlement_id = ANY(%s)
                 RETURNING order_id, part)
                UPDATE fiken_settlement_receipt r SET is_current = TRUE
                  FROM gone
                 WHERE r.order_id = gone.order_id AND r.part = gone.part - 1
                """,
                settlements.ids,
            )
        )

    @api.model
    def _note_facts(self, order_ids):
        """They are as they are now without anything to book."""
        if not order_ids:
            return
        self.env.cr.execute(
            SQL(
                """
                UPDATE fiken_settlement_receipt r
                   SET total = facts.total, paid = facts.paid, means = facts.means,
                       invoice = facts.invoice
                  FROM fiken_settlement_receipt kept
             LEFT JOIN pos_order o ON o.id = kept.order_id
                   AND o.state NOT IN ('draft', 'cancel')
             LEFT JOIN LATERAL (
                       SELECT %(paid)s FROM pos_payment p
                        WHERE p.pos_order_id = kept.order_id) p ON TRUE
        CROSS JOIN LATERAL (SELECT %(facts)s) facts
                 WHERE r.id = kept.id AND kept.order_id = ANY(%(ids)s)
                   AND kept.is_current
                """,
                paid=PAID,
                facts=FACTS,
                ids=list(order_ids),
            )
        )

    # Reading

    @api.model
    def _is_outdated(self, settlement):
        """Whether orders of a settlement changed, or came, before anything was sent."""
        rows = self.env.execute_query(
            SQL(
                """
                SELECT FROM fiken_settlement_receipt r
             LEFT JOIN pos_order o ON o.id = r.order_id
                   AND o.state NOT IN ('draft', 'cancel')
             LEFT JOIN LATERAL (
                       SELECT %(paid)s FROM pos_payment p
                        WHERE p.pos_order_id = r.order_id) p ON TRUE
        CROSS JOIN LATERAL (SELECT %(facts)s) facts
                 WHERE r.settlement_id = %(settlement)s
                   AND (r.total, r.paid, r.means, r.invoice)
                       IS DISTINCT FROM
                       (facts.total, facts.paid, facts.means, facts.invoice)
                 LIMIT 1
                """,
                paid=PAID,
                facts=FACTS,
                settlement=settlement.id,
            )
        )
        if rows or settlement.kind != "day":
            return bool(rows)
        days = self.env["fiken.pos.day"]
        journals = days._journals(settlement.vendor_id, settlement.day)
        return any(
            journal_id in journals
            for _order_id, _moment, journal_id in self._new(
                settlement.vendor_id, [settlement.begin_at], [settlement.end_at]
            )
        )

    @api.model
    def _is_corrected(self, settlement):
        """Whether corrections hold something of what it holds, or of its day."""
        return bool(
            self.env.execute_query(
                SQL(
                    """
                    SELECT FROM fiken_settlement_receipt
                     WHERE settlement_id = %(settlement)s AND NOT is_current
                     UNION ALL
                    SELECT FROM fiken_settlement s
                      JOIN fiken_settlement_receipt r ON r.settlement_id = s.id
                     WHERE s.corrects_id = %(settlement)s
                     LIMIT 1
                    """,
                    settlement=settlement.id,
                )
            )
        )

    @api.model
    def _contents(self, order_ids):
        """{order id: (id of the settlement on whose accounts, its content)}

        Of what a person left out nothing is in Fiken.
        """
        self.env["fiken.settlement"].flush_model(["state"])
        rows = self.env.execute_query(
            SQL(
                """
                SELECT r.order_id, r.booked_by_id,
                       CASE WHEN s.state = 'skipped' THEN '[]' ELSE r.content END
                  FROM fiken_settlement_receipt r
             LEFT JOIN fiken_settlement s ON s.id = r.booked_by_id
                 WHERE r.is_current AND r.order_id = ANY(%s)
                """,
                list(order_ids),
            )
        )
        return {order_id: (booked_by, content) for order_id, booked_by, content in rows}

    @api.model
    def _changed(self, vendor, days=None):
        """Orders that are not any more as they were when they were booked.

        What a settlement holds of which nothing is in Fiken yet is read again before it
        goes, and so is not looked at.

        :param days: only of these settlements and their corrections
        :return: [(id of the day's settlement, order id, total and invoice as they were
            seen, the same as they are now)]
        """
        return self.env.execute_query(
            SQL(
                """
            WITH fixed AS MATERIALIZED (
                SELECT s.id, COALESCE(s.corrects_id, s.id) AS day_id
                  FROM fiken_settlement s
                 WHERE s.vendor_id = %(vendor)s AND %(is_meant)s
                   AND s.state IN ('sent', 'failed', 'booked', 'corrected', 'skipped')
                   AND (s.state = 'skipped' OR EXISTS (
                        SELECT FROM fiken_binding link
                         WHERE link.res_model = 'fiken.settlement'
                           AND link.res_id = s.id AND link.active)))
            SELECT fixed.day_id, r.order_id, r.total, r.invoice, facts.total,
                   facts.invoice
              FROM fixed
              JOIN fiken_settlement_receipt r ON r.settlement_id = fixed.id
               AND r.is_current
         LEFT JOIN pos_order o ON o.id = r.order_id
               AND o.state NOT IN ('draft', 'cancel')
         LEFT JOIN (SELECT p.pos_order_id, %(paid)s
                      FROM pos_payment p
                     WHERE %(is_paid)s
                  GROUP BY p.pos_order_id) p ON p.pos_order_id = r.order_id
        CROSS JOIN LATERAL (SELECT %(facts)s) facts
             WHERE (r.total, r.paid, r.means, r.invoice)
                   IS DISTINCT FROM
                   (facts.total, facts.paid, facts.means, facts.invoice)
          ORDER BY r.order_id
            """,
                vendor=vendor.id,
                is_meant=SQL("TRUE")
                if days is None
                else SQL("COALESCE(s.corrects_id, s.id) = ANY(%s)", days.ids),
                is_paid=SQL("TRUE")
                if days is None
                else SQL(
                    """
                p.pos_order_id IN (
                    SELECT r.order_id FROM fiken_settlement_receipt r
                     WHERE r.settlement_id IN (SELECT id FROM fixed))
                """
                ),
                paid=PAID,
                facts=FACTS,
            )
        )

    @api.model
    def _new(self, vendor, begins, ends):
        """Orders of some spans of time that no settlement and no invoice holds.

        Of closed sessions only; a person's look at the vendor decides whose they are.

        :param begins, ends: of the spans, in order
        :return: [(order id, its moment, the journal of its session)]
        """
        return self.env.execute_query(
            SQL(
                """
                WITH new AS MATERIALIZED (
                    SELECT o.id, o.date_order, o.session_id
                      FROM pos_order o
                     WHERE o.date_order >= %(begin)s AND o.date_order < %(end)s
                       AND o.state NOT IN ('draft', 'cancel')
                       AND o.account_move IS NULL
                       AND NOT EXISTS (SELECT FROM fiken_settlement_receipt r
                                        WHERE r.order_id = o.id))
                SELECT new.id, new.date_order, %(session_journal)s
                  FROM new
                  JOIN pos_session s ON s.id = new.session_id AND s.state = 'closed'
                  JOIN pos_config c ON c.id = s.config_id
                   AND c.company_id = ANY(%(companies)s)
                  JOIN res_company y ON y.id = c.company_id
             LEFT JOIN account_journal j ON j.id = c.journal_id
             LEFT JOIN account_move m ON m.id = s.move_id
                 WHERE COALESCE(j.currency_id, y.currency_id) = y.currency_id
                   AND new.date_order < (%(ends)s::timestamp[])[
                       WIDTH_BUCKET(new.date_order, %(begins)s::timestamp[])]
              ORDER BY new.id
                """,
                session_journal=SESSION_JOURNAL,
                begin=begins[0],
                end=max(ends),
                begins=begins,
                ends=ends,
                companies=vendor.company_id._fiken_members().ids,
            )
        )
