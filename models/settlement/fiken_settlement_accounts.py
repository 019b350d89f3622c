from odoo import fields, models

from ...figures.amounts import Line
from ...figures.booking import NonSale
from ...figures.pos_day import ON_RECEIPTS
from ..outbox.exceptions import MissingSetting, NeedsReview
from .fiken_settlement import PAYMENT
from .part import PaymentPart


class FikenSettlement(models.Model):
    """On which of Fiken's accounts a day was booked, so that it is undone there.

    The ledger may say something else by then.
    """

    _inherit = "fiken.settlement"

    accounts = fields.Json(
        readonly=True,
        prefetch=False,
        help="The accounts and VAT types in Fiken of what it holds.",
    )

    # CRUD

    def write(self, vals):
        """With the plan of booking its accounts are kept."""
        result = super().write(vals)
        if vals.get("booking"):
            for settlement in self:
                settlement.accounts = settlement._accounts_now()
        return result

    # Business: what is kept

    def _accounts_now(self):
        """By the settings of this moment."""
        day = self._day()
        lines = {
            _line_key(line): [project, income.account, income.vat_type, income.text]
            for line in day.lines
            for project, income in self._if_mapped(self._income_of, line)
        }
        others = {
            _other_key(other): booked.account
            for other in day.others
            if other.kind in ON_RECEIPTS
            for booked in self._if_mapped(self._other_of, other)
        }
        sources = {
            source.key: code
            for source in self._sources(day)
            for code in self._if_mapped(self._source_code, source.key)
        }
        return {"lines": lines, "others": others, "sources": sources}

    def _if_mapped(self, ask, what):
        """[the answer], or nothing where the ledger says nothing."""
        try:
            return [ask(what)]
        except (MissingSetting, NeedsReview):
            return []

    def _keep_accounts(self):
        """It is booked: a means may have got another account on the way."""
        for settlement in self.filtered("accounts"):
            sources = {
                PaymentPart.parse(job.part).source: job.identity["account"]
                for job in settlement._jobs()
                if job.resource == PAYMENT and job.state == "done" and job.identity
            }
            accounts = settlement.accounts
            settlement.accounts = {
                **accounts,
                "sources": {**accounts["sources"], **sources},
            }

    def _kept_of(self, name, key):
        """What the settlement that this one takes from was booked on, if known."""
        former = self.undoes_id
        while former:
            found = (former.accounts or {}).get(name, {}).get(key)
            if found:
                return found
            former = former.undoes_id
        return None

    # Business: what is asked for when it is booked

    def _income_of(self, line):
        kept = self._kept_of("lines", _line_key(line))
        if not kept:
            return super()._income_of(line)
        project, code, vat_type, text = kept
        return project, Line(code, vat_type, line.net, line.vat, text)

    def _other_of(self, other):
        code = self._kept_of("others", _other_key(other))
        if not code:
            return super()._other_of(other)
        return NonSale(code, other.amount, other.label or code)

    def _source_code(self, key):
        return self._kept_of("sources", key) or super()._source_code(key)


def _line_key(line):
    ids = (line.account_id, line.category_id, line.tax_ids, line.project_ids)
    return "|".join(
        ",".join(map(str, one)) if isinstance(one, tuple) else str(one) for one in ids
    )


def _other_key(other):
    return f"{other.kind}|{other.account_id}"
