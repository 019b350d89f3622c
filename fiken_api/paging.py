"""All rows of a list that Fiken answers page by page (fiken-api.md §2)."""

import itertools
import json

from .errors import Busy

PAGE_SIZE = 100
# Half a million rows. No list that anybody waits for is longer.
PAGE_LIMIT = 5000


def all_rows(ask):
    """Each row once, page after page.

    A row that moved to a later page while we read is not repeated.

    :param ask: takes the number of a page, from 0, and returns its
        :class:`.client.Answer`
    :raise Busy: the pages do not end
    """
    for rows, _is_last in pages(ask):
        yield from rows


def pages(ask, first=0, may_go_on=lambda: True):
    """The same page by page, for a list that is not read at one go.

    :param int first: the page to begin with
    :param may_go_on: asked before each page
    :return: yields (new rows of a page, whether no page follows)
    """
    known = set()
    for page in itertools.count(first):
        if not may_go_on():
            return
        answer = ask(page)
        rows = [row for row in answer.rows if _is_new(row, known)]
        if answer.rows and not rows:
            raise Busy("Fiken answers with the same page again and again.")
        ends = is_last(answer, page)
        yield rows, ends
        if ends:
            return


def is_last(answer, page):
    """Whether no page follows.

    A page that is full is believed to be the last only if the number of all rows
    agrees: a list that is silently cut would be taken for things that are not there.

    :param int page: its number, from 0
    :raise Busy: the list does not end
    """
    rows = len(answer.rows)
    if not rows:
        return True
    if page + 1 >= PAGE_LIMIT:
        raise Busy("Fiken's list does not end.")
    count = answer.number("Fiken-Api-Page-Count")
    if count is not None and page + 1 < count:
        return False
    size = answer.number("Fiken-Api-Page-Size") or PAGE_SIZE
    if rows != size:
        # Fewer: it is not full. More: the list is not paged at all.
        return True
    total = answer.number("Fiken-Api-Result-Count")
    return count is not None and total is not None and total <= (page + 1) * size


def _is_new(row, known):
    mark = hash(json.dumps(row, sort_keys=True))
    is_new = mark not in known
    known.add(mark)
    return is_new
