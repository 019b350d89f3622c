"""Which contact in Fiken a partner is: fiken-api.md §4.1, architecture.md §5."""

import re

from odoo import api, models

from ..outbox.fiken_resource import NeedsReview, Sent
from .fiken_resource_masterdata import MasterdataIdentity
from .part import Double


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
        fiken_company, partner = job.fiken_company_id, job._record()
        for field in ("memberNumberString", "organizationNumber", "email"):
            value = body.get(field)
            if not value:
                continue
            rows = [
                row
                for row in session.pages(
                    fiken_company._path(self._endpoint.path), **{field: value}
                )
                if self._same(row, field, value)
            ]
            rows = [
                row
                for row in self._unclaimed(fiken_company, rows)
                if not self._is_somebody_else(row, body, partner)
            ]
            if len(rows) > 1:
                raise NeedsReview(
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
        at, key = self._endpoint, identity["key"]
        rows = session.pages(fiken_company._path(at.path), **{at.filter: key})
        return [
            self._hit(row, identity) for row in rows if self._same(row, at.key, key)
        ]

    @api.model
    def _is_ours(self, row, identity: MasterdataIdentity):
        return row["name"].lower() == identity["name"].lower()

    # What a person decides

    @api.model
    def _suggest_same_name(self, session, job, body):
        """It is made anew; a person may say that it is the one with its name."""
        rows = [
            row
            for row in session.pages(
                job.fiken_company_id._path(self._endpoint.path), name=body["name"]
            )
            if self._folded(row["name"]) == self._folded(body["name"])
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
