"""Which contact in Fiken a partner is: fiken-api.md §4.1, architecture.md §5."""

import re

from odoo import api, models
from odoo.tools import SQL

from ..connection.sentence import _lt
from ..outbox.exceptions import NeedsReview
from ..outbox.fiken_resource import Sent
from .fiken_resource_masterdata import MasterdataIdentity
from .part import Double

# What a contact is found by.
KEYS = ("memberNumberString", "organizationNumber", "email")
# What a suggestion is looked for by.
WEAK_KEYS = ("organizationNumber", "email", "name")
# The fields of a partner that may hold its number in whatever country.
NUMBERS = ("l10n_no_bronnoysund_number", "company_registry", "vat")


def digits_of(text):
    return re.sub(r"\D", "", str(text or ""))


class ContactMatch(models.AbstractModel):
    """By our own key or the organisation number; by the e-mail address of one name.

    An e-mail address or a name alone is a suggestion that a person accepts: those who
    manage property or keep books have one address for many.
    """

    _name = "fiken.resource.contact.match"
    _inherit = "fiken.resource.masterdata"
    _description = "Which Fiken Contact a Partner is"

    # Asking Fiken

    @api.model
    def _existing(self, session, job, prepared):
        """The contact that a new one is already, or None.

        A new contact costs at most four questions: one who has both an organisation
        number and an e-mail address is not asked for by our key as well.
        """
        fiken_company, partner, body = (
            job.fiken_company_id,
            job._record(),
            prepared.body,
        )
        # With wrong digits in the number nothing weaker says who it is.
        weaker = {"email"} if "organizationNumber" in prepared.left_out else set()
        fields = [field for field in KEYS if body.get(field) and field not in weaker]
        for field in fields[-2:]:
            rows = [
                row
                for row in self._asked(session, job, field, body[field])
                if self._is_hit(row, field, body)
                and not self._is_somebody_else(row, body, partner)
            ]
            rows = self._unclaimed(fiken_company, rows)
            # One that was given up in Fiken is in nobody's way.
            rows = [row for row in rows if not row.get("inactive")] or rows
            rows = self._of_one_name(rows, field, body, partner)
            if len(rows) > 1:
                raise NeedsReview(
                    _lt(
                        "Fiken has %(count)s contacts with %(value)s: %(names)s. Merge"
                        " them in Fiken, or give the right one the name that it has in"
                        " Odoo; then try again.",
                        count=len(rows),
                        value=body[field],
                        names=", ".join(row["name"] for row in rows[:5]),
                    )
                )
            if rows:
                return rows[0]
        return None

    @api.model
    def _of_one_name(self, rows, field, body, partner):
        """Of those that have a key in common, those that it makes the same.

        Our own key is certain. A number is where nobody shares it: the branches of a
        chain have one number, and are told apart by their names.
        """
        named = [row for row in rows if self._has_same_name(row, body)]
        if named and (field != "memberNumberString" or len(rows) > 1):
            return named
        if field == "email" or (
            field == "organizationNumber"
            and rows
            and self._shares_number(partner, body[field])
        ):
            return []
        return rows

    @api.model
    def _shares_number(self, partner, number):
        """Whether another contact in Odoo has the same organisation number."""
        columns = [
            SQL(r"regexp_replace(%s, '\D', '', 'g') = %s", SQL.identifier(name), number)
            for name in NUMBERS
        ]
        self.env["res.partner"].flush_model([*NUMBERS, "commercial_partner_id"])
        return bool(
            self.env.execute_query(
                SQL(
                    """SELECT id FROM res_partner
                        WHERE commercial_partner_id = id AND active AND id != %s
                          AND (%s) LIMIT 1""",
                    partner.id,
                    SQL(" OR ").join(columns),
                )
            )
        )

    @api.model
    def _asked(self, session, job, field, value):
        """What Fiken answers when asked for a value, and everybody who is inactive.

        Whether Fiken lists those unasked is not known (§4.1). They are read once a run,
        and nothing is asked twice of one contact.
        """
        fiken_company = job.fiken_company_id
        path = fiken_company._path(self._endpoint.path)
        kept = (self._resource, fiken_company.id)
        if kept not in session.kept:
            session.kept[kept] = list(session.pages(path, **self._gone_body()))
        whose, answers = session.kept.get(self._resource, (None, {}))
        if whose != job.id:
            answers = {}
            session.kept[self._resource] = (job.id, answers)
        if (field, value) not in answers:
            rows = [*session.pages(path, **{field: value}), *session.kept[kept]]
            self._learn_fields(fiken_company, rows)
            answers[field, value] = list(
                {row["contactId"]: row for row in rows}.values()
            )
        return answers[field, value]

    @api.model
    def _is_hit(self, row, field, body):
        """Check the filter's work: Fiken may ignore it (§0.2), and does not return
        every field (§4.1). Then more than the name must agree.
        """
        if field in row:
            return self._agrees(row, body, field)
        # Without our key in the row its number and address are still to be asked for.
        return field != "memberNumberString" and self._is_confirmed(row, body)

    @api.model
    def _is_confirmed(self, row, body):
        """Whether it is the same by its name and by its number or address."""
        return self._has_same_name(row, body) and any(
            self._agrees(row, body, field) for field in ("organizationNumber", "email")
        )

    @api.model
    def _has_same_name(self, row, body):
        name = self._folded(row.get("name"))
        return bool(name) and name == self._folded(body["name"])

    @api.model
    def _agrees(self, row, body, field):
        if field == "organizationNumber":
            there, ours = digits_of(row.get(field)), digits_of(body.get(field))
        else:
            there, ours = (
                re.sub(r"\s", "", str(entry.get(field) or "")).lower()
                for entry in (row, body)
            )
        return bool(there) and there == ours

    @api.model
    def _is_somebody_else(self, row, body, partner):
        """Two companies with the same e-mail address are still two, and a person who
        has their company's address is not that company.
        """
        there = digits_of(row.get("organizationNumber"))
        numbers = [digits_of(body.get("organizationNumber"))]
        if not numbers[0]:
            # Of another country, or with wrong digits.
            numbers = [digits_of(partner[field]) for field in NUMBERS]
        numbers = list(filter(None, numbers))
        if not there:
            return False
        return there not in numbers if numbers else not partner.is_company

    @api.model
    def _unclaimed(self, fiken_company, rows):
        """Rows that no other partner is linked to."""
        links = self.env["fiken.binding"]._of_remote(
            fiken_company, self._resource, [str(row["contactId"]) for row in rows]
        )
        claimed = set(links.mapped("remote_id"))
        return [row for row in rows if str(row["contactId"]) not in claimed]

    @api.model
    def _find(self, session, fiken_company, identity: MasterdataIdentity):
        """Who lacks the key and has only the name is a hit that a person decides on."""
        at, key = self._endpoint, identity["key"]
        body = {**(identity.get("values") or {}), "name": identity["name"]}
        hits = []
        for row in self._everywhere(session, fiken_company, **{at.filter: key}):
            hit = self._hit(row, identity)
            if row.get(at.key) == key:
                hits.append(hit)
            elif at.key not in row and self._has_same_name(row, body):
                hit.matches = self._is_confirmed(row, body)
                hits.append(hit)
        return hits

    @api.model
    def _is_ours(self, row, identity: MasterdataIdentity):
        return self._has_same_name(row, identity)

    # What a person decides

    @api.model
    def _suggest_alike(self, session, job, prepared):
        """It is made anew; a person may say that it is one with its name or address."""
        body, found = prepared.body, {}
        for field in WEAK_KEYS:
            if not body.get(field):
                continue
            for row in self._asked(session, job, field, body[field]):
                if self._is_alike(field, row.get(field), body[field]):
                    found[row["contactId"]] = row
        rows = [
            row
            for row in found.values()
            if "organizationNumber" in prepared.left_out
            or not self._is_somebody_else(row, body, job._record())
        ]
        rows = self._unclaimed(job.fiken_company_id, rows)
        self.env["fiken.drift"]._suggest(
            job, [(str(row["contactId"]), self._in_words(row)) for row in rows[:5]]
        )

    @api.model
    def _in_words(self, row):
        """A contact of Fiken as one line for a person."""
        number = row.get("customerNumber") or row.get("supplierNumber")
        address = row.get("address") or {}
        parts = [row["name"], number, row.get("email"), address.get("city")]
        return " · ".join(str(part) for part in parts if part)

    @api.model
    def _is_same(self, fiken_company, partner, remote_id):
        """A person says: it is this contact. What was made for it is retired.

        :return: the jobs that are owed now, as rows
        """
        bindings = self.env["fiken.binding"].sudo()
        rows = [self._job_row(partner.id, fiken_company)]
        binding = bindings._of(fiken_company, self._resource, partner).get(partner.id)
        if not binding:
            bindings._bind(self, fiken_company, partner, Sent(remote_id), sent_at=False)
            return rows
        made = binding.remote_id
        binding.write(
            {
                "remote_id": remote_id,
                "payload_hash": False,
                "sent_values": False,
                "kept_values": False,
                "tried_values": False,
            }
        )
        # The database compares them one by one.
        binding.flush_recordset()
        part = str(Double(made))
        bindings._bind(
            self,
            fiken_company,
            partner,
            Sent(made, binding.number),
            part,
            sent_at=False,
        )
        return [*rows, self._job_row(partner.id, fiken_company, part=part)]
