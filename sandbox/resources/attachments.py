"""Attachments of whatever can carry them, and the files behind."""

import uuid
from urllib.parse import quote

from fastapi import APIRouter, Request, Response

from ..call import Call, Incoming, present, takes
from ..errors import Refusal, bad_request, not_found
from ..filters import truth

router = APIRouter()

ENDINGS = (".png", ".jpeg", ".jpg", ".gif", ".pdf")
TYPES = {"png": "image/png", "gif": "image/gif", "pdf": "application/pdf"}

# path below the company → (kind, may it carry a comment?, where the list is kept)
OWNERS = {
    "contacts": ("contact", True, "documents"),
    "invoices": ("invoice", False, "attachments"),
    "invoices/drafts": ("invoiceDraft", True, "attachments"),
    "creditNotes/drafts": ("creditNoteDraft", True, "attachments"),
    "offers/drafts": ("offerDraft", True, "attachments"),
    "orderConfirmations/drafts": ("orderConfirmationDraft", True, "attachments"),
    "sales": ("sale", False, "attachments"),
    "sales/drafts": ("saleDraft", False, "attachments"),
    "purchases": ("purchase", False, "attachments"),
    "purchases/drafts": ("purchaseDraft", False, "attachments"),
    "journalEntries": ("journalEntry", False, "attachments"),
}


def new_attachment(
    call,
    filename: str,
    content: bytes,
    comment: str | None = None,
    kind: str = "unspecified",
) -> dict:
    identity = str(uuid.uuid4())
    call.store.add_file(identity, call.slug, filename, content)
    return present(uuid=identity, filename=filename, comment=comment, type=kind)


def address_of(call, file: dict) -> str:
    return call.url("files", file["uuid"], quote(file["filename"], safe=""))


def presented(call, attachment: dict) -> dict:
    url = address_of(call, attachment)
    return present(
        identifier=attachment["uuid"],
        uuid=attachment["uuid"],
        filename=attachment["filename"],
        downloadUrl=url,
        downloadUrlWithFikenNormalUserCredentials=url.replace("/api/v2/", "/"),
        comment=attachment.get("comment"),
        type=attachment["type"],
    )


async def read_upload(call: Call) -> tuple[dict, str, bytes]:
    """The form's fields, the file's name and content."""
    if not call.request.headers.get("content-type", "").startswith(
        "multipart/form-data"
    ):
        raise Refusal(415, "Unsupported media type, expected multipart/form-data")
    form = await call.request.form()
    fields = {name: value for name, value in form.items() if isinstance(value, str)}
    upload = next(
        (
            value
            for name, value in form.items()
            if name == "file" and not isinstance(value, str)
        ),
        None,
    )
    filename = fields.get("filename")
    if not filename:
        raise bad_request("'filename' er påkrevd")
    if not filename.lower().endswith(ENDINGS):
        raise bad_request(f"filename must end with one of {', '.join(ENDINGS)}")
    if upload is None:
        raise bad_request("'file' er påkrevd")
    content = await upload.read()
    if not content:
        raise bad_request("The file is empty")
    limit = call.switches["max_attachment_bytes"]
    if limit and len(content) > limit:
        raise Refusal(413, f"The file is larger than {limit} bytes")
    return fields, filename, content


def _check_flags(call) -> None:
    flags = [
        truth(name, call.query.get(name, "false"))
        for name in ("attachToSale", "attachToPayment")
    ]
    if not any(flags):
        raise bad_request(
            "At least one of attachToSale and attachToPayment must be true"
        )


def _serve(path: str, kind: str, commented: bool, place: str) -> None:
    base = f"/companies/{{slug}}/{path}/{{owner_id:int}}/attachments"
    flags = (
        ("attachToSale", "attachToPayment") if path in ("sales", "purchases") else ()
    )

    async def attach(call: Incoming, owner_id: int):
        owner = call.get(kind, owner_id)
        if flags:
            _check_flags(call)
        fields, filename, content = await read_upload(call)
        attachment = new_attachment(
            call, filename, content, fields.get("comment") if commented else None
        )
        owner[place].append(attachment)
        call.store.save(owner)
        return call.located(
            *path.split("/"), owner_id, "attachments", attachment["uuid"]
        )

    async def attachments(call: Incoming, owner_id: int):
        if kind == "contact" and not call.switches.newer_spec:
            raise Refusal(405, "Method Not Allowed")
        rows = [presented(call, item) for item in call.get(kind, owner_id)[place]]
        return call.answer(rows, "attachment")

    async def detach(call: Incoming, owner_id: int, identity: str):
        if not call.switches.newer_spec:
            raise Refusal(405, "Method Not Allowed")
        owner = call.get(kind, owner_id)
        kept = [
            attachment for attachment in owner[place] if attachment["uuid"] != identity
        ]
        if len(kept) == len(owner[place]):
            raise not_found("attachment", identity)
        owner[place] = kept
        call.store.save(owner)
        return call.empty()

    router.post(base)(takes(*flags)(attach))
    router.get(base)(attachments)
    router.delete(base + "/{identity}")(detach)


for _path, _owner in OWNERS.items():
    _serve(_path, *_owner)


@router.get("/files/{identity}/{filename}")
async def download(request: Request, identity: str, filename: str):
    """The files' address carries no company; the token must still open that one."""
    caller = request.scope["sandbox.caller"]
    found = request.app.state.sandbox.store.file(identity)
    if found is None:
        raise not_found("file", identity)
    company, name, content = found
    if not caller.may_see(company):
        raise Refusal(403, "No access to this file")
    return Response(
        content, media_type=TYPES.get(name.rsplit(".", 1)[-1].lower(), "image/jpeg")
    )
