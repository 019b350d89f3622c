from odoo import models

from ..models.outbox.fiken_job_cure import Cure


class FikenLedger(models.Model):
    """What is missing in the account mapping is entered from where it was missed."""

    _inherit = "fiken.ledger"

    def _fiken_cure(self, job):
        return Cure(
            self.env._("Choose the Account and Send"),
            self._open_cure(self.env._("Fix and Send"), default_job_id=job.id),
            self,
        )

    def _cure_values(self, job, asks_no_tax=False):
        """What the dialog shows: of one job, else all that is missing.

        :param asks_no_tax: it was opened for the sales without a tax alone
        """
        chart = {one.code: one.id for one in self.fiken_company_id.sudo().account_ids}
        if asks_no_tax:
            sources = missing = self._refused_without_tax()
        elif job:
            missing = [one for one in (job._lacking(),) if one]
            sources = [*missing, *self._cure_sources(job)]
        else:
            sources = missing = self._gaps()
        rows = [
            self._cure_row(one, chart, one in missing, guesses=bool(job))
            for one in dict.fromkeys(sources)
        ]
        return {
            "rows": sorted(rows, key=lambda row: not row["is_missing"]),
            "asks_no_tax": asks_no_tax or not self.sales_without_tax,
            "sales_without_tax": self.sales_without_tax,
            "asks_rounding": bool(chart) and self.rounding_code not in chart,
        }

    def _cure_sources(self, job):
        """What else a document is booked on."""
        record = job._record()
        if not record or record._name != "account.move":
            return []
        accounts = record.invoice_line_ids.filtered("account_id").account_id
        return [*accounts, *record.matched_payment_ids.journal_id]

    def _cure_row(self, source, chart, is_missing, guesses):
        """The values of a line.

        :param guesses: whether one is proposed: of many, each is chosen by itself
        """
        code, purchase_code = self._codes_of(source)
        is_account = source._name == "account.account"
        if guesses and is_account and not code:
            code = self._guess_of(source).fiken_code
        return {
            "source_model": source._name,
            "source_id": source.id,
            "name": source._fiken_name(self.company_id)
            if is_account
            else source.sudo().display_name,
            "is_missing": is_missing or self._codes_of(source)[0] not in chart,
            "fiken_account_id": chart.get(code, False),
            "purchase_account_id": chart.get(purchase_code, False),
        }
