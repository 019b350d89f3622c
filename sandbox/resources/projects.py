"""Projects: an add-on module that a company may lack."""

from fastapi import APIRouter

from ..bodies import Body, Date, Id
from ..call import Incoming, listed, present
from ..errors import Refusal, bad_request
from ..filters import Filters
from . import contacts

router = APIRouter(prefix="/companies/{slug}")

FILTERS = Filters().flag("completed").exact("name").exact("number")


class ProjectUpdate(Body):
    name: str | None = None
    description: str | None = None
    startDate: Date | None = None
    endDate: Date | None = None
    contactId: Id | None = None
    completed: bool | None = None


class ProjectRequest(ProjectUpdate):
    number: str
    name: str
    startDate: Date


def require_module(call) -> None:
    if not call.company.get("projectModule"):
        raise Refusal(
            402, "Project/time-tracking module not activated for this company"
        )


def presented(call, project) -> dict:
    fields = {name: value for name, value in project.items() if name != "contactId"}
    contact = project.get("contactId") and call.store.get(
        call.slug, "contact", project["contactId"]
    )
    return present(
        projectId=project.id,
        **fields,
        contact=contact and contacts.presented(call, contact),
    )


def check_project(call, project_id: int | None, field: str = "projectId") -> None:
    if project_id is None:
        return
    require_module(call)
    if call.store.get(call.slug, "project", project_id) is None:
        raise bad_request(f"{field}: no project with id {project_id}")


def project_of(call, project_id: int | None) -> dict | None:
    project = project_id and call.store.get(call.slug, "project", project_id)
    return presented(call, project) if project else None


def _check_contact(call, body: ProjectUpdate) -> None:
    if (
        body.contactId is not None
        and call.store.get(call.slug, "contact", body.contactId) is None
    ):
        raise bad_request(f"contactId: no contact with id {body.contactId}")


@router.get("/projects")
@listed
async def projects(call: Incoming):
    require_module(call)
    return call.listing("project", FILTERS, presented)


@router.post("/projects")
async def create_project(call: Incoming):
    require_module(call)
    body = call.body(ProjectRequest)
    _check_contact(call, body)
    values = {"completed": False, **body.model_dump(exclude_none=True)}
    return call.located("projects", call.store.insert(call.slug, "project", values).id)


@router.get("/projects/{project_id:int}")
async def project(call: Incoming, project_id: int):
    require_module(call)
    return call.answer(presented(call, call.get("project", project_id)), "project")


@router.patch("/projects/{project_id:int}")
async def update_project(call: Incoming, project_id: int):
    require_module(call)
    project = call.get("project", project_id)
    body = call.body(ProjectUpdate)
    _check_contact(call, body)
    project.update(body.model_dump(exclude_none=True))
    call.store.save(project)
    return call.located("projects", project_id)


@router.delete("/projects/{project_id:int}")
async def delete_project(call: Incoming, project_id: int):
    require_module(call)
    call.store.delete(call.get("project", project_id))
    return call.empty()
