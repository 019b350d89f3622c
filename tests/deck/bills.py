"""Cards of what is bought."""

from . import accounts as chart
from .cards import card


def costs(world, codes=None, **values):
    codes = codes or chart.COSTS
    return world.lines(most=4, codes=codes, use="purchase", **values)


@card(weight=4)
def bill(world):
    """With prices as they are on a receipt, now and then."""
    taxes = world.dice.choice(({}, {}, {}, world.included("purchase")))
    return world.bill(costs(world, taxes=taxes))


@card()
def bill_in_currency(world):
    """Services from abroad among them."""
    lines = costs(world, chart.FOREIGN_COSTS)
    return world.bill(lines, currency_id=world.currency().id)


@card(documents=2)
def bill_credited(world):
    move = world.bill(costs(world))
    return move | world.credit(move)


@card()
def bill_refund(world):
    return world.bill(costs(world), "in_refund")


@card()
def reverse_charge(world):
    """From abroad: the buyer accounts for the VAT, or pays it at the customs."""
    return world.bought([*costs(world, chart.FROM_ABROAD), *costs(world)])


@card()
def partly_deducted(world):
    """60 % of the VAT is deducted, the rest is cost; other lines beside."""
    codes = {code: chart.COSTS[code] for code in ("1", "13")}
    taxes = {code: world.partly_deducted(code, 60) for code in codes}
    lines = costs(world, codes, taxes=taxes)
    return world.bought([*lines, *world.dice.choice(([], costs(world)))])


@card()
def not_deducted(world):
    """A company outside part of the VAT act: all of it is cost."""
    codes = {"1": chart.COSTS["1"]}
    lines = costs(world, codes, taxes={"1": world.partly_deducted("1", 0)})
    return world.bought([*lines, *world.dice.choice(([], costs(world)))])


@card()
def private_share(world):
    """Odoo's *Deductible* per cent: the rest was bought for somebody's own use."""
    journal = world.env["account.journal"].search(
        [("company_id", "=", world.company.id), ("type", "=", "purchase")], limit=1
    )
    journal.non_deductible_account_id = world.account(chart.PRIVATE)
    codes = {code: chart.COSTS[code] for code in chart.DEDUCTIBLE}
    lines = costs(
        world,
        codes,
        taxes=world.dice.choice(({}, world.included("purchase"))),
        deductible_amount=world.dice.choice((60, 50, 80, 33)),
    )
    return world.bought([*lines, *world.dice.choice(([], costs(world)))])
