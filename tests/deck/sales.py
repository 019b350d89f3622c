"""Cards of what is sold, with the lines that the dice give."""

from . import accounts as chart
from .cards import card


@card(weight=4)
def issued_by_odoo(world):
    return world.document()


@card(weight=3)
def issued_by_fiken(world):
    return world.document(issuer="fiken")


@card(weight=2)
def rounded_globally(world):
    lines = [world.line() for _each in range(8)]
    return world.document(lines=lines, method="round_globally", issuer=world.issuer())


@card(weight=2)
def rounded_per_line(world):
    lines = [world.line() for _each in range(8)]
    return world.document(lines=lines, method="round_per_line", issuer=world.issuer())


@card()
def price_included(world):
    codes = {code: chart.INCOME[code] for code in chart.RATED}
    lines = world.lines(codes=codes, taxes=world.included())
    return world.sold(lines)


@card(weight=3)
def in_currency(world):
    return world.document(currency_id=world.currency().id)


@card()
def with_a_rebate(world):
    lines = [world.line() for _each in range(world.dice.randint(2, 5))]
    largest = max(lines, key=lambda line: line["price_unit"] * line["quantity"])
    rebate = {**largest, "name": "Rabatt", "price_unit": -0.37, "quantity": 1}
    return world.document(lines=[*lines, rebate])


@card()
def rounded_to_kroner(world):
    rounding = world.dice.choice(world.roundings)
    return world.document(invoice_cash_rounding_id=rounding.id)


@card()
def with_early_discount(world):
    return world.document(invoice_payment_term_id=world.dice.choice(world.terms).id)


@card(weight=2, documents=2)
def credited_by_odoo(world):
    """In NOK or in another currency."""
    move = world.dice.choice((world.document, lambda: in_currency(world)))()
    return move | world.credit(move)


@card(weight=2, documents=2)
def credited_by_fiken(world):
    move = world.document(issuer="fiken")
    return move | world.credit(move)


@card(documents=3)
def credit_note_credited(world):
    """A credit note of a credit note is an invoice again."""
    move = world.document(issuer=world.issuer())
    credit = world.credit(move)
    return move | credit | world.credit(credit)


@card()
def credit_note_alone(world):
    return world.document("out_refund", issuer=world.dice.choice(("odoo", "fiken")))


@card(weight=2)
def receipt(world):
    """Of what was sold, or of what was bought."""
    if world.dice.random() < 0.3:
        move = world.bill(world.lines(codes=chart.COSTS, use="purchase"), "in_receipt")
    else:
        move = world.document("out_receipt")
    return world.pay(move, world.cash)


@card(weight=3)
def paid_through_the_bank(world):
    """In full, in part, or in two parts."""
    make = world.dice.choice(
        (
            world.document,
            lambda: world.bill(world.lines(codes=chart.COSTS, use="purchase")),
        )
    )
    move = make()
    for share in world.dice.choice(((1,), (0.4,), (0.3, 1))):
        if move.amount_residual:
            world.pay(move, world.bank, share)
    return move
