"""From the first day to the last: what is sold, and what runs by itself."""

from . import receipts
from .events import EVENTS

RECEIPTS = (4, 8)
# After the last day: some for what is still on its way, and some months later.
REST, LATER = 5, range(74, 81)
RUNS = 20


def play(world, say=None):
    """Let it all happen.

    :param say: told how far it is
    """
    world.nights, world.differences, world.terminals = set(), {}, {}
    for name, plan in EVENTS.items():
        if name not in world.without:
            plan(world, world.dice_of(name))
    for number in range(world.days):
        for till in world.tills:
            _plan_session(world, number, till)
    for number in range(world.days + REST):
        _plan_crons(world, number)
        if say and number % 10 == 9:
            world.agenda.add(number, "23:59", say, f"day {number + 1} is over")
    if not {"invoiced_months_later", "offline_months_later"} <= world.without:
        for number in LATER:
            _plan_crons(world, world.days + number)
    world.agenda.run()


# The tills


def _plan_session(world, number, till):
    agenda, dice = world.agenda, world.dice_of(f"day {number} {till.name}")
    is_night = (number, till.id) in world.nights
    agenda.add(number, "08:00", _open, world, till)
    times = sorted(
        f"{dice.randint(9, 20):02}:{dice.randint(0, 59):02}"
        for _each in range(dice.randint(*RECEIPTS))
    )
    if is_night:
        times += ["22:40", "23:50", "24:20", "25:40", "27:20"]
    for time in times:
        agenda.add(number, time, _sell, world, till, dice)
    agenda.add(number, "27:40" if is_night else "21:00", _close, world, number, till)


def _open(world, till):
    world.open(till, till.last_session_closing_cash or 1000.0)


def _sell(world, till, dice):
    receipts.draw(world, till.current_session_id, dice)


def _close(world, number, till):
    session = till.current_session_id
    session.invalidate_recordset()
    difference = world.differences.get((number, till.id))
    counted = None
    if difference:
        counted = session.cash_register_balance_end + difference
    world.close(
        session, counted, differences=world.terminals.get((number, till.id), ())
    )


# What runs by itself


def _plan_crons(world, number):
    agenda = world.agenda
    agenda.add(number, "04:30", _night, world)
    agenda.add(number, "06:01", _settle, world)
    agenda.add(number, "09:15", _correct, world)
    agenda.add(number, "10:31", _settle, world)
    agenda.add(number, "22:01", _settle, world)


def _settle(world):
    """The vendors' schedules, then the worker."""
    if world.is_down:
        return
    for vendor in world.vendors:
        if vendor.sudo().settlement_cron_id.active:
            world.trigger(vendor.sudo().settlement_cron_id)
    _work(world)


def _work(world):
    connection = world.fiken_company.connection_id
    worker = world.env["fiken.worker"]
    for _run in range(RUNS):
        if not worker._has_due_work(connection):
            break
        world.trigger(connection.sudo().cron_id)


def _night(world):
    if world.is_down:
        return
    for name in ("ir_cron_compare_payments", "ir_cron_control"):
        world.trigger(world.env.ref(f"fiken_connector.{name}"))
    _work(world)


def _correct(world):
    """What the night found, a person looks at and sends."""
    if world.is_down:
        return
    for vendor in world.vendors:
        if "is_settle_asked" in vendor and vendor.is_settle_asked:
            world.settle_from(vendor)
    for settlement in world.settlements(("late_text", "!=", False)):
        world.press(settlement, "action_correct")
    for correction in world.settlements(
        ("kind", "=", "correction"), ("state", "in", ("open", "ready"))
    ):
        world.press(correction, "action_send")
    _work(world)
