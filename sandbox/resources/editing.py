"""What a person does in Fiken's own pages behind the API's back."""

from ..dates import is_date
from ..errors import bad_request, not_found
from . import attachments, contacts

KINDS = {
    **{path: owner[0] for path, owner in attachments.OWNERS.items()},
    "products": "product",
    "projects": "project",
    "bankAccounts": "bankAccount",
    "creditNotes": "creditNote",
    "inbox": "inbox",
}


def edit(sandbox, slug: str, resource: str, id: int, changes: dict | None) -> dict:
    kind = KINDS.get(resource)
    if kind is None:
        raise bad_request(
            f"Unknown resource '{resource}'. It is one of {', '.join(sorted(KINDS))}"
        )
    record = sandbox.store.get(slug, kind, id)
    if record is None:
        raise not_found(resource, id)
    if changes is None:
        sandbox.store.delete(record)
        return {"deleted": True}
    if not isinstance(changes, dict):
        raise bad_request("changes must be an object or null")
    dates = {
        name: changes.pop(name)
        for name in ("createdDate", "lastModifiedDate")
        if name in changes
    }
    if not all(is_date(date) for date in dates.values()):
        raise bad_request("createdDate and lastModifiedDate are dates yyyy-MM-dd")
    record.update(changes)
    for name in [name for name, value in changes.items() if value is None]:
        del record[name]
    if kind == "contact":
        contacts.give_roles(sandbox.store, slug, record)
    sandbox.store.save(record)
    sandbox.store.redate(
        record,
        dates.get("createdDate", record.created),
        dates.get("lastModifiedDate", record.modified),
    )
    return {"edited": True}
