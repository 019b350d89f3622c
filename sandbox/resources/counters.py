"""Number series. The value is the last number used; a series that was never started has
none.
"""

from fastapi import APIRouter
from pydantic import Field

from ..bodies import Body
from ..call import Incoming
from ..errors import Refusal, bad_request

router = APIRouter(prefix="/companies/{slug}")

# path → (series, its name in messages)
SERIES = {
    "invoices": ("invoice", "Invoice"),
    "creditNotes": ("creditNote", "Company credit note"),
    "offers": ("offer", "Offer"),
    "orderConfirmations": ("orderConfirmation", "Order confirmation"),
}

# Some numbers are of 32 bits in Fiken's document.
LIMIT = 2**31


class Counter(Body):
    value: int = Field(10000, ge=0, lt=LIMIT)


def next_number(call, series: str) -> int:
    number = call.store.next_number(call.slug, series)
    if number >= LIMIT:
        raise bad_request(f"The series has no numbers left after {number - 1}")
    return number


def _serve(path: str, series: str, name: str) -> None:
    @router.get(f"/{path}/counter")
    async def counter(call: Incoming):
        value = call.store.counter(call.slug, series)
        if value is None:
            # Not a sign of a dead session, though Fiken answers so.
            raise Refusal(401, f"{name} counter not initialized")
        return call.answer({"value": value}, "counter")

    @router.post(f"/{path}/counter")
    async def start_counter(call: Incoming):
        body = call.body(Counter) if call.request.scope["sandbox.body"] else Counter()
        if call.store.counter(call.slug, series) is not None:
            raise Refusal(409, f"{name} counter is already initialized")
        call.store.set_counter(call.slug, series, body.value)
        return call.empty(201)


for _path, (_series, _name) in SERIES.items():
    _serve(_path, _series, _name)
