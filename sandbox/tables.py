"""Tables that an accountant can read, for the pages that people see."""

from .money import kroner


class Table:
    """Headings (``#`` in front: a column of figures), rows of cells, and what is said
    when there are none.
    """

    def __init__(self, *headings: str):
        self.headings = [
            (heading.lstrip("#"), heading.startswith("#")) for heading in headings
        ]
        self.rows: list[dict] = []

    def row(self, *cells, style: str = "") -> None:
        self.rows.append(
            {"cells": ["" if cell is None else cell for cell in cells], "style": style}
        )


def day(date: str | None) -> str | None:
    """2026-01-31 → 31.01.2026"""
    return date and ".".join(reversed(date.split("-")))


def amount(value: int | None) -> str | None:
    return None if value is None else kroner(value)
