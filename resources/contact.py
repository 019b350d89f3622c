import re

from odoo import api, models

from odoo.addons.fiken_connector.fiken_api import errors

from .base import Nothing, Prepared, Sent, Stop

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


class ContactResource(models.AbstractModel):
    """Customers and suppliers: one Fiken contact per commercial partner.

    Facts: fiken-api.md §4.1 and §9.
    """

    _name = "fiken.resource.contact"
    _inherit = "fiken.resource"
    _description = "Fiken Contact"

    _resource = "contact"
    _record_model = "res.partner"
    _priority = 10
    _is_awaited = True

    @api.model
    def _label(self):
        return self.env._("Contact")

    @api.model
    def _prepare(self, job, partner):
        binding = self._binding(job.fiken_company_id, partner)
        body, note = self._body(partner)
        prepared = Prepared(
            body,
            job.fiken_company_id._path("/contacts"),
            number=partner.name,
            note=note,
        )
        if binding:
            prepared.change(binding.remote_id)
            if binding.payload_hash == prepared.payload_hash:
                raise Nothing(self.env._("Nothing that Fiken keeps has changed."))
        else:
            prepared.sent_as = self._sent_as(body)
        return prepared

    @api.model
    def _body(self, partner):
        """The contact in Fiken's words, and a note on what was left out.

        Only fields that Odoo has a value for: the rest stays as Fiken has it.
        """
        name = " ".join((partner.name or "").split())
        if not name:
            raise Stop(self.env._("The contact has no name. Enter one."))
        if len(name) > NAME_LIMIT:
            raise Stop(
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
            "bankAccountNumber": self._bank_account_number(partner),
        }
        body.update({field: value for field, value in optional.items() if value})
        return body, " ".join(notes)

    @api.model
    def _roles(self, partner):
        """What she is used as: Fiken takes a bill from a supplier only (§4.1)."""
        if not partner.supplier_rank:
            return {"customer": True}
        return {"customer": bool(partner.customer_rank), "supplier": True}

    @api.model
    def _bank_account_number(self, partner):
        """The first Norwegian account of a supplier: eleven digits (§4.1)."""
        if not partner.supplier_rank:
            return ""
        numbers = [bank.sanitized_acc_number or "" for bank in partner.sudo().bank_ids]
        numbers = [
            number for number in numbers if len(number) == 11 and number.isdecimal()
        ]
        return numbers[0] if numbers else ""

    @api.model
    def _is_current(self, fiken_company, partner):
        """Whether Fiken has her as Odoo has her now, her roles included."""
        binding = self._binding(fiken_company, partner)
        body, _note = self._body(partner)
        sent = Prepared(body, "")
        return bool(binding) and binding.payload_hash == sent.payload_hash

    @api.model
    def _sent_as(self, body):
        return {"key": body["memberNumberString"], "name": body["name"]}

    @api.model
    def _key(self, partner):
        """Fiken's member number of a partner: unique over databases (design §5)."""
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

    # Asking Fiken

    @api.model
    def _needs_look(self, prepared):
        return True

    @api.model
    def _look_first(self, session, job, prepared):
        """Before a PUT: merge with what Fiken has. Before a POST: is she there?

        Matching order of design §5: our own key, organisation number, e-mail. A name
        alone is no match.
        """
        if prepared.remote_id:
            try:
                self._merge(session, prepared)
                return None
            except errors.NotFound:
                # Deleted in Fiken, which only contacts without documents can be.
                prepared.create_anew(self._sent_as(prepared.body))
        row = self._existing(session, job, prepared.body)
        if row:
            prepared.change(str(row["contactId"]))
            self._merge(session, prepared)
        return None

    @api.model
    def _merge(self, session, prepared):
        """A PUT replaces: what only Fiken knows is read and sent along (§4.1)."""
        there = session.get(prepared.path).body
        kept = {
            field: value
            for field, value in there.items()
            if field not in READ_ONLY and value is not None
        }
        ours = dict(prepared.body)
        for role in ("customer", "supplier"):
            if kept.get(role):
                ours[role] = True
        if kept.get("memberNumberString"):
            # A number that people use in Fiken; the link does without ours.
            del ours["memberNumberString"]
        prepared.body = {**kept, **ours}

    @api.model
    def _existing(self, session, job, body):
        fiken_company, partner = job.fiken_company_id, job._record()
        for field in ("memberNumberString", "organizationNumber", "email"):
            value = body.get(field)
            if not value:
                continue
            rows = [
                row
                for row in session.pages(
                    fiken_company._path("/contacts"), **{field: value}
                )
                if self._same(row, field, value)
            ]
            rows = [
                row
                for row in self._unclaimed(fiken_company, rows)
                if not self._is_somebody_else(row, body, partner)
            ]
            if len(rows) > 1:
                raise Stop(
                    self.env._(
                        "Fiken has %(count)s contacts with %(value)s: %(names)s. Merge"
                        " them in Fiken, then try again.",
                        count=len(rows),
                        value=value,
                        names=", ".join(row["name"] for row in rows[:5]),
                    )
                )
            if rows:
                return rows[0]
        return None

    @api.model
    def _same(self, row, field, value):
        """Check the filter's work; Fiken does not return every field (§4.1)."""
        there = row.get(field)
        if there is None:
            return field == "memberNumberString" and field not in row
        return str(there).lower().replace(" ", "") == str(value).lower()

    @api.model
    def _is_somebody_else(self, row, body, partner):
        """Two companies with the same e-mail address are still two, and a person who
        has her company's address is not that company.
        """
        there, ours = (
            re.sub(r"\D", "", entry.get("organizationNumber") or "")
            for entry in (row, body)
        )
        return bool(there) and there != ours and bool(ours or not partner.is_company)

    @api.model
    def _unclaimed(self, fiken_company, rows):
        """Rows that no other partner is linked to."""
        claimed = set(
            self.env["fiken.binding"]
            .search(
                [
                    ("fiken_company_id", "=", fiken_company.id),
                    ("resource", "=", self._resource),
                    ("remote_id", "in", [str(row["contactId"]) for row in rows]),
                ]
            )
            .mapped("remote_id")
        )
        return [row for row in rows if str(row["contactId"]) not in claimed]

    @api.model
    def _find(self, session, fiken_company, sent_as):
        rows = session.pages(
            fiken_company._path("/contacts"), memberNumberString=sent_as["key"]
        )
        return [
            Sent(
                str(row["contactId"]),
                row["name"],
                matches=row["name"].lower() == sent_as["name"].lower(),
            )
            for row in rows
            if self._same(row, "memberNumberString", sent_as["key"])
        ]

    @api.model
    def _url(self, fiken_company, sent):
        return fiken_company._web_url(f"/kontakter/{sent.remote_id}")
