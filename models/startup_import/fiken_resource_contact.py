import re

from stdnum.no import orgnr

from odoo import api, models
from odoo.tools import SQL, email_normalize

from ..connection.sentence import _lt
from .fiken_importable import Imported
from .keys import (
    company_key_sql,
    is_company_name,
    is_company_name_sql,
    name_key,
    number_key,
    number_key_sql,
)

# Fiken's names of languages (fiken-api.md §4.1), and those that Odoo may have.
LANGUAGES = {
    "NORWEGIAN": ("nb_NO", "nn_NO", "no_NO"),
    "ENGLISH": ("en_GB", "en_US"),
}
TERM_FIELDS = ("property_payment_term_id", "property_supplier_payment_term_id")
ORGANIZATION_FIELDS = ("l10n_no_bronnoysund_number", "company_registry", "vat")


class ContactImport(models.AbstractModel):
    """Fiken's contacts as Odoo's partners: fiken-api.md §4.1 and §4.4."""

    _name = "fiken.resource.contact"
    _inherit = ["fiken.resource.contact", "fiken.importable"]

    _import_field = "partner_id"
    _import_shown = (
        "name",
        "l10n_no_bronnoysund_number",
        "company_registry",
        "email",
        "phone",
        "street",
        "street2",
        "zip",
        "city",
        "country_id",
        "lang",
        "property_payment_term_id",
        "property_supplier_payment_term_id",
        "property_purchase_currency_id",
        "active",
        "child_ids",
        "bank_ids",
        "category_id",
    )

    # Reading

    @api.model
    def _import_lists(self, startup):
        """Who is both is read once: only one role is asked for."""
        roles = {"customer": startup.with_customers, "supplier": startup.with_suppliers}
        wanted = [role for role, is_wanted in roles.items() if is_wanted]
        if not wanted:
            return []
        only = {wanted[0]: True} if len(wanted) == 1 else {}
        return [("/contacts", {**only, "inactive": which}) for which in (False, True)]

    @api.model
    def _import_row(self, startup, row):
        # Fiken ignores filters that it does not know (§0.2).
        if not (
            (row.get("customer") and startup.with_customers)
            or (row.get("supplier") and startup.with_suppliers)
        ):
            return None
        roles = [role for role in ("customer", "supplier") if row.get(role)]
        return {
            "remote_id": str(row["contactId"]),
            "name": row["name"],
            "number": row.get("organizationNumber") or None,
            "email": row.get("email") or None,
            "role": "both" if len(roles) == 2 else roles[0],
            "own_id": self._own_id(row.get("memberNumberString") or ""),
            "number_key": number_key(row.get("organizationNumber")),
            "email_key": email_normalize(row.get("email") or "") or None,
            "is_company": bool(
                row.get("organizationNumber")
                or row.get("contactPerson")
                or is_company_name(row["name"])
            ),
        }

    @api.model
    def _own_id(self, key):
        """The partner that this database wrote into the contact, or None."""
        prefix = self._key(self.env["res.partner"].browse(1)).removesuffix("1")
        number = key.removeprefix(prefix) if key.startswith(prefix) else ""
        return int(number) if re.fullmatch(r"\d{1,9}", number) else None

    # Matching

    @api.model
    def _import_name_key(self, name):
        return company_key_sql(name)

    @api.model
    def _import_is_namesake(self):
        """Two companies with a number each are two, whatever they are called."""
        return SQL(
            """line.number_key IS NULL OR other.number_key IS NULL
               OR line.number_key = other.number_key"""
        )

    @api.model
    def _import_candidates(self, company):
        """Those that invoices go to: a person below a company is part of it."""
        return SQL(
            """SELECT partner.*,
                      is_company_by_hand IS TRUE OR has_company_name
                      OR cardinality(numbers) > 0 AS is_company
                 FROM (
                   SELECT id, active, email_normalized AS email,
                          is_company AS is_company_by_hand, %s AS has_company_name,
                          %s AS name_key, array_remove(ARRAY[%s], NULL) AS numbers
                     FROM res_partner
                    WHERE commercial_partner_id = id
                      AND (company_id IS NULL OR company_id IN %s)
                 ) partner""",
            is_company_name_sql(SQL("name")),
            self._import_name_key(SQL("name")),
            SQL(", ").join(
                number_key_sql(SQL.identifier(name)) for name in ORGANIZATION_FIELDS
            ),
            tuple(company._fiken_members().ids),
        )

    @api.model
    def _import_source(self, rule):
        if rule == "number":
            return SQL(
                """(SELECT DISTINCT id, active, unnest(numbers) AS number
                      FROM candidate)"""
            )
        return super()._import_source(rule)

    @api.model
    def _import_rules(self):
        """Two companies with one e-mail address are still two, and a person with their
        company's address, or name, is not that company.
        """
        is_other_company = SQL(
            """line.number_key IS NOT NULL
               AND cardinality(record.numbers) > 0
               AND line.number_key != ALL(record.numbers)"""
        )
        is_person_there = SQL(
            """line.number_key IS NOT NULL
               AND cardinality(record.numbers) = 0
               AND record.is_company_by_hand IS NOT TRUE"""
        )
        return {
            "key": SQL("record.id = line.own_id"),
            "number": SQL("record.number = line.number_key"),
            "email": SQL(
                """record.email = line.email_key AND record.name_key = line.name_key
                   AND record.is_company = line.is_company
                   AND NOT (%s) AND NOT (%s)""",
                is_other_company,
                is_person_there,
            ),
            "name": SQL(
                "record.name_key = line.name_key AND NOT (%s)", is_other_company
            ),
            # Who manages property, or keeps books, has one address for many.
            "mailbox": SQL(
                "record.email = line.email_key AND NOT (%s) AND NOT (%s)",
                is_other_company,
                is_person_there,
            ),
        }

    # In Odoo's words

    @api.model
    def _import_read(self, rows, startup, may_create=False):
        known = Known(self.env, may_create)
        return [self._import_one(row, startup, known) for row in rows]

    @api.model
    def _import_one(self, row, startup, known):
        notes = []
        number = (row.get("organizationNumber") or "").strip()
        digits = re.sub(r"\D", "", number_key(number) or "")
        people = row.get("contactPerson") or []
        terms = self._import_terms(row, known, notes)
        values = {
            "name": row["name"],
            "email": row.get("email"),
            "phone": row.get("phoneNumber"),
            "lang": known.language(row.get("language")),
            "is_company": bool(number or people),
            "customer_rank": int(bool(row.get("customer"))),
            "supplier_rank": int(bool(row.get("supplier"))),
            **self._import_address(row, known, notes),
            **terms,
        }
        if orgnr.is_valid(digits):
            values["l10n_no_bronnoysund_number"] = digits
        else:
            values["company_registry"] = number
        without = {name: False for name, value in values.items() if not value}
        values = {name: value for name, value in values.items() if value}
        values["active"] = not row.get("inactive")
        if startup.only_company:
            values["company_id"] = startup.company_id.id
        account = re.sub(r"\s", "", row.get("bankAccountNumber") or "")
        return Imported(
            values,
            without,
            links={"category_id": known.tags(row.get("groups") or [])},
            parts={
                "child_ids": [
                    self._import_person(person, known, notes) for person in people
                ],
                "bank_ids": [{"acc_number": account}] if account else [],
            },
            notes=notes,
            shown={"category_id": ", ".join(row.get("groups") or [])},
        )

    @api.model
    def _import_address(self, row, known, notes):
        address = row.get("address") or {}
        country = known.country(address.get("country"))
        if address.get("country") and not country:
            notes.append(
                _lt(
                    "Odoo does not know the country %(name)s: choose it.",
                    name=address["country"],
                )
            )
        return {
            "street": address.get("streetAddress"),
            "street2": address.get("streetAddressLine2"),
            "zip": address.get("postCode"),
            "city": address.get("city"),
            "country_id": country,
        }

    @api.model
    def _import_person(self, person, known, notes):
        address = {
            name: value
            for name, value in self._import_address(person, known, notes).items()
            if value
        }
        return {
            "name": person["name"],
            "email": person.get("email"),
            "phone": person.get("phoneNumber"),
            # With an address of their own they do not follow the company's.
            "type": "other" if address else "contact",
            **address,
        }

    @api.model
    def _import_terms(self, row, known, notes):
        """Payment terms of as many days and currencies, where Odoo has them.

        Where it has not, there are none: the ones of other customers are not theirs.
        """
        values = {}
        days = row.get("daysUntilInvoicingDueDate")
        if days is not None:
            term = known.payment_term(days)
            if not term:
                notes.append(
                    _lt(
                        "Odoo has not exactly one payment term of %(days)s days:"
                        " choose one.",
                        days=days,
                    )
                )
            roles = (row.get("customer"), row.get("supplier"))
            for name, role in zip(TERM_FIELDS, roles, strict=True):
                values[name] = role and term
        currency = row.get("currency")
        if currency and known.has_supplier_currency:
            values["property_purchase_currency_id"] = False
        if currency and currency != self.env.company.currency_id.name:
            if row.get("supplier") and known.has_supplier_currency:
                values["property_purchase_currency_id"] = known.currency(currency)
            if row.get("customer"):
                values["property_product_pricelist"] = known.pricelist(currency)
            if not any(
                values.get(name)
                for name in (
                    "property_purchase_currency_id",
                    "property_product_pricelist",
                )
            ):
                notes.append(
                    _lt(
                        "Fiken has the currency %(currency)s: Odoo has no active"
                        " currency or plain price list for it.",
                        currency=currency,
                    )
                )
        return values

    # What is there already

    @api.model
    def _import_is_same(self, record, name, value):
        if name in ORGANIZATION_FIELDS:
            return number_key(value) in {
                number_key(record[field]) for field in ORGANIZATION_FIELDS
            }
        if name in ("customer_rank", "supplier_rank"):
            return record[name] >= value
        if name in ("is_company", "company_id"):
            # What kind of record it is, and whose, was decided in Odoo.
            return True
        if name == "email":
            return (record.email or "").lower() == value.lower()
        if name == "lang":
            # Fiken knows two, Odoo many: Nynorsk is Norwegian, Swedish is not.
            is_norwegian = value in LANGUAGES["NORWEGIAN"]
            return bool(record.lang) and self._is_norwegian(record) == is_norwegian
        if name in TERM_FIELDS:
            # One of as many days, with a discount for example.
            ours, theirs = record[name].line_ids, record[name].browse(value).line_ids
            return ours.mapped("nb_days") == theirs.mapped("nb_days")
        if name == "phone":
            return re.sub(r"\s", "", record.phone or "") == re.sub(r"\s", "", value)
        return super()._import_is_same(record, name, value)

    @api.model
    def _import_is_empty(self, record, name):
        if name == "l10n_no_bronnoysund_number":
            return not record._fiken_organization_number()
        return super()._import_is_empty(record, name)

    @api.model
    def _import_missing_parts(self, record, name, parts):
        if name == "bank_ids":
            there = {
                number_key(bank.acc_number)
                for bank in record.with_context(active_test=False).bank_ids
            }
            return [
                part for part in parts if number_key(part["acc_number"]) not in there
            ]
        people = record.with_context(active_test=False).child_ids
        there = {name_key(person.email) for person in people} | {
            name_key(person.name) for person in people
        }
        there.discard(None)
        return [
            part
            for part in parts
            if not {name_key(part.get("email")), name_key(part["name"])} & there
        ]

    # What belongs to it

    @api.model
    def _import_linked(self, fiken_company, linked):
        people = self.env["fiken.resource.contact_person"]
        people._import_link(
            fiken_company, [pair for pair in linked if pair[1].get("contactPerson")]
        )


