"""Fiken's OAuth: pages that a person clicks through, and the endpoints behind them."""

import base64
import binascii
import secrets
from urllib.parse import urlencode, urlsplit

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from .auth import CLIENT_ID, CLIENT_SECRET
from .store import dumps
from .templating import page

router = APIRouter(prefix="/oauth")

COOKIE = "sandbox_session"


# -- the pages -------------------------------------------------------------------------


def _may_redirect(uri: str) -> bool:
    """The app counts as registered for every address on this machine."""
    parts = urlsplit(uri)
    return (
        parts.scheme in ("http", "https")
        and parts.hostname in ("127.0.0.1", "localhost")
        and not parts.fragment
    )


def _redirect(uri: str, **values) -> RedirectResponse:
    query = urlencode(
        {name: value for name, value in values.items() if value is not None}
    )
    return RedirectResponse(f"{uri}{'&' if '?' in uri else '?'}{query}", 303)


def _refusal(request: Request) -> Response | None:
    """What is wrong with an authorization request. Only a known app with a known
    address is redirected back to.
    """
    query = request.query_params
    if query.get("client_id") != CLIENT_ID:
        return page("error.html", 400, message="Ukjent app (client_id).")
    uri = query.get("redirect_uri", "")
    if not _may_redirect(uri):
        message = f"Adressen «{uri}» er ikke registrert for denne appen (redirect_uri)."
        return page("error.html", 400, message=message)
    if query.get("response_type") != "code":
        return _redirect(
            uri,
            error="unsupported_response_type",
            error_description="response_type must be code",
            state=query.get("state"),
        )
    if not query.get("state"):
        return _redirect(
            uri, error="invalid_request", error_description="Missing parameter: state"
        )
    return None


def _user(request: Request) -> str | None:
    return request.app.state.sandbox.sessions.get(request.cookies.get(COOKIE))


@router.get("/authorize")
async def authorize(request: Request):
    refusal = _refusal(request)
    if refusal:
        return refusal
    sandbox = request.app.state.sandbox
    email = _user(request)
    query = request.url.query
    if email is None:
        return page("login.html", query=query, users=sandbox.auth.users())
    return page(
        "consent.html",
        query=query,
        email=email,
        name=sandbox.auth.user_name(email),
        companies=sandbox.store.companies(),
    )


@router.post("/login")
async def login(request: Request):
    """Any password will do; here is nothing to guard."""
    sandbox = request.app.state.sandbox
    form = await request.form()
    email = str(form.get("email", "")).strip().lower()
    if sandbox.auth.user_name(email) is None or not form.get("password"):
        return page(
            "login.html",
            401,
            query=request.url.query,
            users=sandbox.auth.users(),
            email=email,
            message="Feil e-postadresse eller passord.",
        )
    session = secrets.token_urlsafe(16)
    sandbox.sessions[session] = email
    answer = RedirectResponse(f"/oauth/authorize?{request.url.query}", 303)
    answer.set_cookie(COOKIE, session, httponly=True, samesite="lax", path="/oauth")
    return answer


@router.get("/logout")
async def logout(request: Request):
    request.app.state.sandbox.sessions.pop(request.cookies.get(COOKIE), None)
    answer = RedirectResponse(f"/oauth/authorize?{request.url.query}", 303)
    answer.delete_cookie(COOKIE, path="/oauth")
    return answer


@router.post("/authorize")
async def decide(request: Request):
    refusal = _refusal(request)
    if refusal:
        return refusal
    sandbox = request.app.state.sandbox
    email = _user(request)
    if email is None:
        return RedirectResponse(f"/oauth/authorize?{request.url.query}", 303)
    query, form = request.query_params, await request.form()
    uri, state = query["redirect_uri"], query["state"]
    if form.get("decision") != "approve":
        return _redirect(
            uri,
            error="access_denied",
            error_description="The user denied access",
            state=state,
        )
    companies = [
        slug for slug in form.getlist("company") if sandbox.store.company(slug)
    ]
    consent = sandbox.auth.consent(email, CLIENT_ID, companies)
    code = sandbox.auth.new_code(consent, uri, sandbox.switches["code_ttl"])
    return _redirect(uri, code=code, state=state)


# -- the endpoints ---------------------------------------------------------------------


def _error(status: int, error: str, description: str) -> Response:
    headers = {"WWW-Authenticate": 'Basic realm="Fiken"'} if status == 401 else None
    return Response(
        dumps({"error": error, "error_description": description}),
        status,
        headers,
        "application/json",
    )


def _is_client(request: Request) -> bool:
    """By HTTP Basic only; credentials in the form do not count."""
    scheme, _, given = request.headers.get("authorization", "").partition(" ")
    try:
        return (
            scheme.lower() == "basic"
            and base64.b64decode(given).decode() == f"{CLIENT_ID}:{CLIENT_SECRET}"
        )
    except (binascii.Error, UnicodeDecodeError):
        return False


@router.post("/token")
async def token(request: Request):
    if not _is_client(request):
        return _error(
            401, "invalid_client", "Bad client credentials; send them by HTTP Basic"
        )
    if not request.headers.get("content-type", "").startswith(
        "application/x-www-form-urlencoded"
    ):
        return _error(
            400, "invalid_request", "Expected application/x-www-form-urlencoded"
        )
    sandbox, form = request.app.state.sandbox, await request.form()
    grant = form.get("grant_type")
    if grant == "authorization_code":
        consent = sandbox.auth.use_code(
            form.get("code", ""), form.get("redirect_uri", "")
        )
        if consent is None:
            return _error(
                400,
                "invalid_grant",
                "The code is unknown, used, expired or meant for another redirect_uri",
            )
        return _tokens(sandbox, consent, sandbox.auth.new_refresh(consent))
    if grant == "refresh_token":
        refresh = form.get("refresh_token", "")
        consent = sandbox.auth.consent_of_refresh(refresh)
        if consent is None:
            return _error(
                400, "invalid_grant", "The refresh token is unknown or revoked"
            )
        if sandbox.switches["rotate_refresh_tokens"]:
            sandbox.auth.drop_refresh(refresh)
            refresh = sandbox.auth.new_refresh(consent)
        return _tokens(sandbox, consent, refresh)
    return _error(
        400,
        "unsupported_grant_type",
        "grant_type must be authorization_code or refresh_token",
    )


def _tokens(sandbox, consent: int, refresh: str) -> Response:
    lives = sandbox.switches["access_token_ttl"]
    answer = {
        "access_token": sandbox.auth.new_access(consent, lives),
        "refresh_token": refresh,
        "token_type": "bearer",
        "expires_in": lives,
    }
    return Response(
        dumps(answer), 200, {"Cache-Control": "no-store"}, "application/json"
    )


@router.post("/revoke")
async def revoke(request: Request):
    """With the access token as bearer: the app's whole grant ends."""
    caller = request.scope["sandbox.caller"]
    if caller is None or caller.client != CLIENT_ID:
        return _error(401, "invalid_token", "The access token is unknown or expired")
    auth = request.app.state.sandbox.auth
    auth.withdraw(auth.consent_of_access(caller.token))
    return Response(None, 200)
