from bisect import bisect_right
from collections import defaultdict
from dataclasses import dataclass, field, replace

from odoo import api, fields, models
from odoo.tools import SQL

from ...figures.pos_day import ON_RECEIPTS, ROUNDING, load
from ...figures.receipt import Receipt, add_up
from ...figures.receipt import load as load_receipt
from ..connection.sentence import Amount, _lt, joined, stored
from .fiken_settlement_receipt import GONE
from .pos_scope import SESSION_JOURNAL, is_cash_move
from .pos_spans import is_kept

CAME, INVOICED, CHANGED, REMOVED = "came", "invoiced", "changed", "removed"


@dataclass
class Late:
    """What of a day is not any more as it is in Fiken.

    :ivar orders: {cause: {order id: whether its total is still what it was}}
    :ivar moved: whether cash was moved, or a till counted, that the day does not have
    """

    orders: dict = field(default_factory=lambda: defaultdict(dict))
    moved: bool = False


class FikenSettlement(models.Model):
    """What changed on a day after it was sent.

    Told from the receipts that it holds beside the orders as they are now, whatever
    products, taxes, tills and settings have become since.
    """

    _inherit = "fiken.settlement"

    # Actions

    def action_find_late_changes(self):
        """Whether orders of the day were changed after it was sent."""
        self._check_user()
        self.sudo()._find_late_changes()

    # Business: late changes

    @api.model
    def _look_at_former_days(self, vendor, since):
        """Nightly, all days of a vendor at once: what became of them in Odoo.

        :param date since: what changes without an order is looked for from then on
        """
        self._read_idle(vendor, since)
        self._find_late_of(vendor)
        self._note_unsent_invoices_of(vendor, since)

    def _find_late_changes(self):
        """Orders that were invoiced, edited or delivered after the day was sent."""
        for vendor, days in (
            self.filtered(lambda one: one.kind == "day").grouped("vendor_id").items()
        ):
            late = self._late(vendor, days)
            for day in days:
                day._tell_late(late.get(day.id, Late()))

    @api.model
    def _find_late_of(self, vendor):
        """The same of all days of a vendor, however old."""
        told = self.search([("vendor_id", "=", vendor.id), ("late_text", "!=", False)])
        late = self._late(vendor)
        for day in self.browse(late) | told:
            day._tell_late(late.get(day.id, Late()))

    def _tell_late(self, late):
        self.ensure_one()
        groups = self._late_groups(late)
        text = self._late_words(late, groups) if groups else ""
        if stored(text) == stored(self.late_text):
            return
        self.write({"late_text": text or False, "late_at": fields.Datetime.now()})
        if text:
            self._log_sentence(text)
            self._todo(text)

    @api.model
    def _late(self, vendor, days=None):
        """{id of the day's settlement: :class:`Late`}

        :param days: only of these; without, of all days of the vendor
        """
        found = defaultdict(Late)
        if self.env["fiken.pos.day"]._prepared(vendor) is None:
            return found
        receipts = self.env["fiken.settlement.receipt"].sudo()
        self.env["fiken.binding"].flush_model()
        for day_id, order_id, total, seen, total_now, invoice in receipts._changed(
            vendor, days
        ):
            cause = CHANGED
            if invoice == GONE:
                cause = REMOVED
            elif invoice and invoice != seen:
                cause = INVOICED
            elif seen > 0:
                # Its invoice is no more: it is a sale of the day again.
                cause = CAME
            found[day_id].orders[cause][order_id] = total == total_now
        for day_id, order_id in self._came(vendor, days):
            found[day_id].orders[CAME][order_id] = False
        for day_id in self._moved(vendor, days):
            found[day_id].moved = True
        return found

    @api.model
    def _kept_days(self, vendor, days=None):
        """[(id, day, begin, end, journals)] of what was sent or left out, in order."""
        return self.env.execute_query(
            SQL(
                """
                SELECT s.id, s.day, s.begin_at, s.end_at, s.journals
                  FROM fiken_settlement s
                 WHERE s.vendor_id = %s AND s.kind = 'day' AND s.begin_at IS NOT NULL
                   AND s.end_at > s.begin_at AND %s AND %s
                   AND (s.state != 'failed' OR EXISTS (
                        SELECT FROM fiken_binding link
                         WHERE link.res_model = 'fiken.settlement'
                           AND link.res_id = s.id AND link.active))
              ORDER BY s.begin_at
                """,
                vendor.id,
                is_kept(SQL("s")),
                SQL("TRUE") if days is None else SQL("s.id = ANY(%s)", days.ids),
            )
        )

    @api.model
    def _came(self, vendor, days=None):
        """[(id of the day's settlement, order)] of orders that no settlement holds."""
        kept = self._kept_days(vendor, days)
        if not kept:
            return
        begins, ends = [row[2] for row in kept], [row[3] for row in kept]
        journals, named = {}, {}
        rows = self.env["fiken.settlement.receipt"].sudo()._new(vendor, begins, ends)
        for order_id, moment, journal_id in rows:
            day_id, day = kept[bisect_right(begins, moment) - 1][:2]
            if day not in journals:
                journals[day] = self.env["fiken.pos.day"]._journals(vendor, day)
            if day_id not in named:
                figures = self.browse(day_id)._day()
                named[day_id] = {*figures.foreign, *figures.unfit} if figures else ()
            # What the day names as left out is no news.
            if journal_id in journals[day] and order_id not in named[day_id]:
                yield day_id, order_id

    @api.model
    def _moved(self, vendor, days=None):
        """Ids of days with cash that was moved, or counted, afterwards."""
        kept = self._kept_days(vendor, days)
        if not kept:
            return
        self.env["fiken.settlement.line"].flush_model()
        self.env["fiken.settlement.session"].flush_model()
        reader = self.env["fiken.pos.day"]
        journals = set(reader._journals(vendor, kept[-1][1]))
        journals.update(*(row[4] or () for row in kept))
        rows = self.env.execute_query(
            SQL(
                """
                WITH day AS (
                    SELECT * FROM UNNEST(%(ids)s::int[], %(begins)s::timestamp[],
                                         %(ends)s::timestamp[])
                        AS day(id, begin_at, end_at)),
                owner AS (
                    SELECT known.session_ref AS id,
                           BOOL_OR(s.vendor_id = %(vendor)s) AS is_own
                      FROM fiken_settlement_session known
                      JOIN fiken_settlement s ON s.id = known.settlement_id
                       AND %(is_kept)s
                  GROUP BY 1),
                session AS (
                    SELECT s.id, s.name, s.stop_at
                      FROM pos_session s
                      JOIN pos_config c ON c.id = s.config_id
                 LEFT JOIN account_move m ON m.id = s.move_id
                 LEFT JOIN owner ON owner.id = s.id
                     WHERE s.state = 'closed'
                       AND COALESCE(owner.is_own,
                                    %(session_journal)s = ANY(%(journals)s))),
                family AS (
                    SELECT s.id, COALESCE(s.corrects_id, s.id) AS day_id, s.kind
                      FROM fiken_settlement s
                     WHERE s.vendor_id = %(vendor)s AND %(is_kept)s),
                booked AS (
                    SELECT family.day_id AS id, SUM(l.net) AS amount
                      FROM family
                      JOIN fiken_settlement_line l ON l.settlement_id = family.id
                       AND l.kind IN ('cash_in', 'cash_out')
                     WHERE family.day_id = ANY(%(ids)s)
                  GROUP BY 1),
                moved AS (
                    SELECT day.id, SUM(l.amount) AS amount
                      FROM session
                      JOIN account_bank_statement_line l
                        ON l.pos_session_id = session.id
                       AND %(is_move)s
                      JOIN day ON l.create_date >= day.begin_at
                       AND l.create_date < day.end_at
                  GROUP BY 1)
                SELECT COALESCE(booked.id, moved.id)
                  FROM booked FULL JOIN moved ON moved.id = booked.id
                 WHERE COALESCE(booked.amount, 0) != COALESCE(moved.amount, 0)
                 UNION
                SELECT day.id
                  FROM session
                  JOIN day ON session.stop_at >= day.begin_at
                   AND session.stop_at < day.end_at
                 WHERE NOT EXISTS (
                       SELECT FROM fiken_settlement_session known
                         JOIN fiken_settlement s ON s.id = known.settlement_id
                          AND (s.kind = 'day' OR %(is_kept)s)
                        WHERE known.session_ref = session.id)
                """,
                ids=[row[0] for row in kept],
                begins=[row[2] for row in kept],
                ends=[row[3] for row in kept],
                journals=list(journals),
                vendor=vendor.id,
                session_journal=SESSION_JOURNAL,
                is_move=is_cash_move(SQL("l"), SQL("session")),
                is_kept=is_kept(SQL("s")),
            )
        )
        for (day_id,) in rows:
            if self.browse(day_id)._moved_since().others:
                yield day_id

    def _moved_since(self):
        """What moved without a receipt, less what the day and its corrections have."""
        self.ensure_one()
        day = self.env["fiken.pos.day"]._read_moved(self.vendor_id, self.day)
        day = replace(
            day,
            others=tuple(one for one in day.others if one.kind not in ON_RECEIPTS),
            sessions=tuple(one for one in day.sessions if not one.is_open),
        )
        family = self | self.correction_ids.filtered(lambda one: one._is_taken())
        for settlement in family.filtered("figures"):
            before = settlement._day()
            day = day.since(
                replace(
                    before,
                    others=tuple(
                        one for one in before.others if one.kind not in ON_RECEIPTS
                    ),
                )
            )
        return replace(day, lines=(), payments=(), groups=())

    def _is_taken(self):
        """Whether a correction counts: it is on its way, in Fiken, or left out."""
        return self.state in ("sent", "failed", "booked") or self._is_left_out()

    # Business: what each cause comes to

    def _late_groups(self, late):
        """{(cause, id of the settlement on whose accounts): the figures' :class:`Day`}

        What has nothing to book is taken note of.
        """
        groups, ids = defaultdict(dict), set()
        for orders in late.orders.values():
            ids.update(orders)
        receipts = self.env["fiken.settlement.receipt"].sudo()
        contents = receipts._contents(ids)
        for cause, orders in late.orders.items():
            for order_id, is_total_same in orders.items():
                booked_by, content = contents.get(order_id, (False, []))
                groups[cause, cause != CAME and booked_by][order_id] = (
                    load_receipt(content),
                    is_total_same,
                )
        figures = {
            (cause, booked_by): self._late_figures(cause, orders)
            for (cause, booked_by), orders in groups.items()
        }
        if late.moved:
            came = figures.get((CAME, False)) or load(self._empty_figures())
            moved = self._moved_since()
            figures[CAME, False] = replace(
                came, others=came.others + moved.others, sessions=moved.sessions
            )
        for key, day in list(figures.items()):
            if not (day.lines or day.payments or day.others):
                receipts._note_facts(list(groups[key]))
                del figures[key]
        return figures

    def _empty_figures(self):
        return {"vendor_id": self.vendor_id.id, "date": str(self.day)}

    def _late_figures(self, cause, orders):
        """The figures of a correction.

        :param orders: {order id: (the :class:`Receipt` that Fiken has, whether its
            total is still the same)}
        """
        after, pay_later = dict.fromkeys(orders, Receipt()), ()
        if cause in (CAME, CHANGED):
            now = self.env["fiken.pos.day"]._read_orders(
                self.vendor_id, self.day, list(orders)
            )
            after.update(now.receipts())
            pay_later = now.pay_later
        for order_id, (before, is_total_same) in orders.items():
            if cause == CHANGED and not before:
                # Nothing of it is in Fiken, because somebody left it out.
                after[order_id] = Receipt()
            elif cause == CHANGED and is_total_same and after[order_id]:
                # It was paid otherwise; what was sold is what it was.
                after[order_id] = _paid_anew(before, after[order_id])
        pairs = [(-1, before) for before, _same in orders.values()]
        pairs += [(1, receipt) for receipt in after.values()]
        return replace(
            load(self._empty_figures()),
            order_ids=tuple(sorted(orders)),
            pay_later=pay_later,
            receipts=lambda: after,
            **add_up(pairs),
        )

    def _late_words(self, late, groups):
        """What changed, in a sentence."""
        values = {
            "number": self.number,
            "gross": Amount(sum(day.gross for day in groups.values())),
            "paid": Amount(sum(day.paid for day in groups.values())),
        }
        parts = [
            _lt(
                "After %(number)s was skipped, the day changed: turnover %(gross)s,"
                " payments %(paid)s.",
                **values,
            )
            if self.state == "skipped"
            else _lt(
                "After %(number)s was sent, the day changed: turnover %(gross)s,"
                " payments %(paid)s.",
                **values,
            )
        ]
        causes = {cause for cause, _booked_by in groups}
        for cause, words in (
            (CAME, _lt("Came afterwards:")),
            (INVOICED, _lt("Invoiced afterwards:")),
            (CHANGED, _lt("Changed afterwards:")),
            (REMOVED, _lt("No longer part of the day:")),
        ):
            ids = list(late.orders.get(cause, ()))
            if cause in causes and ids:
                orders = self.env["pos.order"].sudo().browse(ids).exists()
                names = f"{', '.join(orders.mapped('name')) or len(ids)}."
                parts.append(joined(words, names, separator=" "))
        if late.moved:
            parts.append(_lt("Cash was moved or counted afterwards."))
        if late.orders.get(CAME):
            parts.append(
                _lt("Settle the day later if sales come after its time of day.")
            )
        return joined(*parts, separator=" ")


def _paid_anew(before, after):
    """A receipt as it was booked, with its payments and their rounding as they are."""
    others = tuple(one for one in before.others if one.kind != ROUNDING)
    others += tuple(one for one in after.others if one.kind == ROUNDING)
    return replace(before, payments=after.payments, others=others)
