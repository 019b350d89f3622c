from odoo import api, fields, models
from odoo.fields import Domain

from ...fiken_api import errors
from ..connection.sentence import _lt
from ..outbox.exceptions import MissingSetting, NeedsReview, NothingToSend, WaitsFor
from ..outbox.fiken_job import OPEN_STATES
from ..outbox.fiken_resource import Target
from .fiken_resource_merged import AlreadyThere

# What Odoo owes is found without asking Fiken: more at once.
OWED_BATCH = 500


class FikenComparison(models.AbstractModel):
    """At night everything that follows Odoo is compared with what Fiken has.

    Stock that differs is sent anew. What somebody changed or deleted in Fiken is shown.
    What Odoo changed without anybody noticing is owed.
    """

    _name = "fiken.comparison"
    _inherit = "fiken.rounds"
    _description = "Comparison of Odoo with Fiken"

    # The round of a Fiken company

    @api.model
    def _round_stages(self, fiken_company):
        resources = self.env["fiken.resource"]._names(
            "masterdata", kind="fiken.resource.masterdata"
        )
        return ["kits"] + [
            f"{kind}:{resource}"
            for resource in resources
            for kind in ("listed", "retired", "gone", "owed")
        ]

    @api.model
    def _round_words(self, unit):
        what = unit.owner.name
        if unit.arg:
            label = self.env[f"fiken.resource.{unit.arg}"]._label()
            what = f"{what}, {label}"
        if unit.kind in ("listed", "retired") and unit.upto:
            return _lt("%(what)s, page %(page)s", what=what, page=unit.upto)
        if unit.kind == "gone" and unit.upto:
            return f"{what}, {self.env['fiken.binding'].browse(unit.upto).display_name}"
        return what

    @api.model
    def _round_ends(self, unit):
        self._post_summary(unit.owner, unit.round.found or {})

    @api.model
    def _do_kits(self, unit):
        self.env["fiken.kit"]._cron_notice_changes()

    @api.model
    def _next_listed(self, unit):
        """Pages; where nothing is linked there is none to read."""
        if unit.after or self._links(unit.owner, unit.arg, limit=1):
            return unit.page()
        return None

    _next_retired = _next_listed

    @api.model
    def _do_listed(self, unit):
        return self._compare_page(unit, {})

    @api.model
    def _do_retired(self, unit):
        """Whether Fiken lists the retired unasked is not known (fiken-api.md §4.1)."""
        return self._compare_page(unit, self._strategy(unit)._gone_body())

    @api.model
    def _next_gone(self, unit):
        """What no list had."""
        links = unit.round._unseen(unit.owner, unit.arg, unit.after, unit.limit)
        return links[-1:].id or None

    @api.model
    def _do_gone(self, unit):
        links = unit.round._unseen(unit.owner, unit.arg, unit.after, unit.limit)
        strategy, asked_at = self._strategy(unit), fields.Datetime.now()
        rows = {}
        for link in links:
            rows[link.remote_id] = self._row_of(unit, strategy, link)
        # What was written since is newer than what was read.
        self._commit()
        links = self._links(unit.owner, unit.arg, asked_at, links.ids)
        self._compare_batch(strategy, unit, links, rows, asked_at)

    @api.model
    def _next_owed(self, unit):
        return self._wanted(unit)[-1:].id or None

    @api.model
    def _do_owed(self, unit):
        """Enqueue what the company wants in Fiken and what never went there."""
        fiken_company, strategy = unit.owner, self._strategy(unit)
        wanted = self._wanted(unit)
        known = self.env["fiken.binding"]._of(fiken_company, unit.arg, wanted)
        missing = wanted.filtered(lambda record: record.id not in known)
        busy = self._busy(fiken_company, missing)
        missing = missing.filtered(lambda record: record.id not in busy)
        missing = missing._fiken_wanted(fiken_company)
        unit.count("owed", len(missing))
        strategy._enqueue(missing, fiken_company, fiken_company.default_vendor_id)

    # Business

    @api.model
    def _strategy(self, unit):
        return self.env[f"fiken.resource.{unit.arg}"]

    @api.model
    def _links(self, fiken_company, resource, asked_at=None, ids=None, **how):
        """The links of a kind of records; those sent since Fiken was asked are newer.

        :param ids: of those that may be among them
        """
        domain = [
            ("fiken_company_id", "=", fiken_company.id),
            ("resource", "=", resource),
            ("part", "=", ""),
        ]
        if asked_at:
            domain += ["|", ("sent_at", "=", False), ("sent_at", "<", asked_at)]
        if ids is not None:
            domain.append(("id", "in", ids))
        return self.env["fiken.binding"].search(domain, **how)

    @api.model
    def _compare_page(self, unit, filters):
        """:return: whether it was the last one"""
        strategy, fiken_company = self._strategy(unit), unit.owner
        at, asked_at = strategy._endpoint, fields.Datetime.now()
        found, is_last = unit.session.page(
            fiken_company._path(at.path), unit.upto - 1, **filters
        )
        rows = {str(row[at.id]): row for row in found}
        # What was written since is newer than what was read.
        self._commit()
        strategy._learn_fields(fiken_company, found)
        there = self.env["fiken.binding"]._of_remote(
            fiken_company, unit.arg, list(rows)
        )
        new = unit.round._see(there.filtered(lambda link: not link.part))
        links = self._links(fiken_company, unit.arg, asked_at, new.ids)
        self._compare_batch(strategy, unit, links, rows, asked_at)
        return is_last

    @api.model
    def _row_of(self, unit, strategy, link):
        """What Fiken has of one, or None. What is told already is not asked again."""
        record = self.env[strategy._record_model].browse(link.res_id).exists()
        if not record or record._fiken_is_excluded():
            return None
        if self.env["fiken.drift"]._of(link, "deleted"):
            return None
        path = unit.owner._path(f"{strategy._endpoint.path}/{link.remote_id}")
        try:
            return unit.session.get(path).row
        except errors.NotFound:
            return None

    @api.model
    def _wanted(self, unit):
        """The next records that the company may want in Fiken, linked or not."""
        records = self.env[self._strategy(unit)._record_model]
        wanted = records._fiken_wanted_domain(unit.owner)
        if wanted.is_false():
            return records
        wanted &= Domain("id", ">", unit.after or 0)
        if unit.upto:
            wanted &= Domain("id", "<=", unit.upto)
        limit = OWED_BATCH if unit.limit > 1 else 1
        return records.search(wanted, order="id", limit=limit)

    @api.model
    def _compare_batch(self, strategy, unit, bindings, rows, asked_at):
        """:param rows: {Fiken's id: what Fiken has, or None}"""
        fiken_company = unit.owner
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
                unit.count("deleted")
                self.env["fiken.drift"]._show_deleted(binding)
            elif self._is_outdated(strategy, unit, binding, record, row):
                queued |= record
        unit.count("owed", len(queued))
        strategy._enqueue(queued, fiken_company, fiken_company.default_vendor_id)
        if strategy._resource == "product" and fiken_company.stock_sync != "off":
            idle = records.filtered(lambda record: record.id not in busy)
            there = {product: rows.get(there[product.id].remote_id) for product in idle}
            self._compare_stock(unit, there, asked_at)

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
    def _is_outdated(self, strategy, unit, binding, record, row):
        """Whether Odoo has something that it did not send yet."""
        fiken_company = unit.owner
        acting = fiken_company.with_env(self.env)
        strategy._learn_row(binding, row)
        try:
            strategy._prepare(Target(acting, acting.default_vendor_id), record)
        except AlreadyThere as already:
            weighed = strategy._weigh(
                fiken_company, already.prepared, row, strategy._past(binding)
            )
            unit.count("changed", len(weighed.differing))
            self.env["fiken.drift"]._show(binding, weighed.differing)
            return False
        except NothingToSend:
            return False
        except (MissingSetting, NeedsReview, WaitsFor):
            # It was told when its job was stopped.
            return False
        return True

    @api.model
    def _compare_stock(self, unit, there, asked_at):
        """Fiken's number is overwritten by anybody; Odoo's is right.

        :param there: {product: what Fiken has of it, or None}
        """
        fiken_company = unit.owner
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
        unit.count("stock", len(queued))
        stock._enqueue(queued, fiken_company)

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