class Known:
    """What Odoo has already, read once for a batch, to look up Fiken's words in."""

    def __init__(self, env, may_create):
        self._env = env
        self._may_create = may_create
        self._languages = {code for code, _name in env["res.lang"].get_installed()}
        self._tags = None
        self._terms = None
        self._pricelists = {}
        partner_fields = env["res.partner"]._fields
        self._has_pricelists = "property_product_pricelist" in partner_fields
        # A field of the purchase app.
        self.has_supplier_currency = "property_purchase_currency_id" in partner_fields

    def language(self, name):
        codes = LANGUAGES.get((name or "").upper(), ())
        return next((code for code in codes if code in self._languages), False)

    def country(self, name):
        """By its Norwegian or English name or its code; the id or False."""
        return self._env["fiken.country"]._id_of(name)

    def payment_term(self, days):
        """The one term that is simply so many days after the invoice, or False."""
        if self._terms is None:
            self._terms = {}
            terms = self._env["account.payment.term"]
            for term in terms.search(terms._check_company_domain(self._env.company)):
                line = term.line_ids
                if (
                    len(line) == 1
                    and line.value == "percent"
                    and line.delay_type == "days_after"
                    and not term.early_discount
                ):
                    self._terms.setdefault(line.nb_days, []).append(term.id)
        terms = self._terms.get(days, [])
        return terms[0] if len(terms) == 1 else False

    def currency(self, name):
        return self._env["res.currency"].search([("name", "=", name)], limit=1).id

    def pricelist(self, currency):
        """The one price list in a currency that changes no prices, or False."""
        if not self._has_pricelists:
            return False
        if currency not in self._pricelists:
            lists = self._env["product.pricelist"]
            found = lists.search(
                [
                    *lists._check_company_domain(self._env.company),
                    ("currency_id.name", "=", currency),
                    ("item_ids", "=", False),
                ],
                limit=2,
            )
            self._pricelists[currency] = found.id if len(found) == 1 else False
        return self._pricelists[currency]

    def tags(self, names):
        """Ids of the tags with these names; a group of Fiken may get a new one."""
        if names and self._tags is None:
            found = self._env["res.partner.category"].search([])
            self._tags = {name_key(tag.name): tag.id for tag in found}
        for name in names if self._may_create else ():
            if name_key(name) and name_key(name) not in self._tags:
                tag = self._env["res.partner.category"].create({"name": name})
                self._tags[name_key(name)] = tag.id
        return [
            self._tags[name_key(name)] for name in names if name_key(name) in self._tags
        ]
