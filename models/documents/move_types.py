"""Which of Odoo's journal entries are documents that go to Fiken."""

# Those that suppliers make, and those that are paid on the spot.
BILL_TYPES = ("in_invoice", "in_refund", "in_receipt")
RECEIPTS = ("in_receipt", "out_receipt")
SENT_TYPES = ("out_invoice", "out_refund", "out_receipt", *BILL_TYPES)
# The accounts of what somebody owes.
RECEIVABLES = ("asset_receivable", "liability_payable")
