from odoo import models


class IrActionsReport(models.Model):
    """What Odoo prints of an invoice that Fiken issues bears Fiken's number."""

    _inherit = "ir.actions.report"

    def _render_qweb_html(self, report_ref, docids, data=None):
        html, kind = super()._render_qweb_html(report_ref, docids, data=data)
        if self._get_report(report_ref).model == "account.move":
            text = html.decode() if isinstance(html, bytes) else html
            for move in self.env["account.move"].browse(docids or []).exists():
                text = move._fiken_renamed(text)
            html = text.encode() if isinstance(html, bytes) else text
        return html, kind
