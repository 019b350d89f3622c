"""Bills that somebody booked or scanned in Fiken: shown, not doubled (§6.1, §9)."""

from odoo import api, fields, models

from ...figures import bill_match
from ..connection.sentence import _lt, joined
from ..outbox.exceptions import NeedsReview


class BillDuplicate(models.AbstractModel):
    """What Fiken has that may be the same bill, for a person to decide."""

    _name = "fiken.bill.duplicate"
    _description = "Finding the same Bill in Fiken"

    @api.model
    def _check(self, session, job, bill):
        """A bill that somebody booked or scanned in Fiken is shown, not doubled.

        :raise NeedsReview: a person must say whether it is the same
        :raise NotYet: Fiken's purchases are still being read
        """
        found = [*self._purchases(session, job, bill), *self._scans(session, job, bill)]
        found = [one for one in found if not job._is_passed_over(one)]
        if found:
            raise NeedsReview(self._found_text(job, found), found=found)

    @api.model
    def _found_text(self, job, found):
        return _lt(
            "%(name)s may be in Fiken already: %(found)s. Look there, then say in this"
            " job whether it is the same.",
            name=job._record().display_name,
            found=joined(*map(self._one_text, found), separator=", "),
        )

    @api.model
    def _one_text(self, one):
        if one["kind"] == "inbox":
            return _lt("%(number)s in the inbox", number=one["number"])
        return _lt("the purchase %(number)s", number=one["number"])

    # Purchases

    @api.model
    def _purchases(self, session, job, bill):
        """Those that may be the bill, as they are shown.

        Supplier and number are a key within the year of the bill; numbers may start
        anew in the next one. What is only similar lies some days around it, and is
        shown when a person has said that what carries the number is another: of two
        at once they could link neither.
        """
        same, similar = {}, {}
        readings = self.env["fiken.purchase.reading"]
        for day in map(fields.Date.to_date, bill_match.days_of(bill)):
            for one in self._of_year(session, job, bill, day):
                if bill_match.is_same_key(one, bill):
                    same[one.id] = one
            for one in readings._around(session, job, day):
                if bill_match.is_same_bill(one, bill):
                    similar[one.id] = one
                if bill_match.is_same_key(one, bill):
                    same[one.id] = one
        return self._undecided(session, job, same) or self._undecided(
            session, job, similar
        )

    @api.model
    def _undecided(self, session, job, found):
        """Those that are there, are no other bill of ours, and nobody has judged."""
        fiken_company = job.fiken_company_id
        purchases = self.env["fiken.resource.purchase"]
        shown = [
            {
                "kind": "purchase",
                "id": one.id,
                "number": one.number or one.date,
                "url": "",
            }
            for one in found.values()
            if not self._is_linked(fiken_company, one.id)
        ]
        return [
            one
            for one in shown
            if not job._is_passed_over(one)
            and purchases._is_there(session, fiken_company, one["id"])
        ]

    @api.model
    def _of_year(self, session, job, bill, day):
        """The supplier's purchases of the bill's financial year."""
        if not bill["contact"]:
            return []
        year = job.fiken_company_id.company_id.compute_fiscalyear_dates(day)
        return self.env["fiken.purchase.reading"]._of_supplier(
            session, job, bill["contact"], year["date_from"], year["date_to"]
        )

    @api.model
    def _is_linked(self, fiken_company, remote_id):
        """Whether it is another bill of ours."""
        links = self.env["fiken.binding"]
        return bool(links._of_remote(fiken_company, "purchase", [remote_id]))

    # The inbox

    @api.model
    def _scans(self, session, job, bill):
        supplier = job._record().commercial_partner_id.name
        return [
            {"kind": "inbox", "id": scan.id, "number": scan.name, "url": scan.url}
            for scan in self._inbox(session, job.fiken_company_id)
            if bill_match.mentions(scan, bill["key"], supplier)
        ]

    @api.model
    def _inbox(self, session, fiken_company):
        """What nobody has booked yet, read once in a run."""
        key = ("inbox", fiken_company.id)
        if key not in session.kept:
            scans = self.env["fiken.resource.purchase"]._inbox(session, fiken_company)
            session.kept[key] = [scan for scan in scans if not scan.is_used]
        return session.kept[key]
