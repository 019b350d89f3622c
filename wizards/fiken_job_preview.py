from markupsafe import Markup

from odoo import models
from odoo.tools import formatLang


class FikenJob(models.Model):
    """What Fiken books of an invoice or a bill, built as the worker builds it."""

    _inherit = "fiken.job"

    def _is_sent_html(self):
        if self.document_model != "account.move" or "fiken.preview" not in self.env:
            return super()._is_sent_html()
        move = self.sudo()._document()
        preview = self.env["fiken.preview"].sudo()
        rows = preview._rows_of(move, self.vendor_id) if move else []
        if not rows:
            return False
        currency = move.company_id.currency_id

        def money(amount):
            return formatLang(self.env, amount, currency_obj=currency)

        words = (self.env._("Account in Fiken"), self.env._("VAT"))
        amounts = (
            self.env._("Net"),
            self.env._("VAT Amount"),
            self.env._("Total"),
        )
        body = Markup().join(
            ROW
            % (
                row["account"],
                row["name"] or "",
                row["vat_type"],
                money(row["net"]),
                money(row["vat"]),
                money(row["gross"]),
            )
            for row in rows
        )
        return TABLE % (
            Markup().join(
                [Markup("<th>%s</th>") % one for one in words]
                + [Markup('<th class="text-end">%s</th>') % one for one in amounts]
            ),
            body,
        )


TABLE = Markup(
    '<div class="table-responsive"><table class="table table-sm"><thead><tr>%s</tr>'
    "</thead><tbody>%s</tbody></table></div>"
)
ROW = (
    Markup("<tr><td>%s %s</td><td>%s</td>")
    + Markup('<td class="text-end text-nowrap">%s</td>') * 3
    + Markup("</tr>")
)
