from odoo import api, models


class FikenPosDay(models.AbstractModel):
    """Reads what a vendor's points of sale sold and were paid on a business day.

    A business day goes from the vendor's day-end hour to the same hour of the next day,
    in the vendor's time zone. Orders and their payments belong to the day of the order,
    cash in and out to the day it happened, the counting of a till to the day of the
    session's last order.
    """

    _name = "fiken.pos.day"
    _description = "Day of the Point of Sale"

    @api.model
    def _read(self, vendor, day):
        """The day's figures from closed sessions.

        :param day: datetime.date
        :return Day: of ``models/pos_figures.py``; an empty one when nothing happened
        """
        raise NotImplementedError

    @api.model
    def _days(self, vendor, since, until):
        """The business days with anything in them, in order; both ends included.

        :return: [datetime.date]
        """
        raise NotImplementedError

    @api.model
    def _late(self, vendor, day, order_ids):
        """What changed since a day was read that had these orders.

        :param order_ids: of that ``Day``
        :return Late: empty when the day consists of the same orders still
        """
        raise NotImplementedError

    @api.model
    def _bounds(self, vendor, day):
        """(begin, end) of a business day, naive UTC, right across DST changes."""
        raise NotImplementedError
