"""Cards of what is a draft in Fiken first, is edited in Odoo then, and booked last."""

from odoo import Command

from . import accounts as chart
from .bills import costs
from .cards import card

# {account: another one that goes with the same codes}
SIBLINGS = {
    code: codes[(number + 1) % len(codes)]
    for codes in (*chart.INCOME.values(), chart.COSTS["1"])
    for number, code in enumerate(codes)
    if len(codes) > 1
}


def leave_it(world, move):
    """Booked as it is."""


def change_a_price(world, move):
    """Taken back to draft in Odoo, and confirmed again."""
    move.button_draft()
    line = world.dice.choice(move.invoice_line_ids)
    move.invoice_line_ids = [Command.update(line.id, {"price_unit": world.price()})]
    move.action_post()


def add_a_line(world, move):
    if move.is_sale_document():
        line = world.line()
    else:
        line = world.line(codes=chart.COSTS, use="purchase")
    move.button_draft()
    move.invoice_line_ids = [Command.create(line)]
    move.action_post()


def change_an_account(world, move):
    """On the confirmed document, in its journal items."""
    for line in move.invoice_line_ids:
        to = SIBLINGS.get(line.account_id.code)
        if to:
            line.account_id = world.account(to)


def change_a_text(world, move):
    [line, *_others] = move.invoice_line_ids
    line.name = "Noe annet"
    move.narration = "Takk for handelen"


EDITS = (change_a_price, add_a_line, change_an_account, change_a_text, leave_it)


@card(weight=2)
def draft_edited(world):
    move = world.document(fiken_mode="draft", issuer=world.issuer())
    world.drafts.append((world.dice.choice(EDITS), move))
    return move


@card()
def bill_draft_edited(world):
    move = world.bill(costs(world), fiken_mode="draft")
    world.drafts.append((world.dice.choice(EDITS), move))
    return move
