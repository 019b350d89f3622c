"""Time tracking comes with the project module; the sandbox has no hours in it."""

from datetime import datetime

from fastapi import APIRouter

from ..call import Incoming, listed
from ..errors import bad_request
from ..filters import Filters
from ..store import field
from .projects import require_module

router = APIRouter(prefix="/companies/{slug}")


def _moment(value: str) -> str:
    try:
        return datetime.fromisoformat(value).isoformat()
    except ValueError:
        raise bad_request(f"'{value}' is not a point in time") from None


LISTS = {
    "timeEntries": (
        "timeEntry",
        Filters()
        .dates("date")
        .number("projectId")
        .number("activityId")
        .number("timeUserId")
        .flag("invoiced")
        .where("lastModifiedGe", f"{field('lastModified')} >= ?", _moment)
        .where("lastModifiedLe", f"{field('lastModified')} <= ?", _moment),
    ),
    "activities": ("activity", Filters().exact("name").flag("archived")),
    "timeUsers": ("timeUser", Filters().exact("name").exact("email")),
}


def _serve(path: str, kind: str, filters: Filters) -> None:
    @router.get(f"/{path}")
    @listed
    async def nothing(call: Incoming):
        require_module(call)
        return call.listing(kind, filters, None)


for _path, _list in LISTS.items():
    _serve(_path, *_list)
