from odoo import models


class AccountAnalyticAccount(models.Model):
    """What is a project in Fiken follows its name; Fiken never changes a number."""

    _name = "account.analytic.account"
    _inherit = ["account.analytic.account", "fiken.mixin"]

    _fiken_resource = "project"
    _fiken_sent_fields = frozenset({"name", "active"})
