"""The application put together: the gate outside, the API, the OAuth pages, the control
interface and the page of books inside.
"""

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from starlette.exceptions import HTTPException

from . import control, oauth, pages, record_pages
from .errors import Refusal, error_body
from .resources import ROUTERS
from .state import Sandbox
from .store import dumps
from .transport import API, Transport


def build(
    latency: float = 0,
    strict: bool = False,
    preset: str | None = None,
    database: str | None = None,
) -> Transport:
    sandbox = Sandbox(database, strict, preset)
    # Fiken's document is Fiken's; the sandbox publishes none of its own.
    app = FastAPI(
        openapi_url=None, docs_url=None, redoc_url=None, redirect_slashes=False
    )
    app.state.sandbox = sandbox
    for router in ROUTERS:
        app.include_router(router, prefix=API)
    app.include_router(oauth.router)
    app.include_router(control.router)
    app.include_router(pages.router)
    app.include_router(record_pages.router)
    app.add_exception_handler(Refusal, _refused)
    app.add_exception_handler(HTTPException, _http_error)
    app.add_exception_handler(RequestValidationError, _invalid)
    transport = Transport(app, sandbox, latency)
    app.state.transport = transport
    return transport


async def _refused(request, error: Refusal) -> Response:
    api = request.url.path.startswith(API)
    shape = request.app.state.sandbox.switches["error_shape"] if api else "object"
    body = error_body(error.message, shape, error.problems)
    return Response(dumps(body), error.status, media_type="application/json")


async def _http_error(request, error: HTTPException) -> Response:
    return await _refused(request, Refusal(error.status_code, str(error.detail)))


async def _invalid(request, error: RequestValidationError) -> Response:
    message = "; ".join(str(problem["msg"]) for problem in error.errors())
    return await _refused(request, Refusal(400, message))
