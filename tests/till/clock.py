"""The time at which things happen, and in which order."""

import heapq
from contextlib import contextmanager
from datetime import datetime, time, timedelta
from unittest.mock import patch

import pytz
from freezegun import freeze_time

from odoo import fields, sql_db
from odoo.tests.test_cursor import TestCursor

ZONE = pytz.timezone("Europe/Oslo")


class Agenda:
    """What is going to happen, each at its time; days are numbered from 0.

    :param begin: the date of day 0
    :ivar now: naive UTC
    """

    def __init__(self, begin):
        self.begin = begin
        self.now = None
        self._entries = []
        self._count = 0

    def date(self, number):
        return self.begin + timedelta(days=number)

    def moment(self, number, clock):
        """Naive UTC of a day's "21:30" in Norway; "25:30" is half past one at night."""
        hours, minutes = map(int, clock.split(":"))
        wall = datetime.combine(
            self.date(number + hours // 24), time(hours % 24, minutes)
        )
        return ZONE.localize(wall).astimezone(pytz.utc).replace(tzinfo=None)

    def add(self, number, clock, action, *args):
        self.add_at(self.moment(number, clock), action, *args)

    def add_at(self, moment, action, *args):
        self._count += 1
        heapq.heappush(self._entries, (moment, self._count, action, args))

    def run(self):
        """Let it happen, at its time. What happens may add to it."""
        first = self._entries[0][0]
        with freeze_time(first, tick=True) as frozen, _database_too():
            while self._entries:
                self.now, _number, action, args = heapq.heappop(self._entries)
                frozen.move_to(self.now)
                action(*args)


@contextmanager
def _database_too():
    """When records were made and changed: a database's own clock cannot be set."""

    def now(_cursor):
        return fields.Datetime.now()

    with (
        patch.object(sql_db.BaseCursor, "now", now),
        patch.object(TestCursor, "now", now),
    ):
        yield


def wall(moment):
    """Norway's clock at a moment in UTC."""
    return pytz.utc.localize(moment).astimezone(ZONE).replace(tzinfo=None)
