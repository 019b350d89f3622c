from odoo import api, models


class AccountMove(models.Model):
    """Number, KID and PDF of what Fiken issues: the customer gets exactly these."""

    _inherit = "account.move"

    # Computes

    @api.depends("is_move_sent", "fiken_mode")
    def _compute_highlight_send_button(self):
        """A PDF that was made for Fiken, or by it, has not reached the customer."""
        result = super()._compute_highlight_send_button()
        for move in self:
            is_ours = move.fiken_mode in ("draft", "booked")
            if is_ours and not move.is_move_sent and not move.is_being_sent:
                move.highlight_send_button = True
        return result

    # Business

    def _fiken_awaits_papers(self):
        """Whether Fiken issues this one and its number, KID and PDF are still out."""
        self.ensure_one()
        return (
            self.fiken_issuer == "fiken"
            and self.fiken_mode in ("draft", "booked")
            and not self._fiken_issued_number()
        )

    def _fiken_issued_number(self):
        """Fiken's number of an invoice that Fiken issued and whose PDF is here."""
        self.ensure_one()
        if self.fiken_issuer != "fiken":
            return ""
        papers = (
            self.env["fiken.binding"]
            .sudo()
            .search(
                [
                    ("resource", "in", self._fiken_resources("papers")),
                    ("res_model", "=", self._name),
                    ("res_id", "=", self.id),
                ],
                limit=1,
            )
        )
        return papers.number or ""

    def _fiken_enqueue_papers(self):
        """Number, KID and PDF of what Fiken issued are owed until they are here."""
        links = self._fiken_links(self._fiken_resources("booked"))
        vendors = self.env["fiken.vendor"]._of_documents(self)
        for link in links:
            move = self.browse(link.res_id)
            booked = self.env[f"fiken.resource.{link.resource}"]
            if move._fiken_awaits_papers() and booked._papers:
                papers = self.env[f"fiken.resource.{booked._papers}"].sudo()
                papers._enqueue(move, link.fiken_company_id, vendors[move])

    def _fiken_take_papers(self, number, kid, pdf):
        """Fiken issued it: its KID and PDF are what the customer gets."""
        self.ensure_one()
        if kid and self.move_type == "out_invoice":
            self.with_context(fiken_papers=True).payment_reference = kid
        self.env["ir.attachment"].create(
            {
                "name": f"{number}.pdf",
                "raw": pdf,
                "mimetype": "application/pdf",
                "res_model": self._name,
                "res_id": self.id,
                "res_field": "invoice_pdf_report_file",
            }
        )
        self.invalidate_recordset(["invoice_pdf_report_id", "invoice_pdf_report_file"])
        self.message_main_attachment_id = self.invoice_pdf_report_id
