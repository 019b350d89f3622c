import re

from odoo import api, models
from odoo.tools.translate import LazyTranslate

from ..outbox.fiken_resource import (
    Endpoint,
    MissingSetting,
    NeedsReview,
    NothingToSend,
    Sent,
    WaitsFor,
)
from .fiken_resource_masterdata import MasterdataIdentity

_lt = LazyTranslate(__name__)

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
# Fiken's limits (§4.1).
NAME_LIMIT = 200
PHONE_LIMIT = 20
ROLES = ("customer", "supplier")
# Of the books, and of a contact that has no other.
CURRENCY = "NOK"


class ContactResource(models.AbstractModel):
    """Customers and suppliers: one Fiken contact per commercial partner.

    Facts: fiken-api.md §4.1 and §9.
    """

    _name = "fiken.resource.contact"
    _inherit = "fiken.resource.contact.match"
    _description = "Fiken Contact"

    _resource = "contact"
    _record_model = "res.partner"
    _priority = 110
    _title = _lt("Contact")
    _endpoint = Endpoint(
        "/contacts",
        id="contactId",
        key="memberNumberString",
        filter="memberNumberString",
        number="name",
        page="/kontakter/%s",
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
    _doubtful = ("phoneNumber", "currency", "memberNumberString")

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
        body, note = self._body(partner)
        return self._prepared(job, partner, body, partner.name, note)

    @api.model
    def _check_wanted(self, fiken_company, partner):
        """Whether the company's choice lets Odoo write the contact.

        One who is not in Fiken yet may be found there, whatever was chosen.
        """
        if not self._binding(fiken_company, partner):
            return
        if partner._fiken_is_excluded():
            raise NothingToSend(self.env._("It is excluded from Fiken."))
        if partner._fiken_choice(fiken_company) == "off":
            raise NothingToSend(
                self.env._(
                    "%(company)s does not send such contacts to Fiken.",
                    company=fiken_company.name,
                )
            )

    @api.model
    def _body(self, partner):
        """The contact in Fiken's words, and a note on what was left out.

        Only fields that Odoo has a value for: the rest stays as Fiken has it.
        """
        name = " ".join((partner.name or "").split())
        if not name:
            raise NeedsReview(self.env._("The contact has no name. Enter one."))
        if len(name) > NAME_LIMIT:
            raise NeedsReview(
                self.env._(
                    "The name %(name)s… has %(length)s characters; Fiken takes"
                    " %(limit)s. Shorten it.",
                    name=name[:40],
                    length=len(name),
                    limit=NAME_LIMIT,
                )
            )
        body = {
            "name": name,
            **self._roles(partner),
            "memberNumberString": self._key(partner),
            "inactive": not partner.active,
            "language": "NORWEGIAN" if self._is_norwegian(partner) else "ENGLISH",
        }
        notes = []
        optional = {
            "email": self._one_email(partner, notes),
            "phoneNumber": self._phone(partner, notes),
            "organizationNumber": partner._fiken_organization_number(),
            "address": self._address(partner, notes),
            "currency": self._currency(partner),
            "daysUntilInvoicingDueDate": self._due_days(partner),
            "bankAccountNumber": self._bank_account(partner),
            "groups": sorted(partner.category_id.mapped("name")),
        }
        body.update(
            {field: value for field, value in optional.items() if value not in ("", [])}
        )
        return {k: v for k, v in body.items() if v is not None}, " ".join(notes)

    @api.model
    def _is_supplier(self, fiken_company, partner):
        """Whether it is one in Fiken, which takes bills from suppliers only (§4.1)."""
        sent = self._binding(fiken_company, partner).sent_values or {}
        return bool(sent.get("supplier"))

    @api.model
    def _identity(self, body):
        return MasterdataIdentity(
            key=body["memberNumberString"], name=body["name"], values=body
        )

    @api.model
    def _roles(self, partner):
        """What it is used for; somebody who is neither yet is about to buy."""
        supplier = partner.supplier_rank > 0
        roles = {"supplier": True} if supplier else {}
        if partner.customer_rank > 0 or not supplier:
            roles["customer"] = True
        return roles

    @api.model
    def _key(self, partner):
        """A partner's key in Fiken, unique over databases (architecture.md §5)."""
        uuid = self.env["ir.config_parameter"].sudo().get_param("database.uuid", "")
        return f"odoo-{uuid[:8]}-{partner.id}"

    @api.model
    def _is_norwegian(self, partner):
        return (partner.lang or "nb_NO")[:2] in ("nb", "nn", "no")

    @api.model
    def _one_email(self, partner, notes):
        emails = partner.email_normalized or ""
        if partner.email and not emails:
            notes.append(
                self.env._("The e-mail address was left out: it is not a single one.")
            )
        return emails

    @api.model
    def _phone(self, partner, notes):
        phone = (partner.phone or "").strip()
        if len(phone) > PHONE_LIMIT:
            phone = phone.replace(" ", "")
        if len(phone) > PHONE_LIMIT:
            notes.append(self.env._("The phone number was left out: it is too long."))
            return ""
        return phone

    @api.model
    def _address(self, partner, notes):
        """Fiken takes an address only with a country (fiken-api.md §3.1)."""
        parts = {
            "streetAddress": partner.street,
            "streetAddressLine2": partner.street2,
            "postCode": partner.zip,
            "city": partner.city,
        }
        parts = {field: value for field, value in parts.items() if value}
        if not partner.country_id:
            if parts:
                notes.append(
                    self.env._(
                        "The address was left out: Fiken wants a country, and"
                        " %(name)s has none.",
                        name=partner.name,
                    )
                )
            return None
        country = partner.country_id.with_context(lang="en_US").name
        return {**parts, "country": country}

    @api.model
    def _currency(self, partner):
        """The currency of its price list or purchases, where it is a foreign one."""
        currency = partner.specific_property_product_pricelist.currency_id
        if partner.supplier_rank and "property_purchase_currency_id" in partner._fields:
            currency = currency or partner["property_purchase_currency_id"]
        name = currency.name or CURRENCY
        return name if name != CURRENCY else ""

    @api.model
    def _due_days(self, partner):
        """Days of its payment term; Fiken knows none that is more than that."""
        line = partner.property_payment_term_id.line_ids
        if len(line) != 1 or line.delay_type != "days_after":
            return None
        return line.nb_days

    @api.model
    def _bank_account(self, partner):
        """The eleven digits of a supplier's first Norwegian account (§4.1)."""
        if not partner.supplier_rank:
            return ""
        for bank in partner.bank_ids:
            digits = re.sub(r"\W", "", bank.acc_number or "").upper()
            if re.fullmatch(r"NO\d{13}", digits):
                digits = digits[4:]
            if re.fullmatch(r"\d{11}", digits):
                return digits
        return ""

    # Used by documents

    @api.model
    def _id_as(self, role, fiken_company, partner):
        """The Fiken id of a partner that can be used as customer or supplier.

        :raise WaitsFor: it is not in Fiken yet, or not in that role
        """
        remote_id = self._bound_id(fiken_company, partner)
        sent = self._binding(fiken_company, partner).sent_values
        if (
            sent
            and not sent.get(role)
            and role in self._roles(partner)
            and not partner._fiken_is_excluded()
            and partner._fiken_choice(fiken_company) != "off"
        ):
            raise WaitsFor(self, partner, None)
        return remote_id

    # Asking Fiken

    @api.model
    def _preflight(self, session, job, prepared):
        """Before a PUT: merge with what Fiken has. Before a POST: is it there?

        In the order of architecture.md §5: our own key, organisation number, e-mail.
        A name alone is a suggestion that a person accepts.
        """
        if prepared.remote_id and self._merge_known(session, job, prepared):
            return None
        fiken_company, partner = job.fiken_company_id, job._record()
        row = self._existing(session, job, prepared.body)
        hindrance = self._hindrance(fiken_company, partner)
        if row and hindrance:
            # Linked, because a document needs it; what it is called is Fiken's.
            return Sent(str(row["contactId"]), row["name"])
        if hindrance:
            raise hindrance
        if row:
            prepared.change(str(row["contactId"]))
            self._merge(session, job, prepared)
            return None
        self._suggest_same_name(session, job, prepared.body)
        return None

    @api.model
    def _hindrance(self, fiken_company, partner):
        """Why Odoo may not make this contact in Fiken, or None."""
        if partner._fiken_is_excluded():
            return MissingSetting(
                self.env._(
                    "%(name)s is excluded from Fiken and is not there. Remove the"
                    " exclusion, or make the contact in Fiken with the same"
                    " organisation number or e-mail.",
                    name=partner.display_name,
                ),
                partner,
            )
        if partner._fiken_choice(fiken_company) == "off":
            return MissingSetting(
                self.env._(
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
        if "groups" in ours or "groups" in before:
            own = set(there.get("groups") or ()) - set(before.get("groups") or ())
            ours["groups"] = sorted(own | set(ours.get("groups") or ()))
        # A PUT without these leaves them as they are (§4.1).
        if before.get("phoneNumber"):
            ours.setdefault("phoneNumber", "")
        if before.get("currency"):
            ours.setdefault("currency", CURRENCY)

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
            for code in codes:
                if code in installed:
                    partner.lang = code
                    return True
            return False
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
