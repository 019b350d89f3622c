from odoo import api, models

from ...fiken_api import errors
from ..connection.sentence import _lt
from ..outbox.exceptions import MissingSetting, NothingToSend, WaitsFor
from ..outbox.fiken_resource import Endpoint
from .fiken_contact_body import CURRENCY
from .fiken_resource_contact_match import digits_of
from .fiken_resource_masterdata import MasterdataIdentity
from .fiken_resource_merged import SentRecord

# Fiken sets these itself; a PUT must not carry them (fiken-api.md §4.1).
READ_ONLY = (
    "contactId",
    "createdDate",
    "lastModifiedDate",
    "customerNumber",
    "supplierNumber",
    "customerAccountCode",
    "supplierAccountCode",
    "documents",
    "contactPerson",
    "notes",
)
ROLES = ("customer", "supplier")


class ContactResource(models.AbstractModel):
    """Customers and suppliers: one Fiken contact per commercial partner.

    Facts: fiken-api.md §4.1 and §9.
    """

    _name = "fiken.resource.contact"
    _inherit = ["fiken.resource.contact.match", "fiken.contact.body"]
    _description = "Fiken Contact"

    _resource = "contact"
    _flow = "contact"
    _record_model = "res.partner"
    _priority = 110
    _title = _lt("Contact")
    _endpoint = Endpoint(
        "/contacts",
        id="contactId",
        key="memberNumberString",
        filter="memberNumberString",
        number="name",
        page="/kontakt/%s",
    )
    _read_only = READ_ONLY
    _compared = (
        "name",
        "email",
        "phoneNumber",
        "organizationNumber",
        "address",
        "language",
        "currency",
        "bankAccountNumber",
        "daysUntilInvoicingDueDate",
        "inactive",
    )
    # Whom it pays is never Odoo's to replace by itself.
    _guarded = ("bankAccountNumber",)
    _doubtful = ("phoneNumber", "currency", "memberNumberString")
    # A PUT without these leaves them as they are (§4.1).
    _nothing = {"phoneNumber": "", "currency": CURRENCY}

    @api.model
    def _compared_labels(self):
        return {
            "name": self.env._("Name"),
            "email": self.env._("E-mail"),
            "phoneNumber": self.env._("Phone"),
            "organizationNumber": self.env._("Organisation number"),
            "address": self.env._("Address"),
            "language": self.env._("Language"),
            "currency": self.env._("Currency"),
            "bankAccountNumber": self.env._("Bank account"),
            "daysUntilInvoicingDueDate": self.env._("Days until due"),
            "inactive": self.env._("Inactive"),
        }

    @api.model
    def _gone_body(self):
        return {"inactive": True}

    @api.model
    def _prepare(self, job, partner):
        if job.part:
            return self._retired(job, self._own_binding(job))
        self._check_belongs(job.fiken_company_id, partner)
        self._check_wanted(job.fiken_company_id, partner)
        return self._written(job, partner)

    @api.model
    def _written(self, job, partner):
        body, notes = self._body(partner)
        return self._prepared(job, partner, body, partner.name, notes)

    @api.model
    def _changing(self, prepared, binding):
        """A role that Fiken is not known to have is sent though nothing has changed."""
        known = binding and binding.sent_values or {}
        if known and any(
            prepared.body.get(role) and not known.get(role) for role in ROLES
        ):
            prepared.change(binding.remote_id)
            return prepared
        return super()._changing(prepared, binding)

    @api.model
    def _check_wanted(self, fiken_company, partner):
        """Whether the company's choice lets Odoo write the contact.

        One who is not in Fiken yet may be found there, whatever was chosen.
        """
        if not self._binding(fiken_company, partner):
            return
        if partner._fiken_is_excluded():
            raise NothingToSend(_lt("It is excluded from Fiken."))
        if partner._fiken_choice(fiken_company) == "off":
            raise NothingToSend(
                _lt(
                    "%(company)s does not send such contacts to Fiken.",
                    company=fiken_company.name,
                )
            )

    @api.model
    def _identity(self, body):
        return MasterdataIdentity(
            key=body["memberNumberString"], name=body["name"], values=body
        )

    # Used by documents

    @api.model
    def _id_as(self, role, fiken_company, partner, vendor=None):
        """The Fiken id of a partner that can be used as customer or supplier.

        Fiken takes bills from suppliers only, invoices to customers only (§4.1). Where
        Odoo may not give the role, Fiken is asked with the document itself.

        :raise WaitsFor: it is not in Fiken yet, or not in that role
        """
        remote_id = self._bound_id(fiken_company, partner, vendor)
        known = self._binding(fiken_company, partner).sent_values or {}
        if (
            not known.get(role)
            and role in self._roles(partner)
            and not self._hindrance(fiken_company, partner)
        ):
            raise WaitsFor(self, partner, vendor)
        return remote_id

    # Asking Fiken

    @api.model
    def _changed_role(self, session, role, fiken_company, partner, vendor):
        """A document was refused: whether its contact has lost the role in Fiken.

        :return: what the document waits for now, or None
        """
        binding = self._binding(fiken_company, partner)
        if not binding or self._hindrance(fiken_company, partner):
            return None
        path = f"{fiken_company._path(self._endpoint.path)}/{binding.remote_id}"
        try:
            row = session.get(path).row
        except errors.NotFound:
            binding.write({"payload_hash": False})
        else:
            if row.get(role) or role not in self._roles(partner):
                return None
            self._learn_row(binding, row)
        return WaitsFor(self, partner, vendor)

    @api.model
    def _preflight(self, session, job, prepared):
        """Before a PUT: merge with what Fiken has. Before a POST: is it there?

        In the order of architecture.md §5: our own key, organisation number, e-mail.
        A name alone is a suggestion that a person accepts.
        """
        if prepared.remote_id and self._merge_known(session, job, prepared):
            return None
        fiken_company, partner = job.fiken_company_id, job._record()
        row = self._existing(session, job, prepared)
        hindrance = self._hindrance(fiken_company, partner)
        if row and hindrance:
            # Linked, because a document needs it; what it is called is Fiken's.
            known = self._beside(row)
            return SentRecord(str(row["contactId"]), row["name"], values=known)
        if row:
            prepared.change(str(row["contactId"]))
            self._merge_read(session, job, prepared)
            return None
        self._suggest_alike(session, job, prepared)
        if hindrance:
            raise hindrance
        return None

    @api.model
    def _hindrance(self, fiken_company, partner):
        """Why Odoo may not make this contact in Fiken, or None."""
        if partner._fiken_is_excluded():
            return MissingSetting(
                _lt(
                    "%(name)s is excluded from Fiken and is not there. Remove the"
                    " exclusion, or make the contact in Fiken with the same"
                    " organisation number or e-mail.",
                    name=partner.display_name,
                ),
                partner,
            )
        if partner._fiken_choice(fiken_company) == "off":
            return MissingSetting(
                _lt(
                    "%(name)s is not in Fiken, and %(company)s makes no contacts there."
                    " Change that on the Fiken company, or make the contact in Fiken"
                    " with the same organisation number or e-mail.",
                    name=partner.display_name,
                    company=fiken_company.name,
                ),
                fiken_company,
            )
        return None

    @api.model
    def _fit(self, there, ours, before):
        for role in ROLES:
            if there.get(role):
                ours[role] = True
        if there.get("memberNumberString"):
            # A number that people use in Fiken; the link does without ours.
            ours["memberNumberString"] = there["memberNumberString"]
        sent = {**dict.fromkeys(ROLES, False), **ours}
        if "groups" in ours or "groups" in before:
            own = set(there.get("groups") or ()) - set(before.get("groups") or ())
            ours["groups"] = sorted(own | set(ours.get("groups") or ()))
        return sent

    @api.model
    def _without_defaults(self, there, past):
        """Fiken gives a new contact a currency and a country of its own."""
        if past.is_first(self._compared):
            return there
        there = dict(there)
        if there.get("currency") == CURRENCY and "currency" not in past.kept:
            del there["currency"]
        if set(there.get("address") or ()) == {"country"} and not (
            "address" in past.kept or "address" in past.sent
        ):
            del there["address"]
        return there

    @api.model
    def _beside(self, row):
        """A role that was taken away in Fiken is sent again when Odoo needs it."""
        return {role: bool(row.get(role)) for role in ROLES}

    @api.model
    def _is_alike(self, field, one, other):
        if field == "organizationNumber":
            one, other = digits_of(one), digits_of(other)
        return super()._is_alike(field, one, other)

    @api.model
    def _done(self, session, job, sent):
        """Its people follow, now that there is a contact they belong to."""
        if not job.part and job._record():
            people = self.env["fiken.resource.contact_person"]
            people._enqueue_of(job.fiken_company_id, job._record())
        return super()._done(session, job, sent)

    @api.model
    def _apply_fiken_value(self, partner, field, value):
        if field == "address":
            partner.write(self._address_values(value or {}))
            return True
        if field == "inactive":
            partner.active = not value
            return True
        if field == "language":
            codes = (
                ("en_US",) if str(value).upper() == "ENGLISH" else ("nb_NO", "nn_NO")
            )
            installed = [code for code, _name in self.env["res.lang"].get_installed()]
            # Without the language Odoo says nothing about it.
            partner.lang = next((code for code in codes if code in installed), False)
            return True
        places = {
            "name": "name",
            "email": "email",
            "phoneNumber": "phone",
            "organizationNumber": "company_registry",
        }
        if field not in places or (field == "name" and not value):
            return False
        if field == "organizationNumber" and partner.l10n_no_bronnoysund_number:
            partner.l10n_no_bronnoysund_number = False
        partner[places[field]] = value or False
        return True

    @api.model
    def _address_values(self, address):
        country_id = self.env["fiken.country"]._id_of(address.get("country"))
        values = {
            "street": address.get("streetAddress") or False,
            "street2": address.get("streetAddressLine2") or False,
            "zip": address.get("postCode") or False,
            "city": address.get("city") or False,
        }
        return {**values, "country_id": country_id} if country_id else values

    @api.model
    def _folded(self, value):
        """Countries are compared, not what they are called (§3.1)."""
        if isinstance(value, dict) and value.get("country"):
            country_id = self.env["fiken.country"]._id_of(value["country"])
            value = {**value, "country": country_id or value["country"]}
        return super()._folded(value)
