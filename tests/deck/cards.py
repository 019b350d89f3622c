"""What a card of the deck is, and how the cards are dealt."""

from collections.abc import Callable
from dataclasses import dataclass
from math import ceil

# Every kind has at least this share of the documents.
LEAST = 0.03


@dataclass(frozen=True)
class Stop:
    """A kind that is not to be booked.

    :ivar why: the rule that it would break
    :ivar names: the setting or the field that the sentence on the document must name
    """

    why: str
    names: str


@dataclass(frozen=True)
class Card:
    """A kind of document.

    :ivar make: makes the documents of one card in a world
    :ivar weight: how often it is drawn, once every kind has its least share
    :ivar documents: how many documents one card makes
    """

    make: Callable
    weight: int = 1
    documents: int = 1
    stops: Stop | None = None

    @property
    def kind(self):
        return self.make.__name__


CARDS = {}


def card(weight=1, documents=1, stops=None):
    """The function below is a kind: its name, and how it is made."""

    def remember(make):
        CARDS[make.__name__] = Card(make, weight, documents, stops)
        return make

    return remember


def plan(dice, count, cards=None):
    """Cards for ``count`` documents, or for some more where there are few.

    :param cards: those to be played; all of them by default
    """
    cards = list(CARDS.values()) if cards is None else cards
    least = ceil(LEAST * count)
    planned = [one for one in cards for _each in range(ceil(least / one.documents))]
    left = count - sum(one.documents for one in planned)
    while left > 0:
        fitting = [one for one in cards if one.documents <= left] or cards
        [drawn] = dice.choices(fitting, [one.weight for one in fitting])
        planned.append(drawn)
        left -= drawn.documents
    dice.shuffle(planned)
    return planned
