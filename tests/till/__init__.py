"""A shop with two tills for some weeks, and Odoo's books held against Fiken's.

Shared by a test and a benchmark: nothing in here knows how either is run, and no
function of the addon takes part in the comparison. What happens is made by Odoo's own
point of sale, at its time; the addon's crons run as they would.
"""

from . import events, receipts
from .compared import compare
from .events import EVENTS
from .game import play
from .receipts import KINDS
from .world import World

__all__ = ["EVENTS", "KINDS", "World", "compare", "events", "play", "receipts"]
