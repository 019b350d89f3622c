"""Odoo's own tours, walked by a person at a desk or with a phone."""

from odoo.tests import HttpCase


class TourCase(HttpCase):
    """Tours are in static/tests/tours/; between them the worker runs."""

    def walks(self, user, tour, page):
        """This user takes a tour, which no error in the console spoils."""
        self.env.flush_all()
        self.start_tour(f"/odoo/{page}", tour, login=user.login)
        self.env.invalidate_all()

    def takes_a_phone(self):
        self.browser_size = "400x800"
        self.touch_enabled = True
