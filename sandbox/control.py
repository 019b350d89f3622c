"""The control interface: what tests use to steer the sandbox. Nothing here exists at
Fiken.
"""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from .errors import bad_request, not_found
from .report import books_of
from .resources.editing import edit
from .resources.filling import fill
from .store import dumps, read_json
from .unknowns import SWITCHES

router = APIRouter(prefix="/_control")


def _answer(data) -> Response:
    return Response(dumps(data), media_type="application/json")


async def _json(request: Request, default=None):
    raw = await request.body()
    if not raw.strip():
        return default
    try:
        return read_json(raw)
    except ValueError:
        raise bad_request("The body is not valid JSON") from None


def _only(given: dict, *known: str) -> dict:
    if not isinstance(given, dict) or set(given) - set(known):
        raise bad_request(f"Expected an object with {', '.join(known)}")
    return given


@router.post("/reset")
async def reset(request: Request):
    """Fresh books, users, switches, faults and counts. Optional body: counters,
    bank_verified, keep_grants.
    """
    options = _only(
        await _json(request, {}), "counters", "bank_verified", "keep_grants"
    )
    request.app.state.transport.forget_background()
    request.app.state.sandbox.reset(**options)
    return _answer({"reset": True})


# -- faults ----------------------------------------------------------------------------


@router.post("/faults")
async def order_faults(request: Request):
    faults = request.app.state.sandbox.faults
    faults.order(await _json(request, []))
    return _answer(faults.as_list())


@router.get("/faults")
async def remaining_faults(request: Request):
    return _answer(request.app.state.sandbox.faults.as_list())


# -- what clients did ------------------------------------------------------------------


@router.get("/stats")
async def stats(request: Request):
    return _answer(request.app.state.sandbox.stats.as_dict())


@router.post("/stats/reset")
async def reset_stats(request: Request):
    request.app.state.sandbox.stats.reset()
    return _answer({"reset": True})


@router.get("/requests")
async def requests(request: Request):
    """The last requests, oldest first: method, path, query, user, JSON body, status.
    ``?clear=1`` forgets them afterwards.
    """
    recorded = request.app.state.sandbox.stats.requests
    answer = _answer(list(recorded))
    if request.query_params.get("clear") not in (None, "", "0", "false"):
        recorded.clear()
    return answer


# -- unknowns --------------------------------------------------------------------------


@router.get("/unknowns")
async def unknowns(request: Request):
    return _answer(request.app.state.sandbox.switches)


@router.get("/unknowns/help")
async def unknowns_help():
    return _answer(
        {
            name: {
                **switch._asdict(),
                "choices": "number" if switch.choices is int else switch.choices,
            }
            for name, switch in SWITCHES.items()
        }
    )


@router.post("/unknowns")
async def change_unknowns(request: Request):
    """An object of switches; those not named stay. ``{"reset": true}`` sets all as they
    were at the start first, ``{"preset": "null"}`` those that the preset names.
    """
    switches = request.app.state.sandbox.switches
    changes = await _json(request, {})
    if isinstance(changes, dict) and changes.pop("reset", False):
        switches.reset()
    switches.change(changes)
    return _answer(switches)


# -- what a person does in Fiken -------------------------------------------------------


@router.post("/expire-tokens")
async def expire_tokens(request: Request):
    return _answer({"expired": request.app.state.sandbox.auth.expire_all()})


@router.post("/revoke")
async def revoke(request: Request):
    """The user withdraws all consents: ``{"user": "kari@example.com"}``."""
    given = _only(await _json(request, {}), "user")
    return _answer(
        {"revoked": request.app.state.sandbox.auth.withdraw_of(given.get("user"))}
    )


@router.post("/company")
async def change_company(request: Request):
    """``{"slug": …, "hasApiAccess": false, "vatType": "no", "projectModule": true,
    …}``; null removes a field.
    """
    store = request.app.state.sandbox.store
    changes = await _json(request, {})
    company = (
        store.company(changes.pop("slug", "")) if isinstance(changes, dict) else None
    )
    if company is None:
        raise not_found("company", "slug")
    company.update(changes)
    company = {name: value for name, value in company.items() if value is not None}
    store.save_company(company)
    return _answer(company)


@router.post("/edit")
async def edit_record(request: Request):
    """A person changes or deletes a record in Fiken's own pages.

    ``{"slug", "resource", "id", "changes": {…} or null}``, where ``resource`` is the
    path below the company (``contacts``, ``invoices/drafts``). ``changes`` may hold
    ``createdDate`` and ``lastModifiedDate``; null deletes the record.
    """
    given = _only(await _json(request, {}), "slug", "resource", "id", "changes")
    return _answer(
        edit(
            request.app.state.sandbox,
            **{name: given.get(name) for name in ("slug", "resource", "id", "changes")},
        )
    )


@router.post("/fill")
async def fill_records(request: Request):
    """Many at once: ``{"slug", "resource": "contacts", "records": [{…}, …]}``."""
    given = _only(await _json(request, {}), "slug", "resource", "records")
    ids = fill(
        request.app.state.sandbox.store,
        **{name: given.get(name) for name in ("slug", "resource", "records")},
    )
    return _answer(ids)


@router.get("/books")
async def books(request: Request):
    """All that was booked: ``?company=slug``, optionally ``&date=yyyy-MM-dd`` for the
    balances.
    """
    store = request.app.state.sandbox.store
    slug = request.query_params.get("company", "")
    if store.company(slug) is None:
        raise not_found("company", slug)
    return _answer(
        books_of(store, slug, request.query_params.get("date") or "9999-12-31")
    )
