"""Kinds of receipts, as the dice give them."""

from collections.abc import Callable
from dataclasses import dataclass

from odoo import fields

QUANTITIES = (1, 1, 1, 1, 2, 2, 3, 5, 0.455)
DISCOUNTS = (5, 10, 25, 33)


@dataclass(frozen=True)
class Kind:
    """:ivar make: makes a receipt in a session, and says what else may be done to it
    :ivar weight: how often it is drawn
    """

    make: Callable
    weight: int = 1


KINDS = {}


def kind(weight=1):
    def remember(make):
        KINDS[make.__name__] = Kind(make, weight)
        return make

    return remember


@dataclass
class Sold:
    """An order, and what may become of it later."""

    order: object
    number: int
    till: object
    may_return: bool = False
    may_invoice: bool = False
    may_credit: bool = False


def goods(world, dice, with_diverse=True):
    """Some goods with quantities; each of them once."""
    from_which = world.goods + ([world.diverse] if with_diverse else [])
    picked = dice.sample(from_which, dice.choice((1, 1, 2, 2, 3, 4)))
    return [(product, dice.choice(QUANTITIES)) for product in picked]


def draw(world, session, dice):
    """A receipt of some kind, now."""
    kinds = [one for name, one in KINDS.items() if name not in world.without]
    [one] = dice.choices(kinds, [one.weight for one in kinds])
    sold = one.make(world, session, dice)
    if sold:
        world.sold.append(sold)
    return sold


def _sold(world, order, **may):
    return Sold(order, world.number, order.config_id, **may)


@kind(weight=6)
def cash(world, session, dice):
    order = world.sell(session, *goods(world, dice))
    return _sold(world, order, may_return=True, may_invoice=True)


@kind(weight=8)
def card(world, session, dice):
    order = world.sell(session, *goods(world, dice), paid=[(world.card, None)])
    return _sold(world, order, may_return=True, may_invoice=True)


@kind(weight=2)
def vipps(world, session, dice):
    """Told apart by customer."""
    order = world.sell(
        session,
        *goods(world, dice),
        paid=[(world.vipps, None)],
        customer=dice.choice(world.customers),
    )
    return _sold(world, order, may_return=True, may_invoice=True)


@kind()
def cash_and_card(world, session, dice):
    part = dice.randint(1, 400) / 100
    cash_method = world.cash(session.config_id)
    order = world.sell(
        session, *goods(world, dice), paid=[(cash_method, part), (world.card, None)]
    )
    return _sold(world, order, may_return=True, may_invoice=True)


@kind()
def change_given(world, session, dice):
    cash_method = world.cash(session.config_id)
    order = world.sell(
        session, *goods(world, dice), paid=[(cash_method, 5000.0), (cash_method, None)]
    )
    return _sold(world, order, may_return=True, may_invoice=True)


@kind(weight=2)
def discounted(world, session, dice):
    lines = [(*one, dice.choice(DISCOUNTS)) for one in goods(world, dice)]
    order = world.sell(session, *lines, paid=[(world.card, None)])
    return _sold(world, order, may_return=True, may_invoice=True)


@kind()
def gift_card_sold(world, session, dice):
    amount = dice.randint(5, 100) * 10.0 + dice.choice((0, 0.5))
    line = {"product": world.gift_card, "price_unit": amount}
    more = goods(world, dice) if dice.random() < 0.5 else []
    return _sold(world, world.sell(session, *more, line, paid=[(world.card, None)]))


@kind()
def gift_card_redeemed(world, session, dice):
    amount = dice.randint(100, 450) / 100
    line = {"product": world.gift_card, "price_unit": -amount}
    return _sold(world, world.sell(session, *goods(world, dice), line))


@kind()
def tip_given(world, session, dice):
    line = {"product": world.tip, "price_unit": dice.randint(100, 9000) / 100}
    order = world.sell(session, *goods(world, dice), line, paid=[(world.card, None)])
    return _sold(world, order)


@kind(weight=2)
def returned(world, session, dice):
    """What was sold today or days ago."""
    return give_back(world, session, dice)


@kind(weight=2)
def invoiced(world, session, dice):
    if world.number in world.shut:
        return card(world, session, dice)
    method = dice.choice((world.cash(session.config_id), world.card, world.vipps))
    order = world.sell(
        session,
        *goods(world, dice),
        paid=[(method, None)],
        customer=dice.choice(world.customers),
        invoice=True,
    )
    return _sold(world, order, may_credit=True)


@kind()
def on_account(world, session, dice):
    """The customer pays later, wherefore there is an invoice."""
    if world.number in world.shut:
        return card(world, session, dice)
    order = world.sell(
        session,
        *goods(world, dice),
        paid=[(world.later, None)],
        customer=dice.choice(world.customers),
        invoice=True,
    )
    return _sold(world, order)


@kind()
def returned_invoice(world, session, dice):
    """What was sold with an invoice comes back, with a credit note."""
    there = [
        one for one in world.sold if one.may_credit and one.till == session.config_id
    ]
    if not there or world.number in world.shut:
        return card(world, session, dice)
    sold = dice.choice(there)
    sold.may_credit = False
    refund = sold.order._refund()
    refund.write({"date_order": fields.Datetime.now(), "to_invoice": True})
    world._pay(refund, [(_way_back(world, session, refund.amount_total), None)])
    return _sold(world, refund)


def give_back(world, session, dice):
    there = [
        one
        for one in world.sold
        if one.may_return
        and one.till == session.config_id
        and not one.order.account_move
    ]
    if not there:
        return cash(world, session, dice)
    sold = dice.choice(there)
    sold.may_return = sold.may_invoice = False
    method = _way_back(world, session, -sold.order.amount_total)
    refund = world.give_back(sold.order, paid=[(method, None)])
    return Sold(refund, world.number, session.config_id)


def _way_back(world, session, amount):
    """The card, if the session took more by card than it gives back.

    Odoo posts what a session gave back by card all in all from the card's account to
    the card's account.
    """
    taken = sum(
        payment.amount
        for payment in session.order_ids.payment_ids
        if payment.payment_method_id == world.card
    )
    return world.card if taken + amount > 0 else world.cash(session.config_id)
