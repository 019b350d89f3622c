from odoo import models

from ..connection.sentence import Amount, _lt, joined, stored
from ..connection.sentence_field import SentenceField

# So many orders are named.
NAMED = 20


class FikenSettlement(models.Model):
    """What a person should look at on a day that is sent all the same."""

    _inherit = "fiken.settlement"

    notice = SentenceField(
        "To Look At",
        readonly=True,
        help="Cash that came or went between two sessions, and orders that are no part"
        " of the day.",
    )

    def _take_notice(self, day):
        """Tell it once: whoever has marked the to-do as done is not told again."""
        notice = joined(*self._openings(day), *self._left_out(day))
        if stored(notice) == stored(self.notice):
            return
        self.notice = notice or False
        if notice:
            self._todo(notice)

    def _openings(self, day):
        for session in day.sessions:
            if session.is_counted and session.opening_difference:
                yield _lt(
                    "%(session)s of %(till)s was opened with %(opening)s, but"
                    " %(counted)s had been counted before. The difference of"
                    " %(difference)s is not booked: enter it as cash in or out in the"
                    " point of sale, or book it in Fiken.",
                    session=session.name,
                    till=session.config_name,
                    opening=Amount(session.opening),
                    counted=Amount(session.last_counted),
                    difference=Amount(session.opening_difference),
                )

    def _left_out(self, day):
        if day.foreign:
            yield _lt(
                "Not part of this day, because they are in another currency:"
                " %(orders)s. Invoice them, or book them in Fiken.",
                orders=self._order_names(day.foreign),
            )
        if day.unfit:
            yield _lt(
                "Not part of this day, because a line has several taxes and Fiken"
                " takes one VAT type a line: %(orders)s. Give the product one tax;"
                " book these orders in Fiken.",
                orders=self._order_names(day.unfit),
            )

    def _order_names(self, ids):
        """Names of orders and their tills, as many as one can read."""
        orders = self.env["pos.order"].sudo().browse(ids[:NAMED]).exists()
        names = ", ".join(f"{one.name} ({one.config_id.name})" for one in orders)
        if len(ids) > NAMED:
            names = _lt(
                "%(names)s and %(count)s more", names=names, count=len(ids) - NAMED
            )
        return names

    def _close_todos(self):
        """Nothing is to be done any more, but for what its notice says."""
        self.env["fiken.todo"]._close_about(self._without_notice())

    def _without_notice(self):
        """Those whose to-do may be closed; that of the others says their notice."""
        noticed = self.filtered(lambda one: one.notice or one.unsent_invoices)
        for settlement in noticed:
            if self.env["fiken.todo"]._about(settlement):
                settlement._todo(joined(settlement.notice, settlement.unsent_invoices))
        return self - noticed
