from odoo.tests import BaseCase

from ...fiken_api.client import Answer
from ...fiken_api.errors import Busy
from ...fiken_api.paging import all_rows


class TestPaging(BaseCase):
    """A list is read to its end, and what does not end is no list."""

    def all_of(self, *pages, **headers):
        """All rows of a list whose pages are these; further ones are empty."""
        self.asked = 0
        names = {
            "count": "Fiken-Api-Page-Count",
            "size": "Fiken-Api-Page-Size",
            "total": "Fiken-Api-Result-Count",
        }
        headers = {names[name]: str(value) for name, value in headers.items()}

        def ask(page):
            self.asked += 1
            return Answer(200, headers, pages[page] if page < len(pages) else [])

        return [row["id"] for row in all_rows(ask)]

    def rows(self, start, count=100):
        return [{"id": number} for number in range(start, start + count)]

    def test_no_request_more_than_there_are_pages(self):
        pages = [self.rows(0), self.rows(100, 50)]
        self.assertEqual(len(self.all_of(*pages, count=2)), 150)
        self.assertEqual(self.asked, 2)
        self.assertEqual(len(self.all_of(self.rows(0), count=1, total=100)), 100)
        self.assertEqual(self.asked, 1)

    def test_list_without_a_page_count_is_not_cut_off(self):
        pages = [self.rows(0), self.rows(100), self.rows(200, 1)]
        for count in ("", "many", "-1", "1e3", "٣"):
            self.assertEqual(len(self.all_of(*pages, count=count)), 201, count)
        self.assertEqual(len(self.all_of(*pages)), 201)

    def test_last_page_that_is_full_may_be_followed_by_an_empty_one(self):
        self.assertEqual(len(self.all_of(self.rows(0))), 100)
        self.assertEqual(self.asked, 2)

    def test_page_count_that_is_too_low_does_not_cut_the_list_off(self):
        pages = [self.rows(0), self.rows(100), self.rows(200, 1)]
        self.assertEqual(len(self.all_of(*pages, count=1)), 201)
        self.assertEqual(len(self.all_of(*pages, count=0, total=201)), 201)

    def test_page_count_that_is_too_high_ends_at_the_empty_page(self):
        self.assertEqual(len(self.all_of(self.rows(0, 7), count=10**9)), 7)
        self.assertEqual(self.asked, 2)

    def test_smaller_pages_than_asked_for(self):
        pages = [self.rows(0, 25), self.rows(25, 25), self.rows(50, 3)]
        self.assertEqual(len(self.all_of(*pages, size=25)), 53)
        self.assertEqual(len(self.all_of(*pages, count=3)), 53)

    def test_list_that_is_not_paged_at_all(self):
        self.assertEqual(len(self.all_of(self.rows(0, 475))), 475)
        self.assertEqual(self.asked, 1)

    def test_row_that_moves_to_the_next_page_is_there_once(self):
        ids = self.all_of(self.rows(0), self.rows(99, 20), count=2)
        self.assertEqual(ids, list(range(119)))

    def test_same_page_again_and_again_is_an_error(self):
        with self.assertRaises(Busy):
            self.all_of(*[self.rows(0)] * 10)

    def test_endless_list_is_an_error(self):
        pages = [[{"id": number}] for number in range(6000)]
        with self.assertRaises(Busy):
            self.all_of(*pages, count=10**9)
        self.assertLess(self.asked, 6000)

    def test_what_is_no_list_of_objects_is_an_error(self):
        for body in ({"id": 1}, None, b"<html>", [1, 2], [[]], [{"id": 1}, "x"]):
            with self.assertRaises(Busy, msg=body):
                self.all_of(body)
