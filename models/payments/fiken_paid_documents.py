"""Reads what is paid of Fiken's sales and purchases (figures: fiken_api/balance.py)."""

from odoo import api, models

from ...fiken_api import balance


class PaidDocuments(models.AbstractModel):
    _name = "fiken.paid.documents"
    _description = "What Is Paid in Fiken"

    @api.model
    def _places(self):
        """{resource: its path} of booked documents that take payments in Fiken."""
        names = self.env["fiken.resource"]._names("booked", "account.move")
        places = {name: self.env[f"fiken.resource.{name}"]._paid_at for name in names}
        return {name: place for name, place in places.items() if place}

    @api.model
    def _linked_domain(self, fiken_company):
        """The links of such documents."""
        return [
            ("fiken_company_id", "=", fiken_company.id),
            ("resource", "in", list(self._places())),
            ("res_model", "=", "account.move"),
        ]

    @api.model
    def _changed(self, session, fiken_company, resource, since, page):
        """A page of the documents that changed on or after a day.

        Fiken's filter counts whole Norwegian days (fiken-api.md §2). Where it does not
        know the filter it returns every document, which is slow but right. A payment
        may leave an invoice's own date alone, so its sale is read as well.

        :param str resource: one of :meth:`_places`
        :param int page: from 0
        :return: ([(resource, remote id, Standing)], whether no page follows); the
            resource of the sale behind an invoice is ``invoice_sale``
        """
        rows, is_last = session.page(
            fiken_company._path(self._places()[resource]),
            page,
            lastModifiedGe=str(since),
        )
        found = [self._found(resource, row) for row in rows]
        return list(filter(None, found)), is_last

    @api.model
    def _found(self, resource, row):
        """What :meth:`_changed` yields of one of Fiken's rows."""
        remote_id = str(row[self.env[f"fiken.resource.{resource}"]._endpoint.id])
        if resource == "invoice":
            row = balance.sale_of(row)
        elif resource == "sale" and balance.is_of_invoice(row):
            resource = "invoice_sale"
        return row and (resource, remote_id, balance.standing(row))

    @api.model
    def _read(self, session, fiken_company, resource, remote_id):
        """One document as it is now.

        :param str resource: one of :meth:`_places`
        :raise NotFound: Fiken does not have it
        :return balance.Standing:
        """
        place = self._places()[resource]
        row = session.get(fiken_company._path(f"{place}/{remote_id}")).row
        return balance.standing(balance.sale_of(row) if resource == "invoice" else row)
