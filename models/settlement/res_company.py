from odoo import models


class ResCompany(models.Model):
    _name = "res.company"
    _inherit = ["res.company", "fiken.former.mixin"]

    _fiken_posts_by = frozenset({"income_account_id"})
