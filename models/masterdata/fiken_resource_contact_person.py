"""The people of a contact, each a record of its own in Fiken (fiken-api.md §4.1)."""

import contextlib

from odoo import api, models

from ...fiken_api import errors
from ..connection.sentence import _lt
from ..outbox.exceptions import NothingToSend
from ..outbox.fiken_resource import Prepared, Sent, Verb
from .fiken_resource_masterdata import MasterdataIdentity
from .fiken_resource_merged import PreparedRecord

PHONE_LIMIT = 20
# Where Odoo keeps Fiken's fields.
PLACES = {"name": "name", "email": "email", "phoneNumber": "phone"}


class ContactPersonResource(models.AbstractModel):
    """A child contact in Odoo. Fiken wants a name and an e-mail address of each."""

    _name = "fiken.resource.contact_person"
    _inherit = "fiken.resource.merged"
    _description = "Fiken Contact Person"

    _resource = "contact_person"
    _record_model = "res.partner"
    _priority = 115
    _title = _lt("Contact person")
    # Without an endpoint: each contact has a list of its own.
    _stage = "masterdata"
    _outlives_record = True
    _compared = ("name", "email", "phoneNumber")
    _read_only = ("contactPersonId",)

    @api.model
    def _compared_labels(self):
        return {
            "name": self.env._("Name"),
            "email": self.env._("E-mail"),
            "phoneNumber": self.env._("Phone"),
        }

    @api.model
    def _apply_fiken_value(self, person, field, value):
        person[PLACES[field]] = value or False
        return True

    @api.model
    def _enqueue_of(self, fiken_company, partner):
        """A contact is in Fiken: enqueue its people who are not, or who left it."""
        people = partner.with_context(active_test=False).child_ids
        known = self.env["fiken.binding"]._of(fiken_company, self._resource, people)
        self._enqueue(
            people.filtered(
                lambda person: person.id not in known and person._fiken_is_person()
            ),
            fiken_company,
            wake=False,
        )

    @api.model
    def _prepare(self, job, person):
        fiken_company = job.fiken_company_id
        contacts = self.env["fiken.resource.contact"]
        binding = self._binding(fiken_company, person)
        contact = contacts._binding(fiken_company, person.commercial_partner_id)
        lives_at = (binding.sent_values or {}).get("contactId") if binding else None
        gone = not person._fiken_is_person() or not contact
        if lives_at and (gone or contact.remote_id != lives_at):
            return self._removal(job, binding)
        if gone:
            raise NothingToSend(
                _lt(
                    "Fiken takes people with a name and an e-mail address of contacts"
                    " that it has."
                )
            )
        if contacts._hindrance(fiken_company, person.commercial_partner_id):
            raise NothingToSend(_lt("Its company is not sent to Fiken."))
        prepared = self._written(fiken_company, person, contact.remote_id)
        return self._changing(prepared, binding)

    @api.model
    def _written(self, fiken_company, person, contact_id):
        """The write of a person of a contact."""
        body = {"name": self._shortened(person.name), "email": person.email_normalized}
        phone = (person.phone or "").strip()
        if phone and len(phone) <= PHONE_LIMIT:
            body["phoneNumber"] = phone
        ours = {**body, "contactId": contact_id}
        return PreparedRecord(
            body,
            fiken_company._path(f"/contacts/{contact_id}/contactPerson"),
            number=person.name,
            ours=ours,
            identity=self._identity(ours),
            left_out=frozenset({"phoneNumber"} if len(phone) > PHONE_LIMIT else ()),
        )

    @api.model
    def _prepare_gone(self, job):
        binding = self._own_binding(job)
        if not binding:
            return super()._prepare_gone(job)
        return self._removal(job, binding)

    @api.model
    def _removal(self, job, binding):
        contact_id = (binding.sent_values or {}).get("contactId")
        path = f"/contacts/{contact_id}/contactPerson/{binding.remote_id}"
        return Prepared(
            None,
            job.fiken_company_id._path(path),
            remote_id=binding.remote_id,
            number=binding.number,
            verb=Verb.DELETE,
        )

    @api.model
    def _identity(self, ours) -> MasterdataIdentity:
        return MasterdataIdentity(
            key=ours["email"],
            name=ours["name"],
            contact=ours["contactId"],
            values=ours,
        )

    @api.model
    def _needs_preflight(self, prepared):
        return prepared.verb is not Verb.DELETE

    @api.model
    def _preflight(self, session, job, prepared):
        """Take over the person with the same name and address; keep what is theirs."""
        ours = prepared.ours
        try:
            if prepared.remote_id:
                there = session.get(prepared.path).row
            else:
                there = self._same_person(session, job, prepared)
        except errors.NotFound:
            if not prepared.remote_id:
                raise
            # Removed in Fiken: made once more.
            prepared.create_anew(self._identity(ours))
            there = None
        if there:
            if not prepared.remote_id:
                prepared.change(str(there["contactPersonId"]))
            self._merge(job, prepared, there)
            prepared.ours["contactId"] = ours["contactId"]
        return None

    @api.model
    def _same_person(self, session, job, prepared):
        claimed = (
            self.env["fiken.binding"]
            .search(
                [
                    ("fiken_company_id", "=", job.fiken_company_id.id),
                    ("resource", "=", self._resource),
                ]
            )
            .mapped("remote_id")
        )
        for row in session.get(prepared.path).rows:
            if str(row["contactPersonId"]) not in claimed and all(
                self._is_alike(field, row.get(field), prepared.body[field])
                for field in ("name", "email")
            ):
                return row
        return None

    @api.model
    def _write(self, session, job, prepared):
        if prepared.verb is not Verb.DELETE:
            return super()._write(session, job, prepared)
        # Somebody may have been faster.
        with contextlib.suppress(errors.NotFound):
            session.delete(prepared.path)
        return Sent(prepared.remote_id, prepared.number)

    @api.model
    def _done(self, session, job, sent):
        person = job._record()
        if sent.values or (job.identity or {}).get("values"):
            self._remember(job, sent)
            if not person:
                # Deleted in Odoo while nobody knew whether Fiken had it.
                row = self._job_row(job.res_id, job.fiken_company_id)
                self.env["fiken.job"]._enqueue([row], wake=False)
            return
        self._own_binding(job).unlink()
        if person and person._fiken_is_person():
            # Moved to another company.
            self._enqueue(person, job.fiken_company_id, wake=False)

    @api.model
    def _find(self, session, fiken_company, identity: MasterdataIdentity):
        rows = session.get(
            fiken_company._path(f"/contacts/{identity['contact']}/contactPerson")
        ).rows
        return [
            Sent(
                str(row["contactPersonId"]),
                row.get("name") or "",
                matches=row.get("name") == identity["name"],
            )
            for row in rows
            if (row.get("email") or "").lower() == identity["key"].lower()
        ]
