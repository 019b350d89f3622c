"""Random documents of every kind, and Odoo's journal held against Fiken's books.

Shared by tests and benchmarks: nothing in here knows how either is run, and nothing of
the addon takes part in the comparison.
"""

from . import bills, choices, drafts, sales
from .cards import CARDS, Card, plan
from .compared import compare
from .game import play
from .world import World

__all__ = ["CARDS", "Card", "World", "compare", "plan", "play"]
