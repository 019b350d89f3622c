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
    offers,
    order_drafts,
    payments,
    products,
    projects,
    purchases,
    sales,
    sending,
    time_tracking,
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
        time_tracking,
        counters,
        invoice_drafts,
        order_drafts,
        invoices,
        credit_notes,
        offers,
        sending,
        sales,
        purchases,
        payments,
        journal,
        inbox,
        attachments,
    )
]
