"""The user and the companies she has shared with the app."""

from fastapi import APIRouter

from ..call import Incoming, takes

router = APIRouter()

# What the control interface may hold about a company, but the API does not tell.
HIDDEN = ("projectModule",)

_ORDERS = {
    f"{name} {way}": (name, way == "desc")
    for name in ("createdDate", "name", "organizationNumber")
    for way in ("asc", "desc")
}


def presented(call, company: dict) -> dict:
    hidden = HIDDEN if call.switches.newer_spec else (*HIDDEN, "phoneNumber")
    return {name: value for name, value in company.items() if name not in hidden}


@router.get("/user")
async def user(call: Incoming):
    return call.answer({"name": call.caller.name, "email": call.caller.email})


@router.get("/companies")
@takes("page", "pageSize", "sortBy")
async def companies(call: Incoming):
    shared = [
        company
        for company in call.store.companies()
        if call.caller.may_see(company["slug"])
    ]
    name, descending = _ORDERS.get(call.query.get("sortBy"), ("createdDate", False))
    name = "creationDate" if name == "createdDate" else name
    shared.sort(key=lambda company: company.get(name, ""), reverse=descending)
    return call.paged([presented(call, company) for company in shared], {"sortBy"})


@router.get("/companies/{slug}")
async def company(call: Incoming):
    return call.answer(presented(call, call.company))
