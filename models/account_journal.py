from odoo import fields, models


class AccountJournal(models.Model):
    _inherit = "account.journal"

    fiken_vendor_id = fields.Many2one(
        "fiken.vendor",
        "Fiken Vendor",
        check_company=True,
        ondelete="restrict",
        help="The shop or outlet whose documents are in this journal. Empty: the"
        " company's default vendor.",
    )
