from collections import Counter, defaultdict
from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..models.outbox.fiken_job import STOPPED_STATES, UNDERWAY_STATES
from ..models.outbox.fiken_job_figures import Asked

# How far back the page looks.
DAYS = 14
# Above this it says "and more".
MANY = 1000
# Whose usual time to Fiken is told.
TIMED = ("sale", "bill", "settlement")
SALES = ("out_invoice", "out_refund", "out_receipt")


class FikenOverview(models.AbstractModel):
    """What is counted: each number in one statement for all books and shops."""

    _inherit = "fiken.overview"

    @api.model
    def _add_figures(self, books, places, page):
        super()._add_figures(books, places, page)
        if not books:
            return
        answers = self._last_answers(books.sudo().connection_id)
        for one, part in zip(books, page["books"], strict=True):
            part["connection"]["last_answer"] = self._moment(
                answers.get(one.sudo().connection_id.id)
            )
        self._add_done(places, page)
        self._add_open(books, page)
        self._add_todo(books, page)
        self._add_left(books, places, page)
        self._add_days(books, places, page)

    @api.model
    def _last_answers(self, connections):
        """{connection's id: when Fiken last answered well}"""
        return dict(
            self.env.execute_query(
                SQL(
                    """SELECT one.id, found.requested_at
                         FROM fiken_connection one
                   CROSS JOIN LATERAL (
                              SELECT requested_at FROM fiken_log
                               WHERE connection_id = one.id AND status < 300
                            ORDER BY requested_at DESC
                               LIMIT 1) found
                        WHERE one.id IN %s""",
                    tuple(connections.ids),
                )
            )
        )

    # What is done

    @api.model
    def _add_done(self, places, page):
        """Per switch: today's count and the last success; the usual time to Fiken."""
        jobs, resources = self.env["fiken.job"], self.env["fiken.resource"]
        wanted = {}  # (model, record id, kind): what is counted for it
        for books, records in places.items():
            shops = [one.id for one in records if one._name == "fiken.vendor"]
            for record, place in zip(
                records, self._books_of(page, books)["places"], strict=True
            ):
                owners = [record.id] if place["is_shop"] else [0, *shops]
                for kind in place["kinds"]:
                    wanted[record._name, record.id, kind["kind"]] = [
                        Asked(books.id, owner, name)
                        for owner in owners
                        for name in resources._flow_names(kind["kind"])
                    ]
        every = {one for asked in wanted.values() for one in asked}
        done = jobs._done_figures(every, self._midnight())
        for part in page["books"]:
            for place in part["places"]:
                for kind in place["kinds"]:
                    found = [
                        done[one]
                        for one in wanted[place["model"], place["id"], kind["kind"]]
                        if one in done
                    ]
                    kind["resources"] = resources._flow_names(kind["kind"])
                    kind["today"] = sum(count for count, _last in found)
                    kind["last"] = self._moment(
                        max((last for _count, last in found), default=None)
                    )
        timed = {name for kind in TIMED for name in resources._flow_names(kind)}
        seconds = jobs._median_seconds(
            [one for one in every if one.resource in timed],
            fields.Datetime.now() - timedelta(days=DAYS),
        )
        for part in page["books"]:
            part["seconds"] = seconds.get(part["id"])

    @api.model
    def _books_of(self, page, books):
        return next(part for part in page["books"] if part["id"] == books.id)

    # What is open

    @api.model
    def _add_open(self, books, page):
        """What waits and since when, and what stopped: all together and by switch."""
        waiting, stopped, since = Counter(), Counter(), {}
        by_kind = defaultdict(Counter)
        for row in self.env["fiken.job"]._open_figures(books):
            books_id, vendor_id, resource, state, count, begun = row
            if state in UNDERWAY_STATES:
                waiting[books_id] += count
                if begun:
                    since[books_id] = min(begun, since.get(books_id, begun))
            else:
                stopped[books_id, state] += count
            is_stopped = state in STOPPED_STATES
            by_kind[books_id, vendor_id, resource][is_stopped] += count
        for part in page["books"]:
            part["waiting"] = waiting[part["id"]]
            part["waiting_since"] = self._moment(since.get(part["id"]))
            part["failed"] = stopped[part["id"], "failed"]
            part["blocked"] = stopped[part["id"], "blocked"]
            for place in part["places"]:
                for kind in place["kinds"]:
                    found = sum(
                        (
                            counts
                            for (owner, vendor, resource), counts in by_kind.items()
                            if owner == part["id"]
                            and resource in kind["resources"]
                            and (not place["is_shop"] or vendor == place["id"])
                        ),
                        Counter(),
                    )
                    kind["waiting"], kind["stopped"] = found[False], found[True]

    @api.model
    def _add_todo(self, books, page):
        """What only a person can do, and what else they should look at."""
        todos = dict(
            self.env["fiken.todo"]._read_group(
                [
                    ("state", "=", "open"),
                    ("company_id", "in", books.company_id.ids),
                ],
                ["company_id"],
                ["__count"],
            )
        )
        Settlement = self.env["fiken.settlement"]
        missing = Settlement.search([("is_missing", "=", True)], limit=MANY)
        missing = Counter(missing.mapped(_books_id))
        differs = Settlement.search(
            [("differs", "=", True), ("state", "!=", "corrected")], limit=MANY
        )
        differs = Counter(differs.mapped(_books_id))
        drift = dict(
            self.env["fiken.drift"]._read_group(
                [("fiken_company_id", "in", books.ids)],
                ["fiken_company_id"],
                ["__count"],
            )
        )
        for one, part in zip(books, page["books"], strict=True):
            part["todos"] = todos.get(one.company_id, 0)
            part["missing_days"] = missing[one.id]
            part["differing_days"] = differs[one.id]
            part["drift"] = drift.get(one, 0)

    @api.model
    def _add_left(self, books, places, page):
        """What was confirmed before the connection, and nobody has decided about."""
        vendors = self.env["fiken.vendor"].union(
            *(
                record
                for records in places.values()
                for record in records
                if record._name == "fiken.vendor"
            )
        )
        left = vendors._left_of()
        for one, part in zip(books, page["books"], strict=True):
            part["left"] = [
                {"vendor_id": vendor.id, "text": text}
                for vendor, text in left.get(one, ())
            ]

    # The last days

    @api.model
    def _add_days(self, books, places, page):
        today = fields.Date.context_today(self)
        days = [today - timedelta(days=back) for back in reversed(range(DAYS))]
        sales = self._sales_by_day(days[0], days[-1])
        settled = self._settlements(books, days[0])
        for one, part in zip(books, page["books"], strict=True):
            own = settled.filtered(lambda day, one=one: day.fiken_company_id == one)
            totals = {day: [0.0, 0.0] for day in days}
            for day, odoo, fiken in sales.get(one.company_id.id, ()):
                totals[day][0] += odoo
                totals[day][1] += fiken
            for settlement in own:
                if settlement.day in totals:
                    totals[settlement.day][0] += settlement.gross
                    totals[settlement.day][1] += settlement.fiken_gross
            part["days"] = [
                {
                    "day": fields.Date.to_string(day),
                    "odoo": round(odoo, 2),
                    "fiken": round(fiken, 2),
                }
                for day, (odoo, fiken) in totals.items()
            ]
            by_shop = own.grouped("vendor_id")
            part["shops"] = [
                {
                    "id": shop.id,
                    "name": shop.name,
                    "days": [_day(day) for day in by_shop[shop].sorted("day")],
                }
                for shop in places[one]
                if shop in by_shop
            ]

    @api.model
    def _sales_by_day(self, since, until):
        """{id of company with books: [(day, sales in Odoo, of these in Fiken)]}

        Of documents that the user may read. In the company's currency, VAT included.
        """
        Move = self.env["account.move"]
        if not Move.has_access("read"):
            return {}
        self.env["fiken.binding"].flush_model()
        chosen = Move._search(
            Domain("invoice_date", ">=", since)
            & Domain("invoice_date", "<=", until)
            & Domain("state", "=", "posted")
            & Domain("move_type", "in", SALES)
        )
        rows = self.env.execute_query(
            SQL(
                """SELECT move.company_id, move.invoice_date,
                          sum(move.amount_total_signed),
                          sum(move.amount_total_signed) FILTER (WHERE EXISTS (
                              SELECT FROM fiken_binding
                               WHERE res_model = 'account.move' AND res_id = move.id
                                 AND active AND resource IN %s))
                     FROM account_move move
                    WHERE move.id IN %s
                 GROUP BY move.company_id, move.invoice_date""",
                Move._fiken_resources("booked"),
                chosen.subselect(),
            )
        )
        found = defaultdict(list)
        for company_id, day, odoo, fiken in rows:
            company = self.env["res.company"].browse(company_id)
            found[company._fiken_books().id].append((day, odoo or 0.0, fiken or 0.0))
        return found

    @api.model
    def _settlements(self, books, since):
        return self.env["fiken.settlement"].search_fetch(
            [("fiken_company_id", "in", books.ids), ("day", ">=", since)],
            [
                "day",
                "differs",
                "fiken_company_id",
                "fiken_gross",
                "gross",
                "kind",
                "state",
                "vendor_id",
            ],
        )


def _books_id(settlement):
    return settlement.fiken_company_id.id


def _day(settlement):
    return {
        "id": settlement.id,
        "day": fields.Date.to_string(settlement.day),
        "state": settlement.state,
        "differs": settlement.differs,
        "odoo": settlement.gross,
        "fiken": settlement.fiken_gross,
    }
