from odoo import models

from ..models.outbox.fiken_job_cure import Cure


class FikenLedger(models.Model):
    """What is missing in the account mapping is entered from where it was missed."""

    _inherit = "fiken.ledger"

    def _fiken_cure(self, job):
        if job.res_model != "account.move":
            return super()._fiken_cure(job)
        return Cure(
            self.env._("Choose the Account and Send"),
            {
                "type": "ir.actions.act_window",
                "name": self.env._("Fix and Send"),
                "res_model": "fiken.cure",
                "view_mode": "form",
                "views": [(False, "form")],
                "target": "new",
                "context": {"default_job_id": job.id, "default_ledger_id": self.id},
            },
            self,
        )

    def _cure_rows(self, job):
        """Values of lines: what the document books on, what is missing first."""
        record = job._record()
        if not record or record._name != "account.move":
            return []
        chart = {
            account.code: account.id for account in job.fiken_company_id.account_ids
        }
        lines = record.invoice_line_ids.filtered("account_id")
        accounts = lines.account_id
        rows = [self._cure_row("account_id", one, chart) for one in accounts]
        journals = record.matched_payment_ids.journal_id
        rows += [self._cure_row("journal_id", one, chart) for one in journals]
        return sorted(rows, key=lambda row: not row["is_missing"])

    def _cure_row(self, field, source, chart):
        code = self._code_of(source)
        guess = self._guess_of(source).fiken_code if field == "account_id" else False
        name = (
            source._fiken_name(self.company_id)
            if field == "account_id"
            else source.display_name
        )
        return {
            "source_field": field,
            "source_id": source.id,
            "name": name,
            "is_missing": not code or code not in chart,
            "fiken_account_id": chart.get(code or guess, False),
        }
