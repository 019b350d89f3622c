from odoo import api, models
from odoo.fields import Domain

from ..models.documents.move_types import SENT_TYPES
from .fiken_guide import DONE, OPTIONAL, TODO

OFFERED = 8
# Where a document stands that can still be sent.
UNSENT = ("absent", "waiting", "sending", "blocked", "failed")


class FikenGuide(models.AbstractModel):
    """The last steps: what Fiken has already, and the first document."""

    _inherit = "fiken.guide"

    def _step_import(self, place):
        fiken_company = place.books
        last = (
            self.env["fiken.import"]
            .sudo()
            .search_fetch(
                [("fiken_company_id", "=", fiken_company.id)], ["state"], limit=1
            )
        )
        return self._step(
            "import",
            self.env._("Take over what Fiken has"),
            DONE if last.state == "done" else OPTIONAL,
            self.env._("Customers and products that are in Fiken already."),
            fiken_company_id=fiken_company.id,
        )

    def _step_first(self, place):
        booked = self._first_booked(place.books)
        offered = self._offered(place.vendor)
        labels = dict(
            self.env["account.move"]._fields["state"]._description_selection(self.env)
        )
        return self._step(
            "first",
            self.env._("The first document"),
            DONE if booked else TODO,
            self.env._("Booked in Fiken: %(number)s", number=booked.display_name)
            if booked
            else "",
            documents=[
                {
                    "id": move.id,
                    "name": move.name or self.env._("Draft"),
                    "partner": move.commercial_partner_id.display_name or "",
                    "amount": abs(move.amount_total_signed),
                    "date": str(move.invoice_date or move.date),
                    "state": labels[move.state],
                }
                for move in offered
            ],
            currency_id=place.books.company_id.currency_id.id,
            can_invoice=self.env["account.move"].has_access("create"),
            url=booked.url or "",
        )

    def _first_booked(self, books):
        """A link to a document that is booked in Fiken, if there is one."""
        moves = self.env["account.move"]
        return (
            self.env["fiken.binding"]
            .sudo()
            .search_fetch(
                [
                    ("fiken_company_id", "=", books.id),
                    ("res_model", "=", moves._name),
                    ("resource", "in", moves._fiken_resources("booked")),
                ],
                ["fiken_company_id", "number", "page_id", "remote_id", "resource"],
                order="id desc",
                limit=1,
            )
        )

    @api.model
    def _offered(self, vendor):
        """The latest documents that may go to Fiken, drafts of Odoo's too."""
        moves = self.env["account.move"].sudo()
        found = moves.search_fetch(
            Domain("company_id", "child_of", vendor.company_id.id)
            & Domain("move_type", "in", SENT_TYPES)
            & Domain("state", "in", ("draft", "posted"))
            & (
                Domain("invoice_date", ">=", vendor.enabled_since)
                | Domain("invoice_date", "=", False)
            ),
            [
                "amount_total_signed",
                "commercial_partner_id",
                "date",
                "invoice_date",
                "move_type",
                "name",
                "state",
            ],
            order="id desc",
            limit=OFFERED * 3,
        )
        sent = vendor._sent_types()
        return found.filtered(
            lambda move: move.move_type in sent
            and (move.state == "draft" or move.fiken_state in UNSENT)
        )[:OFFERED]
