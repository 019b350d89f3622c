from odoo.addons.account.controllers.portal import PortalAccount


class FikenPortal(PortalAccount):
    """Customers pay an invoice that Fiken issued under Fiken's number.

    The module of online payments, where it is installed, adds Odoo's own to the page.
    """

    def _invoice_get_page_view_values(self, invoice, *args, **kwargs):
        return invoice._fiken_renamed_values(
            super()._invoice_get_page_view_values(invoice, *args, **kwargs)
        )

    def _overdue_invoices_get_page_view_values(self, overdue_invoices, **kwargs):
        """Only that module has it. Several are paid under another name."""
        values = super()._overdue_invoices_get_page_view_values(
            overdue_invoices, **kwargs
        )
        for invoice in overdue_invoices:
            values = invoice._fiken_renamed_values(values)
        return values
