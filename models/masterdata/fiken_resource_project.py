"""Projects: analytic accounts of a vendor's plan (fiken-api.md §4.3)."""

from odoo import api, models

from ..connection.sentence import _lt
from ..outbox.exceptions import NeedsReview
from ..outbox.fiken_resource import Endpoint, Identity, Prepared, Sent

NAME_LIMIT = 200


class ProjectIdentity(Identity):
    """What finds a project again.

    :ivar name: what it is called in Fiken
    """

    name: str


class ProjectResource(models.AbstractModel):
    """A Fiken project, made when a document first needs it.

    Fiken wants a number, which it never changes, a name and a start date.
    """

    _name = "fiken.resource.project"
    _inherit = "fiken.resource"
    _description = "Fiken Project"

    _resource = "project"
    _flow = "project"
    _record_model = "account.analytic.account"
    _priority = 130
    _title = _lt("Project")
    _stage = "masterdata"
    _endpoint = Endpoint(
        "/projects",
        id="projectId",
        key="number",
        filter="number",
        number="number",
    )
    _is_awaited = True

    @api.model
    def _prepare(self, job, account):
        fiken_company = job.fiken_company_id
        body = {
            "number": self._number(account),
            "name": self._shortened(account.name, NAME_LIMIT),
            "startDate": str(
                fiken_company.accounting_start_date or account.create_date.date()
            ),
            "completed": not account.active,
        }
        prepared = Prepared(
            body,
            fiken_company._path(self._endpoint.path),
            number=body["number"],
            identity=ProjectIdentity(key=body["number"], name=body["name"]),
        )
        return self._changing(prepared, self._binding(fiken_company, account))

    @api.model
    def _number(self, account):
        """The account's reference, or a key of our own: unique, as Fiken wants it."""
        return account.code or f"odoo-{account.id}"

    @api.model
    def _needs_preflight(self, prepared):
        return not prepared.remote_id

    @api.model
    def _preflight(self, session, job, prepared):
        """Link a project that has our number and name already."""
        found = self._find(session, job.fiken_company_id, prepared.identity)
        if not found:
            return None
        if len(found) == 1 and found[0].matches:
            self._check_free(job.fiken_company_id, found[0], job._record())
            return found[0]
        raise NeedsReview(
            _lt(
                "Fiken already has a project with the number %(number)s and another"
                " name. Give the analytic account %(name)s a reference of its own.",
                number=prepared.number,
                name=prepared.body["name"],
            )
        )

    @api.model
    def _check_free(self, fiken_company, sent, account):
        """It is nobody else's project.

        :raise NeedsReview: two analytic accounts have the same reference
        """
        link = self.env["fiken.binding"]._of_remote(
            fiken_company, self._resource, [sent.remote_id]
        )
        if link and link.res_id != account.id:
            raise NeedsReview(
                _lt(
                    "%(other)s is the project %(number)s in Fiken already. Give the"
                    " analytic account %(name)s a reference of its own.",
                    other=account.browse(link.res_id).display_name,
                    number=sent.number,
                    name=account.name,
                )
            )

    @api.model
    def _write(self, session, job, prepared):
        if not prepared.remote_id:
            return super()._write(session, job, prepared)
        # A project is patched, and its number cannot be (§4.3).
        changes = {
            key: value for key, value in prepared.body.items() if key != "number"
        }
        session.patch(prepared.path, changes)
        return Sent(prepared.remote_id, prepared.number)

    @api.model
    def _is_ours(self, row, identity: ProjectIdentity):
        return row["name"] == identity["name"]
