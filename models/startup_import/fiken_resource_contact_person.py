from odoo import api, models


class ContactPersonImport(models.AbstractModel):
    """The people of contacts that were imported are the ones that Fiken has."""

    _inherit = "fiken.resource.contact_person"

    @api.model
    def _import_link(self, fiken_company, linked):
        """Link those who have the name and the address of one of Fiken's.

        :param linked: list of (partner, its contact as Fiken has it)
        """
        if not linked:
            return
        bindings = self.env["fiken.binding"]
        people = self.env["res.partner"].union(
            *(partner.child_ids for partner, _row in linked)
        )
        known = set(bindings._of(fiken_company, self._resource, people))
        ids = [
            str(there.get("contactPersonId"))
            for _partner, row in linked
            for there in row["contactPerson"]
        ]
        of_others = bindings._of_remote(fiken_company, self._resource, ids)
        claimed = set(of_others.mapped("remote_id"))
        links = []
        for partner, row in linked:
            free = partner.child_ids.filtered(
                lambda person: person.id not in known and person._fiken_is_person()
            )
            for there in row["contactPerson"]:
                remote_id = str(there.get("contactPersonId") or "")
                same = free.filtered(
                    lambda person, there=there: self._is_alike(
                        "name", person.name, there.get("name")
                    )
                    and self._is_alike("email", person.email, there.get("email"))
                )[:1]
                if same and remote_id and remote_id not in claimed:
                    free -= same
                    links.append(
                        self._import_one(fiken_company, same, there, row["contactId"])
                    )
        bindings._link(self, fiken_company, links)

    @api.model
    def _import_one(self, fiken_company, person, there, contact_id):
        prepared = self._written(fiken_company, person, str(contact_id))
        sent, kept = self._met(fiken_company, prepared, there)
        return {
            "res_id": person.id,
            "remote_id": str(there["contactPersonId"]),
            "number": person.name,
            "payload_hash": prepared.payload_hash,
            "sent_values": {**sent, "contactId": str(contact_id)},
            "kept_values": kept,
        }
