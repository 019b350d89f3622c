from odoo import api, models

from ..connection.sentence import _lt
from ..outbox.exceptions import NeedsReview

# Fiken's limits (§4.1).
NAME_LIMIT = 200
PHONE_LIMIT = 20
# Of the books, and of a contact that has no other.
CURRENCY = "NOK"


class ContactBody(models.AbstractModel):
    """A partner in Fiken's words: fiken-api.md §4.1."""

    _name = "fiken.contact.body"
    _description = "Fiken Contact in Fiken's Words"

    @api.model
    def _body(self, partner):
        """The contact in Fiken's words, and what of it cannot be said there.

        Only fields that Odoo has a value for: the rest stays as Fiken has it.

        :return: (body, {field that is left out: why})
        """
        name = " ".join((partner.name or "").split())
        if not name:
            raise NeedsReview(_lt("The contact has no name. Enter one."))
        if len(name) > NAME_LIMIT:
            raise NeedsReview(
                _lt(
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
        notes = {}
        if not partner.lang:
            # Nobody has said which.
            notes["language"] = ""
        optional = {
            "email": self._one_email(partner, notes),
            "phoneNumber": self._phone(partner, notes),
            "organizationNumber": self._organization_number(partner, notes),
            "address": self._address(partner, notes),
            "currency": self._currency(partner),
            "daysUntilInvoicingDueDate": self._due_days(partner),
            "bankAccountNumber": self._bank_account(partner, notes),
            "groups": sorted(partner.category_id.mapped("name")),
        }
        body.update(
            {
                field: value
                for field, value in optional.items()
                if value not in (None, "", [])
            }
        )
        return body, notes

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
            notes["email"] = _lt(
                "The e-mail address was left out: it is not a single one."
            )
        return emails

    @api.model
    def _phone(self, partner, notes):
        phone = (partner.phone or "").strip()
        if len(phone) > PHONE_LIMIT:
            phone = phone.replace(" ", "")
        if len(phone) > PHONE_LIMIT:
            notes["phoneNumber"] = _lt("The phone number was left out: it is too long.")
            return ""
        return phone

    @api.model
    def _organization_number(self, partner, notes):
        wrong = partner._fiken_wrong_organization_number()
        if wrong:
            notes["organizationNumber"] = _lt(
                "The organisation number %(number)s was left out: its digits are wrong."
                " Correct it on %(name)s.",
                number=wrong,
                name=partner.name,
            )
        return partner._fiken_organization_number()

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
                notes["address"] = _lt(
                    "The address was left out: Fiken wants a country, and"
                    " %(name)s has none.",
                    name=partner.name,
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
    def _bank_account(self, partner, notes):
        """The eleven digits of a supplier's first Norwegian account that is trusted."""
        if not partner.supplier_rank:
            return ""
        for bank in partner.bank_ids:
            number = bank._fiken_account_number()
            if number and bank.allow_out_payment:
                notes.pop("bankAccountNumber", None)
                return number
            if number:
                why = _lt(
                    "The bank account %(number)s was left out: nobody has said in Odoo"
                    " that money may be sent to it.",
                    number=bank.acc_number,
                )
            else:
                why = _lt(
                    "The bank account %(number)s was left out: it is no valid"
                    " Norwegian account.",
                    number=bank.acc_number,
                )
            notes.setdefault("bankAccountNumber", why)
        return ""
