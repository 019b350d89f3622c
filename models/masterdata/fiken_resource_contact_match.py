"""Which contact in Fiken a partner is: fiken-api.md §4.1, architecture.md §5."""

import re

from odoo import api, models

from ..outbox.fiken_resource import NeedsReview, Sent
from .fiken_resource_masterdata import MasterdataIdentity
from .part import Double

# What a contact is found by.
KEYS = ("memberNumberString", "organizationNumber", "email")


class ContactMatch(models.AbstractModel):
    """By our own key, the organisation number or the e-mail address.

    A name alone is a suggestion that a person accepts.
    """

    _name = "fiken.resource.contact.match"
    _inherit = "fiken.resource.masterdata"
    _description = "Which Fiken Contact a Partner is"

    # Asking Fiken

    @api.model
    def _existing(self, session, job, body):
        """The contact that a new one is already, or None.

        A new contact costs at most four questions: one who has both an organisation
        number and an e-mail address is not asked for by our key as well.
        """
        fiken_company, partner = job.fiken_company_id, job._record()
        fields = [field for field in KEYS if body.get(field)]
        for field in fields[-2:]:
            rows = [
                row
                for row in self._asked(session, fiken_company, field, body[field])
                if self._is_hit(row, field, body)
                and not self._is_somebody_else(row, body, partner)
            ]
            rows = self._unclaimed(fiken_company, rows)
            # One that was given up in Fiken is in nobody's way.
            rows = [row for row in rows if not row.get("inactive")] or rows
            if len(rows) > 1:
                raise NeedsReview(
                    self.env._(
                        "Fiken has %(count)s contacts with %(value)s: %(names)s. Merge"
                        " them in Fiken, then try again.",
                        count=len(rows),
                        value=body[field],
                        names=", ".join(row["name"] for row in rows[:5]),
                    )
                )
            if rows:
                return rows[0]
        return None

    @api.model
    def _asked(self, session, fiken_company, field, value):
        """What Fiken answers when asked for a value, and everybody who is inactive.

        Whether Fiken lists those unasked is not known (§4.1). They are read once a run.
        """
        path = fiken_company._path(self._endpoint.path)
        kept = (self._resource, fiken_company.id)
        if kept not in session.kept:
            session.kept[kept] = list(session.pages(path, **self._gone_body()))
        rows = [*session.pages(path, **{field: value}), *session.kept[kept]]
        self._learn_fields(fiken_company, rows)
        return list({row["contactId"]: row for row in rows}.values())

    @api.model
    def _is_hit(self, row, field, body):
        """Check the filter's work: Fiken may ignore it (§0.2), and does not return
        every field (§4.1). Then more than the name must agree.
        """
        if field in row:
            return self._agrees(row, body, field)
        return self._is_confirmed(row, body)

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
        there, ours = (
            re.sub(r"\D", "", entry.get("organizationNumber") or "")
            for entry in (row, body)
        )
        return bool(there) and there != ours and bool(ours or not partner.is_company)

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
    def _suggest_same_name(self, session, job, body):
        """It is made anew; a person may say that it is the one with its name."""
        rows = [
            row
            for row in self._asked(session, job.fiken_company_id, "name", body["name"])
            if self._has_same_name(row, body)
            and not self._is_somebody_else(row, body, job._record())
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
                "url": self._url(fiken_company, Sent(remote_id)),
                "payload_hash": False,
                "sent_values": False,
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
