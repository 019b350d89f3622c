"""Bills that somebody booked or scanned in Fiken: shown, not doubled (§6.1, §9)."""

from odoo import api, fields, models

from ...figures import bill_match
from ..outbox.fiken_resource import NeedsReview, Sent


class BillDuplicate(models.AbstractModel):
    """What Fiken has that may be the same bill, for a person to decide."""

    _name = "fiken.bill.duplicate"
    _description = "Finding the same Bill in Fiken"

    @api.model
    def _check(self, session, job, bill):
        """A bill that somebody booked or scanned in Fiken is shown, not doubled.

        :raise NeedsReview: a person must say whether it is the same
        """
        fiken_company = job.fiken_company_id
        found = [
            {
                "kind": "purchase",
                "id": str(row["purchaseId"]),
                "number": row.get("identifier") or row["date"],
                "url": self._page(fiken_company, str(row["purchaseId"])),
            }
            for row in self._nearby(session, fiken_company, bill)
            if bill_match.is_same_bill(row, bill)
            and not self._is_linked(fiken_company, str(row["purchaseId"]))
        ]
        supplier = job._record().commercial_partner_id.name
        found += [
            {
                "kind": "inbox",
                "id": str(row["documentId"]),
                "number": row.get("name") or row.get("filename") or "",
                "url": row.get("documentUrlWithFikenNormalUserCredentials") or "",
            }
            for row in self._inbox(session, fiken_company)
            if bill_match.mentions(row, bill["key"], supplier)
        ]
        found = [one for one in found if not job._is_passed_over(one)]
        if found:
            raise NeedsReview(self._found_text(job, found), found=found)

    @api.model
    def _found_text(self, job, found):
        words = {
            "purchase": self.env._("the purchase %(number)s"),
            "inbox": self.env._("%(number)s in the inbox"),
        }
        return self.env._(
            "%(name)s may be in Fiken already: %(found)s. Look there, then say in this"
            " job whether it is the same.",
            name=job._record().display_name,
            found=", ".join(
                words[one["kind"]] % {"number": one["number"]} for one in found
            ),
        )

    @api.model
    def _nearby(self, session, fiken_company, bill):
        """The purchases of the days around a bill, read once in a run."""
        key = ("purchases", fiken_company.id, *bill_match.days_of(bill))
        if key not in session.kept:
            session.kept[key] = list(self._around(session, fiken_company, bill))
        return session.kept[key]

    @api.model
    def _around(self, session, fiken_company, bill):
        days = [fields.Date.to_date(day) for day in bill_match.days_of(bill)]
        return session.pages(
            fiken_company._path("/purchases"),
            dateGe=str(min(days) - bill_match.WINDOW),
            dateLe=str(max(days) + bill_match.WINDOW),
        )

    @api.model
    def _inbox(self, session, fiken_company):
        key = ("inbox", fiken_company.id)
        if key not in session.kept:
            rows = session.pages(fiken_company._path("/inbox"), status="unused")
            session.kept[key] = [row for row in rows if not row.get("status")]
        return session.kept[key]

    @api.model
    def _is_linked(self, fiken_company, remote_id):
        """Whether it is another bill of ours."""
        return bool(
            self.env["fiken.binding"].search_count(
                [
                    ("fiken_company_id", "=", fiken_company.id),
                    ("resource", "=", "purchase"),
                    ("remote_id", "=", remote_id),
                ],
                limit=1,
            )
        )

    @api.model
    def _page(self, fiken_company, remote_id):
        purchases = self.env["fiken.resource.purchase"]
        return purchases._url(fiken_company, Sent(remote_id))
