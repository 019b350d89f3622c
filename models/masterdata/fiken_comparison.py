import logging

from odoo import api, fields, models

from ...fiken_api import errors
from ..connection.fiken_session import (
    FikenSession,
    NeedsConsent,
)
from ..outbox.exceptions import MissingSetting, NeedsReview, NothingToSend, WaitsFor
from ..outbox.fiken_job import OPEN_STATES
from ..outbox.fiken_resource import Target
from .fiken_resource_merged import AlreadyThere

_logger = logging.getLogger(__name__)

BATCH = 100


class FikenComparison(models.AbstractModel):
    """At night everything that follows Odoo is compared with what Fiken has.

    Stock that differs is sent anew. What somebody changed or deleted in Fiken is shown.
    What Odoo changed without anybody noticing is owed.
    """

    _name = "fiken.comparison"
    _description = "Comparison of Odoo with Fiken"

    # Cron

    @api.model
    def _cron_compare(self):
        for fiken_company in (
            self.env["fiken.company"]
            .sudo()
            .search([("connection_id.state", "=", "connected")])
        ):
            connection = fiken_company.connection_id
            if connection.is_elsewhere or not fiken_company.has_api_access:
                continue
            try:
                with FikenSession(connection) as session:
                    self._compare(session, fiken_company)
            except (errors.FikenError, NeedsConsent) as error:
                self.env.cr.rollback()
                _logger.warning("%s was not compared: %s", fiken_company.slug, error)
            self.env["ir.cron"]._commit_progress(1)

    # Business

    @api.model
    def _compare(self, session, fiken_company):
        """Compare contacts, products and stock of one Fiken company.

        :return: {what: how many differed}
        """
        self = fiken_company._acting(self._name)
        self.env["fiken.kit"]._cron_notice_changes()
        found = {"stock": 0, "changed": 0, "deleted": 0, "owed": 0}
        for resource in self.env["fiken.resource"]._names(
            "masterdata", kind="fiken.resource.masterdata"
        ):
            self._compare_linked(session, fiken_company, resource, found)
            self._enqueue_missing(fiken_company, resource, found)
        self._post_summary(fiken_company, found)
        return found

    @api.model
    def _compare_linked(self, session, fiken_company, resource, found):
        strategy = self.env[f"fiken.resource.{resource}"]
        asked_at = fields.Datetime.now()
        at = strategy._endpoint
        rows = {
            str(row[at.id]): row for row in strategy._everywhere(session, fiken_company)
        }
        session.pause()
        # What was written since is newer than what was read.
        self.env["ir.cron"]._commit_progress()
        bindings = self.env["fiken.binding"].search(
            [
                ("fiken_company_id", "=", fiken_company.id),
                ("resource", "=", resource),
                ("part", "=", ""),
                "|",
                ("sent_at", "=", False),
                ("sent_at", "<", asked_at),
            ]
        )
        for start in range(0, len(bindings), BATCH):
            batch = bindings[start : start + BATCH]
            self._compare_batch(strategy, fiken_company, batch, rows, asked_at, found)
            self.env["ir.cron"]._commit_progress()

    @api.model
    def _compare_batch(self, strategy, fiken_company, bindings, rows, asked_at, found):
        records = self.env[strategy._record_model].with_context(active_test=False)
        records = records.browse(bindings.mapped("res_id")).exists()
        there = {binding.res_id: binding for binding in bindings}
        busy = self._busy(fiken_company, records)
        strategy._read_ahead(records)
        queued = records.browse()
        for record in records.filtered(lambda record: record.id not in busy):
            binding = there[record.id]
            if record._fiken_is_excluded():
                continue
            row = rows.get(binding.remote_id)
            if row is None:
                found["deleted"] += 1
                self.env["fiken.drift"]._show_deleted(binding)
            elif self._is_outdated(
                strategy, fiken_company, binding, record, row, found
            ):
                queued |= record
        found["owed"] += len(queued)
        strategy._enqueue(queued, fiken_company, fiken_company.default_vendor_id)
        if strategy._resource == "product" and fiken_company.stock_sync != "off":
            idle = records.filtered(lambda record: record.id not in busy)
            there = {product: rows.get(there[product.id].remote_id) for product in idle}
            self._compare_stock(fiken_company, there, asked_at, found)

    @api.model
    def _busy(self, fiken_company, records):
        """Ids of records that are on their way to Fiken: they differ, rightly."""
        jobs = self.env["fiken.job"].search_fetch(
            [
                ("fiken_company_id", "=", fiken_company.id),
                ("res_model", "=", records._name),
                ("res_id", "in", records.ids),
                ("state", "in", OPEN_STATES),
            ],
            ["res_id"],
        )
        return set(jobs.mapped("res_id"))

    @api.model
    def _is_outdated(self, strategy, fiken_company, binding, record, row, found):
        """Whether Odoo has something that it did not send yet."""
        acting = fiken_company.with_env(self.env)
        strategy._learn_row(binding, row)
        try:
            strategy._prepare(Target(acting, acting.default_vendor_id), record)
        except AlreadyThere as already:
            weighed = strategy._weigh(
                fiken_company, already.prepared, row, strategy._past(binding)
            )
            found["changed"] += len(weighed.differing)
            self.env["fiken.drift"]._show(binding, weighed.differing)
            return False
        except NothingToSend:
            return False
        except (MissingSetting, NeedsReview, WaitsFor):
            # It was told when its job was stopped.
            return False
        return True

    @api.model
    def _compare_stock(self, fiken_company, there, asked_at, found):
        """Fiken's number is overwritten by anybody; Odoo's is right.

        :param there: {product: what Fiken has of it, or None}
        """
        stock = self.env["fiken.resource.stock"]
        products = self.env["product.product"].union(*there)
        known = self.env["fiken.binding"]._of(fiken_company, "stock", products)
        queued = products.browse()
        for product, row in there.items():
            link = known.get(product.id)
            if link and link.sent_at and link.sent_at >= asked_at:
                continue
            if row is None or stock._reason_to_leave_out(fiken_company, product):
                continue
            if stock._differs(row, stock._quantity(fiken_company, product)):
                queued |= product
                if link:
                    link.payload_hash = False
        found["stock"] += len(queued)
        stock._enqueue(queued, fiken_company)

    @api.model
    def _enqueue_missing(self, fiken_company, resource, found):
        """Enqueue what the company wants in Fiken and what never went there."""
        strategy = self.env[f"fiken.resource.{resource}"]
        records = self.env[strategy._record_model]
        wanted = records._fiken_all_wanted(fiken_company)
        known = self.env["fiken.binding"]._of(fiken_company, resource, wanted)
        missing = wanted.filtered(lambda record: record.id not in known)
        busy = self._busy(fiken_company, missing)
        missing = missing.filtered(lambda record: record.id not in busy)
        found["owed"] += len(missing)
        strategy._enqueue(missing, fiken_company, fiken_company.default_vendor_id)

    @api.model
    def _post_summary(self, fiken_company, found):
        if not any(found.values()):
            return
        words = {
            "stock": self.env._("stock corrected"),
            "owed": self.env._("sent anew"),
            "changed": self.env._("changed in Fiken"),
            "deleted": self.env._("deleted in Fiken"),
        }
        parts = [f"{words[what]}: {count}" for what, count in found.items() if count]
        fiken_company.message_post(
            body=self.env._(
                "Compared with Fiken: %(differences)s. What was changed or deleted in"
                " Fiken stands under Differences.",
                differences=", ".join(parts),
            )
        )
