"""When a vendor's business days begin and end, and which tills are whose on them."""

from bisect import bisect_left
from collections import defaultdict
from datetime import timedelta

import pytz

from odoo.tools import SQL

ONE_DAY = timedelta(days=1)


def is_kept(settlement):
    """The condition that a settlement's day is what it is, whatever is set now.

    It is on its way, in Fiken, or left out by a person.

    :param SQL settlement: its alias
    """
    return SQL(
        "(%(it)s.state IN ('sent', 'failed', 'booked', 'corrected')"
        " OR %(it)s.state = 'skipped' AND %(it)s.skipped_by_id IS NOT NULL)",
        it=settlement,
    )


class Spans:
    """The business days of a vendor, those between two days and their neighbours.

    A day that was sent keeps its begin, its end and its journals. The others go by the
    vendor's clock, and begin where the day before has ended: another hour holds from
    the first day that was not sent.
    """

    def __init__(self, env, vendor, since, until):
        self.vendor = vendor
        self.zone = pytz.timezone(vendor.tz)
        self.kept = {}
        self.others = defaultdict(set)
        rows = env.execute_query(
            SQL(
                """
                SELECT s.vendor_id, s.day, s.begin_at, s.end_at, s.journals
                  FROM fiken_settlement s
                 WHERE s.company_id = %(company)s AND s.kind = 'day' AND %(kept)s
                   AND s.begin_at IS NOT NULL AND s.day <= %(until)s
                   AND (s.day >= %(since)s OR s.id = (
                        SELECT b.id FROM fiken_settlement b
                         WHERE b.vendor_id = %(vendor)s AND b.kind = 'day'
                           AND b.begin_at IS NOT NULL AND b.day < %(since)s
                           AND %(kept_before)s
                      ORDER BY b.day DESC LIMIT 1))
              ORDER BY s.day
                """,
                company=vendor.company_id.id,
                vendor=vendor.id,
                since=since - ONE_DAY,
                until=until + ONE_DAY,
                kept=is_kept(SQL("s")),
                kept_before=is_kept(SQL("b")),
            )
        )
        for vendor_id, day, begin, end, journals in rows:
            if vendor_id == vendor.id:
                self.kept[day] = (begin, end, set(journals or ()))
            else:
                self.others[day].update(journals or ())
        self._days = list(self.kept)
        self._ends = []
        for _begin, end, _journals in self.kept.values():
            self._ends.append(max(end, self._ends[-1]) if self._ends else end)

    def of(self, day):
        """(begin, end) of a day, naive UTC, right across DST changes."""
        if day in self.kept:
            return self.kept[day][:2]
        begin = self.begin(day)
        after = self.kept.get(day + ONE_DAY)
        return begin, after[0] if after else max(begin, self._clock(day + ONE_DAY))

    def begin(self, day):
        if day in self.kept:
            return self.kept[day][0]
        before = self.kept.get(day - ONE_DAY)
        if before:
            return before[1]
        place = bisect_left(self._days, day)
        clock = self._clock(day)
        return max(clock, self._ends[place - 1]) if place else clock

    def journals(self, day, by_setting):
        """The journals of a day: those it was read with, else by what is set.

        What another vendor's day was read with stays that vendor's.

        :param by_setting: ids of those that are this vendor's on the day by their own
            setting, or as the default vendor's
        """
        kept = self.kept[day][2] if day in self.kept else set()
        return tuple(sorted(kept | (set(by_setting) - self.others[day])))

    def _clock(self, day):
        wall = self.zone.localize(self.vendor._begin_wall(day))
        return wall.astimezone(pytz.utc).replace(tzinfo=None)
