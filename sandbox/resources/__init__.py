"""Fiken's resources, one file each."""

from . import (
    accounts,
    attachments,
    bank_accounts,
    companies,
    contacts,
    counters,
    credit_notes,
    inbox,
    invoice_drafts,
    invoices,
    journal,
    order_drafts,
    payments,
    products,
    projects,
    purchases,
    sales,
)

ROUTERS = [
    module.router
    for module in (
        companies,
        accounts,
        bank_accounts,
        contacts,
        products,
        projects,
        counters,
        # before the booked documents: /invoices/drafts is no invoice
        invoice_drafts,
        order_drafts,
        invoices,
        credit_notes,
        sales,
        purchases,
        payments,
        journal,
        inbox,
        attachments,
    )
]
