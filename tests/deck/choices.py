"""Cards of what the company chose in its settings."""

from odoo import Command

from . import accounts as chart
from .cards import Stop, card


@card()
def discount_account(world):
    """Discounts have an account of their own, on sales and on bills."""
    company = world.company.sudo()
    given, got = (world.account(chart.DISCOUNTS[side]) for side in ("sale", "purchase"))
    company.account_discount_expense_allocation_id = given
    company.account_discount_income_allocation_id = got
    less = {"discount": world.dice.choice((5, 10, 12.5, 33.33))}
    if world.dice.random() < 0.3:
        lines = world.lines(codes=chart.COSTS, use="purchase", **less)
        move = world.bought(lines)
    else:
        move = _discounted(world, less)
    company.account_discount_expense_allocation_id = False
    company.account_discount_income_allocation_id = False
    return move


def _discounted(world, less):
    if world.dice.random() < 0.2:
        # In another currency, Odoo itself cannot balance several accounts.
        lines = world.lines(codes={"3": ("3000",)}, **less)
        return world.document(lines=lines, currency_id=world.currency().id)
    # Fiken's account of discounts is one of these two rates.
    codes = {code: chart.INCOME[code] for code in ("3", "33")}
    taxes = world.dice.choice(({}, world.included()))
    return world.sold(
        [
            *world.lines(codes=codes, taxes=taxes, **less),
            *world.lines(most=2, discount=0),
        ]
    )


@card()
def fiscal_position(world):
    """Accounts and taxes are those that the position maps to, whatever the category."""
    category = world.dice.choice(
        (world.category_with_code, world.category_without_code)
    )
    lines = world.product_lines(world.product(category))
    if world.dice.random() < 0.3:
        return world.bought(lines, fiscal_position_id=world.export.id)
    return world.sold(lines, fiscal_position_id=world.export.id)


def _of_product(world, product):
    """Sold or bought; with lines beside that name no product."""
    lines = world.product_lines(product)
    if world.dice.random() < 0.3:
        costs = world.lines(most=2, codes=chart.COSTS, use="purchase")
        return world.bought([*lines, *costs])
    lines += world.lines(most=2)
    return world.sold(lines)


@card()
def category_with_code(world):
    """Or one below it."""
    category = world.dice.choice((world.category_with_code, world.category_below))
    return _of_product(world, world.product(category))


@card()
def category_without_code(world):
    return _of_product(world, world.product(world.category_without_code))


@card()
def product_with_own_account(world):
    """Its own accounts go before those of its category, which has codes."""
    product = world.product(
        world.category_with_code,
        property_account_income_id=world.account("3010").id,
        property_account_expense_id=world.account("6540").id,
    )
    return _of_product(world, product)


@card()
def branch(world):
    """In the root's journal, or in one of the branch's own."""
    its_own = {"company_id": world.branch.id}
    if world.dice.random() < 0.3:
        costs = world.lines(most=2, codes=chart.COSTS, use="purchase")
        return world.bought(costs, **its_own)
    if world.dice.random() < 0.5:
        its_own["journal_id"] = world.branch_journal.id
    return world.sold(world.lines(), **its_own)


DUE_WHEN_PAID = Stop(
    "Its VAT is due when the customer pays, which Fiken does not do: it would be"
    " reported too early.",
    names="25% ved betaling",
)


@card(stops=DUE_WHEN_PAID)
def cash_basis(world):
    late = {"tax_ids": [Command.set(world.cash_basis_tax.ids)]}
    lines = world.lines(codes={"3": chart.INCOME["3"]}, **late)
    return world.document(lines=lines, issuer=world.issuer())
