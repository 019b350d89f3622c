"""Pages in Fiken that go by something else than the id of what they show (§10.1)."""

from odoo import api, models


class InvoicePageMixin(models.AbstractModel):
    """What Fiken issues, or drafts of it: the row itself says what its page goes by."""

    _name = "fiken.invoice.page.mixin"
    _description = "Page of a Fiken Invoice or its Draft"

    @api.model
    def _page_id_in(self, row):
        """What the page of a row in Fiken goes by; '' while that is not known."""
        raise NotImplementedError

    @api.model
    def _page_id(self, there):
        return there.page_id

    @api.model
    def _hit(self, row, identity):
        sent = super()._hit(row, identity)
        sent.page_id = self._page_id_in(row)
        return sent

    @api.model
    def _ask_page_id(self, session, link):
        path = f"{self._endpoint.path}/{link.remote_id}"
        return self._page_id_in(session.get(link.fiken_company_id._path(path)).row)
