"""What happens to the shop besides its sales. Each can be left out by its name."""

from datetime import timedelta

from odoo.exceptions import UserError

from . import chart, receipts

EVENTS = {}
# Days in which settings can be changed, and be felt afterwards.
ENOUGH = 6


def event(plan):
    """The function below puts an event on the agenda, where the days are enough."""
    EVENTS[plan.__name__] = plan
    return plan


def spread(world, dice, share, first=1, last=None):
    """Some of the days."""
    last = world.days if last is None else last
    return [number for number in range(first, last) if dice.random() < share]


# Before the others: nobody comes back to these days.


@event
def skipped_day(world, dice):
    """Booked by hand in Fiken, or whatever: a person decides it is not sent."""
    if world.days < ENOUGH:
        return
    number = dice.randint(world.days // 3, world.days // 2)
    world.shut.add(number)
    world.skipped.add(number)
    world.agenda.add(number, "21:40", _skip, world, number)


def _skip(world, number):
    date = world.agenda.date(number)
    for vendor in world.vendors:
        wizard = world.env["fiken.settle"].create(
            {"vendor_id": vendor.id, "since": date, "until": date}
        )
        world.press(wizard, "action_read")
        for settlement in world.settlements(
            ("vendor_id", "=", vendor.id), ("day", "=", date)
        ):
            world.press(settlement, "action_skip")


# The tills


@event
def cash_rounding(world, dice):
    """Cash is paid in whole kroner at the second till."""
    account = world.account(chart.CASH_ROUNDING)
    rounding = world.env["account.cash.rounding"].create(
        {
            "name": "Hele kroner",
            "rounding": 1.0,
            "strategy": "add_invoice_line",
            "profit_account_id": account.id,
            "loss_account_id": account.id,
        }
    )
    world.tills[1].write(
        {
            "cash_rounding": True,
            "only_round_cash_method": True,
            "rounding_method": rounding.id,
        }
    )


@event
def cash_moves(world, dice):
    """Change fetched from the bank, takings brought there."""
    for number in spread(world, dice, 0.3, 0):
        till = dice.choice(world.tills)
        amount = dice.choice((500.0, -800.0, -123.5, 250.0))
        world.agenda.add(number, "14:05", _move_cash, world, till, amount)


def _move_cash(world, till, amount):
    world.move_cash(till.current_session_id, amount, "Veksel")


@event
def cash_differences(world, dice):
    for number in spread(world, dice, 0.2, 0):
        till = dice.choice(world.tills)
        world.differences[number, till.id] = dice.choice((-7.5, 3.0, -50.0, 12.25))


@event
def terminal_differences(world, dice):
    for number in spread(world, dice, 0.1, 0):
        till, method = dice.choice(world.tills), dice.choice((world.card, world.vipps))
        amount = dice.choice((-12.0, 8.5))
        world.terminals[number, till.id] = [(method, amount)]


@event
def over_midnight(world, dice):
    """A session that goes on until two, with sales on both sides of midnight."""
    for number in spread(world, dice, 0.12, 1, world.days - 1):
        if not {number, number + 1} & world.shut:
            world.nights.add((number, world.tills[0].id))


@event
def clock_change(world, dice):
    """The night in which Norway's clocks are changed, with a session in it."""
    for number in range(world.days - 1):
        begin = world.agenda.moment(number, "12:00")
        end = world.agenda.moment(number + 1, "12:00")
        if end - begin != timedelta(days=1) and not {number, number + 1} & world.shut:
            world.nights.add((number, world.tills[0].id))


@event
def offline(world, dice):
    """A receipt comes days later, from a till that was offline."""
    for number in spread(world, dice, 0.2, 2):
        before = number - dice.choice((1, 1, 2, 3, 5))
        touched = {number, before - 1, before, before + 1}
        if before >= 0 and not touched & world.shut:
            world.agenda.add(number, "11:11", _deliver, world, dice, before)


def _deliver(world, dice, before):
    till = dice.choice(world.tills.filtered("current_session_id"))
    at = world.agenda.moment(before, f"{dice.randint(10, 20)}:33")
    order = world.sell(
        till.current_session_id,
        *receipts.goods(world, dice),
        paid=[(dice.choice((world.card, world.cash(till))), None)],
        date_order=at,
    )
    world.sold.append(receipts.Sold(order, before, till))


@event
def account_without_invoice(world, dice):
    """Sold on the customer's account; the invoice comes two days later."""
    for number in spread(world, dice, 0.06, 1, world.days - 3):
        if number not in world.shut:
            world.agenda.add(number, "12:40", _on_account, world, dice, number)


def _on_account(world, dice, number):
    customer = dice.choice(world.customers)
    order = world.sell(
        dice.choice(world.tills).current_session_id,
        *receipts.goods(world, dice, with_diverse=False),
        paid=[(world.later, None)],
        customer=customer,
    )
    world.sold.append(receipts.Sold(order, number, order.config_id))
    world.agenda.add(number + 2, "09:40", world.invoice, order, customer)


# Invoices afterwards


@event
def invoiced_later(world, dice):
    """The customer comes back for an invoice, some days later."""
    for number in spread(world, dice, 0.3, 1):
        world.agenda.add(number, "10:20", _invoice_later, world, dice, 20)


@event
def invoiced_months_later(world, dice):
    for index in range(1 + world.days // 10):
        world.agenda.add(
            world.days + 75 + index, "10:20", _invoice_later, world, dice, None
        )


def _invoice_later(world, dice, most_days):
    there = _may_be_invoiced(world, most_days)
    if there:
        sold = dice.choice(there[: len(there) // 3 + 1])
        sold.may_invoice = sold.may_return = False
        world.invoice(sold.order, sold.order.partner_id or dice.choice(world.customers))


def _may_be_invoiced(world, most_days=None):
    return [
        one
        for one in world.sold
        if one.may_invoice
        and one.number not in world.shut
        and one.number < world.number
        and (most_days is None or one.number >= world.number - most_days)
        and one.order.session_id.state == "closed"
        # Odoo takes back a receipt on the accounts that its goods have now.
        and world.diverse not in one.order.lines.product_id
    ]


@event
def invoiced_together(world, dice):
    """One invoice for two receipts."""
    for number in spread(world, dice, 0.07, 3):
        world.agenda.add(number, "15:20", _invoice_together, world, dice)


def _invoice_together(world, dice):
    by_till = {}
    for one in _may_be_invoiced(world):
        if not one.order.partner_id:
            by_till.setdefault(one.till, []).append(one)
    there = [some for some in by_till.values() if len(some) > 1]
    if not there:
        return
    orders = world.env["pos.order"]
    for one in dice.sample(dice.choice(there), 2):
        one.may_invoice = one.may_return = False
        orders |= one.order
    orders.partner_id = dice.choice(world.customers)
    wizard = world.env["pos.make.invoice"].with_context(active_ids=orders.ids)
    wizard.create({"consolidated_billing": True}).action_create_invoices()


@event
def offline_months_later(world, dice):
    """A till that nobody had switched on for months delivers what it had."""
    number, till = world.days + 76, world.tills[0]
    old = dice.randint(1, max(1, world.days - 2))
    while old in world.shut:
        old -= 1
    world.agenda.add(number, "08:00", world.open, till)
    world.agenda.add(number, "11:11", _deliver, world, dice, old)
    world.agenda.add(number, "12:00", _close_again, world, till)


def _close_again(world, till):
    world.close(till.current_session_id)


# Settings that somebody changes


@event
def cash_method_change(world, dice):
    """After closing, before the day is sent, a till gets another cash method."""
    if world.days >= ENOUGH:
        number = world.days // 4
        world.agenda.add(number, "21:20", _change_cash, world, world.tills[0])


def _change_cash(world, till):
    if till.current_session_id:
        world.agenda.add(world.number + 1, "21:20", _change_cash, world, till)
        return
    method = world.new_method("Kontanter ny", "", "cash")
    world.map_method(method, chart.NEW_CASH)
    world.change_methods(till, till.payment_method_ids - world.cash(till) | method)


@event
def category_change(world, dice):
    """Early in the morning, a category sells on another account."""
    if world.days >= ENOUGH:
        world.agenda.add(2 * world.days // 5, "07:10", _change_category, world)


def _change_category(world):
    before = world.changing.property_account_income_categ_id.code
    [after] = set(chart.CATEGORY_ACCOUNTS) - {before}
    world.changing.property_account_income_categ_id = world.account(after)


@event
def category_change_unsent(world, dice):
    """The same after closing, before the day is sent: Odoo has posted it already."""
    if world.days >= ENOUGH:
        number = 3 * world.days // 4
        world.agenda.add(number, "21:25", _change_category, world)


@event
def vendor_change(world, dice):
    """The second till's journal belongs to another vendor from now on."""
    if world.days >= ENOUGH:
        world.agenda.add(world.days // 2, "07:30", _change_vendor, world)


def _change_vendor(world):
    journal = world.tills[1].journal_id
    try:
        with world.env.cr.savepoint():
            journal.fiken_vendor_id = world.kiosk
    except UserError:
        world.env.invalidate_all()
        journal.write(
            {
                "fiken_next_vendor_id": world.kiosk.id,
                "fiken_next_vendor_from": world.agenda.date(world.number + 1),
            }
        )


@event
def end_hour_change(world, dice):
    """Days end at four from now on."""
    if world.days >= ENOUGH:
        number = 3 * world.days // 5
        while number in world.shut or number + 1 in world.shut:
            number += 1
        world.agenda.add(number, "12:20", world.change_end_hour, 4.0)


# What hinders sending


@event
def unmapped_means(world, dice):
    """A new means of payment that the ledgers do not know for some days."""
    if world.days >= ENOUGH:
        number = 2 * world.days // 3
        world.agenda.add(number, "07:20", _new_means, world, number)


def _new_means(world, number):
    method = world.new_method("Lommebok", "LOMME", "bank")
    world.codes[method.journal_id.default_account_id.id] = chart.WALLET
    till = world.tills[0]
    world.change_methods(till, till.payment_method_ids | method)
    for later in range(number, min(number + 3, world.days)):
        world.agenda.add(later, "13:13", _pay_with, world, method)
    world.agenda.add(number + 4, "09:30", world.map_method, method, chart.WALLET)


def _pay_with(world, method):
    dice = world.dice_of(f"wallet {world.number}")
    order = world.sell(
        world.tills[0].current_session_id,
        *receipts.goods(world, dice),
        paid=[(method, None)],
    )
    world.sold.append(receipts.Sold(order, world.number, order.config_id))


@event
def server_down(world, dice):
    """No scheduled action runs for some days."""
    if world.days >= ENOUGH:
        number = world.days // 5
        world.agenda.add(number, "19:00", _set_down, world, True)
        world.agenda.add(number + 3, "11:00", _set_down, world, False)


def _set_down(world, is_down):
    world.is_down = is_down


@event
def by_hand(world, dice):
    """Without schedule for a while: a person sends all of it later."""
    if world.days >= ENOUGH:
        number = 4 * world.days // 5
        world.agenda.add(number, "07:40", _set_schedule, world, False)
        world.agenda.add(number + 4, "07:40", _send_all, world)
        world.agenda.add(number + 4, "07:45", _set_schedule, world, True)


def _set_schedule(world, is_on):
    world.vendors.daily_schedule = is_on


def _send_all(world):
    for vendor in world.vendors:
        wizard = world.env["fiken.settle"].create(
            {
                "vendor_id": vendor.id,
                "since": world.agenda.date(world.number - 6),
                "until": world.agenda.date(world.number - 1),
            }
        )
        world.press(wizard, "action_read")
    for settlement in world.settlements(("state", "in", ("open", "ready"))):
        world.press(settlement, "action_send")


@event
def lost_answers(world, dice):
    """What was booked, and never answered."""
    paths = ("/sales$", "/payments$", "/generalJournalEntries$")
    for number in spread(world, dice, 0.15):
        path = dice.choice(paths)
        world.agenda.add(
            number, "21:50", world.box.fault, "POST", path, "commit-then-drop"
        )
