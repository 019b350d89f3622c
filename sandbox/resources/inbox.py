"""The inbox: documents that somebody has yet to book."""

from fastapi import APIRouter

from ..call import Incoming, listed, present
from ..dates import now
from ..errors import bad_request
from ..filters import Filters
from ..store import field
from .attachments import address_of, new_attachment, read_upload

router = APIRouter(prefix="/companies/{slug}")


def _status(value: str):
    if value not in ("all", "used", "unused"):
        raise bad_request("status must be all, used or unused")
    return {"all": None, "used": 1, "unused": 0}[value]


FILTERS = (
    Filters()
    .where("status", f"{field('status')} = COALESCE(?, {field('status')})", _status)
    .where("name", f"instr(fold({field('name')}), ?) > 0", str.casefold)
    .sorted_by(createdDate="created", name=field("name"))
)


def presented(call, document) -> dict:
    url = address_of(call, document["file"])
    return present(
        documentId=document.id,
        **{name: value for name, value in document.items() if name != "file"},
        documentUrl=url,
        documentUrlWithFikenNormalUserCredentials=url.replace("/api/v2/", "/"),
    )


@router.get("/inbox")
@listed
async def inbox(call: Incoming):
    return call.listing("inbox", FILTERS, presented)


@router.get("/inbox/{document_id:int}")
async def inbox_document(call: Incoming, document_id: int):
    return call.answer(presented(call, call.get("inbox", document_id)), "inbox")


@router.post("/inbox")
async def upload(call: Incoming):
    fields, filename, content = await read_upload(call)
    document = call.store.insert(
        call.slug,
        "inbox",
        present(
            name=fields.get("name") or filename,
            description=fields.get("description"),
            filename=filename,
            status=False,
            createdAt=now().isoformat(timespec="seconds"),
            file=new_attachment(call, filename, content),
        ),
    )
    return call.located("inbox", document.id)
