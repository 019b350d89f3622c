"""The user and the companies that are shared with the app."""

from fastapi import APIRouter

from ..call import Incoming, takes
from ..errors import bad_request

router = APIRouter()

# What the control interface may hold about a company, but the API does not tell.
HIDDEN = ("projectModule",)

_ORDERS = {
    f"{name} {way}": (name, way == "desc")
    for name in ("createdDate", "name", "organizationNumber")
    for way in ("asc", "desc")
}


def presented(company: dict) -> dict:
    return {name: value for name, value in company.items() if name not in HIDDEN}


@router.get("/user")
async def user(call: Incoming):
    return call.answer({"name": call.caller.name, "email": call.caller.email}, "user")


@router.get("/companies")
@takes("page", "pageSize", "sortBy")
async def companies(call: Incoming):
    shared = [
        company
        for company in call.store.companies()
        if call.caller.may_see(company["slug"])
    ]
    order = call.query.get("sortBy", "createdDate asc")
    if order not in _ORDERS:
        raise bad_request(f"Invalid sortBy, expected one of {', '.join(_ORDERS)}")
    name, descending = _ORDERS[order]
    name = "creationDate" if name == "createdDate" else name
    shared.sort(key=lambda company: company.get(name, ""), reverse=descending)
    rows = [presented(company) for company in shared]
    return call.paged(rows, "company", {"sortBy"})


@router.get("/companies/{slug}")
async def company(call: Incoming):
    return call.answer(presented(call.company), "company")
