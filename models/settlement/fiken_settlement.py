from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ...figures.pos_day import load
from ...fiken_api import money
from ..connection.sentence import say, stored
from ..connection.sentence_field import SentenceField

# What carries a settlement to Fiken: the names of the resources beside this file.
SALE = "settlement"
DRAFT = "settlement_draft"
JOURNAL = "journal_entry"
PAYMENT = "settlement_payment"
CARRIERS = (SALE, DRAFT, JOURNAL, PAYMENT)
# What they are in Fiken; the report that follows is no part of the day itself.
STAGES = ("draft", "booked", "payment")
# While it is in one of these, its figures follow the point of sale.
BEFORE = ("open", "ready", "failed", "skipped")
# VAT types whose VAT has a column of its own.
RATED = {"HIGH": "high", "MEDIUM": "medium", "RAW_FISH": "fish", "LOW": "low"}


class FikenSettlement(models.Model):
    """What a vendor's points of sale sold and were paid on one business day.

    open ──► ready ──► sent ──► booked ──► corrected
      (sessions are open)  │
                        failed (a person must look)
    """

    _name = "fiken.settlement"
    _description = "Fiken Settlement"
    _inherit = [
        "mail.thread",
        "mail.activity.mixin",
        "fiken.access.mixin",
        "fiken.guard.mixin",
    ]
    _check_company_auto = True
    _order = "day desc, vendor_id, id desc"
    _rec_name = "number"

    number = fields.Char(
        required=True, readonly=True, help="The number of the sale in Fiken."
    )
    kind = fields.Selection(
        [("day", "Day"), ("correction", "Correction")],
        default="day",
        required=True,
        readonly=True,
    )
    vendor_id = fields.Many2one(
        "fiken.vendor",
        "Shop",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    fiken_company_id = fields.Many2one(
        "fiken.company", required=True, readonly=True, ondelete="restrict"
    )
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, index=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    day = fields.Date("Business Day", required=True, readonly=True)
    date = fields.Date(
        "Booked On",
        required=True,
        readonly=True,
        help="The day itself; a correction is dated the day it was made.",
    )
    mode = fields.Selection(
        [("draft", "Draft"), ("booked", "Booked")],
        "Send to Fiken",
        required=True,
        tracking=True,
        help="As draft: an accountant looks at it in Fiken, then presses Book.",
    )
    state = fields.Selection(
        [
            ("open", "Not closed"),
            ("ready", "Ready"),
            ("sent", "On its way"),
            ("failed", "Needs a look"),
            ("booked", "Booked"),
            ("corrected", "Corrected"),
            ("skipped", "Not sent"),
        ],
        default="open",
        required=True,
        readonly=True,
        index=True,
        tracking=True,
    )
    reason = SentenceField("Why", readonly=True)
    figures = fields.Json(
        readonly=True, prefetch=False, groups="fiken_connector.group_fiken_user"
    )
    booking = fields.Json(
        readonly=True,
        help="How it is booked; unchangeable from the moment something of it was sent.",
    )
    read_at = fields.Datetime("Last Read", readonly=True)
    corrects_id = fields.Many2one(
        "fiken.settlement", "Corrects", readonly=True, ondelete="restrict", index=True
    )
    correction_ids = fields.One2many("fiken.settlement", "corrects_id", readonly=True)

    line_ids = fields.One2many("fiken.settlement.line", "settlement_id", readonly=True)
    payment_ids = fields.One2many("fiken.settlement.payment", "settlement_id")
    group_ids = fields.One2many(
        "fiken.settlement.group", "settlement_id", readonly=True
    )
    session_ids = fields.One2many(
        "fiken.settlement.session", "settlement_id", readonly=True
    )
    gross = fields.Monetary(readonly=True)
    net = fields.Monetary(readonly=True)
    vat = fields.Monetary("VAT", readonly=True)
    vat_high = fields.Monetary("VAT 25 %", readonly=True)
    vat_medium = fields.Monetary("VAT 15 %", readonly=True)
    vat_fish = fields.Monetary("VAT 11.11 %", readonly=True)
    vat_low = fields.Monetary("VAT 12 %", readonly=True)
    paid = fields.Monetary("Payments", readonly=True)
    sale_count = fields.Integer("Sales", readonly=True)
    sale_gross = fields.Monetary("Amount of Sales", readonly=True)
    return_count = fields.Integer("Returns", readonly=True)
    return_gross = fields.Monetary("Amount of Returns", readonly=True)
    discount_count = fields.Integer("Discounts", readonly=True)
    discount_gross = fields.Monetary("Amount of Discounts", readonly=True)
    invoiced_count = fields.Integer("Invoiced Orders", readonly=True)
    first_receipt = fields.Char(readonly=True)
    last_receipt = fields.Char(readonly=True)

    fiken_gross = fields.Monetary("Gross in Fiken", readonly=True)
    fiken_net = fields.Monetary("Net in Fiken", readonly=True)
    fiken_vat = fields.Monetary("VAT in Fiken", readonly=True)
    fiken_vat_high = fields.Monetary("VAT 25 % in Fiken", readonly=True)
    fiken_vat_medium = fields.Monetary("VAT 15 % in Fiken", readonly=True)
    fiken_vat_fish = fields.Monetary("VAT 11.11 % in Fiken", readonly=True)
    fiken_vat_low = fields.Monetary("VAT 12 % in Fiken", readonly=True)
    fiken_rounding = fields.Monetary("VAT Rounding in Fiken", readonly=True)
    fiken_paid = fields.Monetary("Payments in Fiken", readonly=True)
    difference = fields.Monetary(
        compute="_compute_difference",
        store=True,
        help="Gross in Fiken less gross in Odoo. It must be nothing.",
    )
    paid_difference = fields.Monetary(
        "Difference of Payments", compute="_compute_difference", store=True
    )
    difference_text = SentenceField(
        "What Differs",
        readonly=True,
        help="Net, VAT of each type, and what was sent to an account of Fiken's that"
        " has something else now.",
    )
    differs = fields.Boolean(compute="_compute_difference", store=True)
    checked_at = fields.Datetime("Compared with Fiken", readonly=True)
    late_text = SentenceField("Changed Afterwards", readonly=True)
    late_at = fields.Datetime("Changes Found", readonly=True)
    is_missing = fields.Boolean(
        "Missing in Fiken", compute="_compute_is_missing", search="_search_is_missing"
    )
    url = fields.Char("Page in Fiken", compute="_compute_url", compute_sudo=True)
    report_id = fields.Many2one("ir.attachment", "Report", readonly=True, copy=False)

    _day_uniq = models.UniqueIndex(
        "(vendor_id, day) WHERE kind = 'day'",
        "A shop has one settlement a day.",
    )
    _number_uniq = models.Constraint(
        "UNIQUE(fiken_company_id, number)",
        "Two settlements cannot have the same number.",
    )

    # Computes

    @api.depends(
        "gross",
        "fiken_gross",
        "paid",
        "fiken_paid",
        "difference_text",
        "checked_at",
        "state",
    )
    def _compute_difference(self):
        for one in self:
            compared = bool(one.checked_at)
            # What is not in Fiken is missing there; what is booked may be as it should.
            known = compared or one.state not in ("booked", "corrected")
            one.difference = one.fiken_gross - one.gross if known else 0.0
            one.paid_difference = one.fiken_paid - one.paid if known else 0.0
            one.differs = compared and bool(
                money.to_ore(one.difference)
                or money.to_ore(one.paid_difference)
                or one.difference_text
            )

    def _compute_is_missing(self):
        missing = self.filtered_domain([("state", "in", ("open", "ready", "failed"))])
        for one in self:
            one.is_missing = one in missing and one._is_overdue()

    @api.model
    def _search_is_missing(self, operator, value):
        if operator != "in":
            return NotImplemented
        late = self.search([("state", "in", ("open", "ready", "failed"))])
        return [("id", "in", late.filtered(lambda one: one._is_overdue()).ids)]

    def _compute_url(self):
        links = self._links((SALE, DRAFT))
        for one in self:
            own = links.get(one.id, self.env["fiken.binding"])
            booked = own.filtered(lambda link: link.resource == SALE)
            one.url = (booked or own).sorted("part")[:1].url

    # CRUD

    def _check_writable(self, vals):
        """People choose how it goes; what it says comes from the point of sale."""
        super()._check_writable(vals)
        if self.env.su:
            return
        sent = self.filtered(lambda one: one.state not in BEFORE)
        if sent and "mode" in vals:
            raise UserError(
                self.env._(
                    "%(number)s is in Fiken, or on its way there.",
                    number=sent[0].number,
                )
            )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_sent(self):
        if self._links() or self._jobs().filtered(lambda job: job.state == "sending"):
            raise UserError(
                self.env._("A settlement that was sent to Fiken is kept as it is.")
            )

    # Actions

    def action_open_in_fiken(self):
        self.ensure_one()
        self.check_access("read")
        return {"type": "ir.actions.act_url", "url": self.url}

    def action_open_jobs(self):
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "fiken_connector.fiken_job_action"
        )
        action["domain"] = [("id", "in", self._jobs().ids)]
        action["context"] = {}
        return action

    # Business: its figures

    def _day(self):
        """The day's figures as they were read."""
        return load(self.figures) if self.figures else None

    def _vat_rates(self):
        """[{name, net, vat}] of the day's taxes, for the report."""
        sums = {}
        for group in self.group_ids:
            row = sums.setdefault(
                group.tax_names or self.env._("No tax"), {"net": 0.0, "vat": 0.0}
            )
            row["net"] += group.net
            row["vat"] += group.vat
        return [{"name": name, **row} for name, row in sorted(sums.items())]

    def _make_report(self):
        """The PDF that is attached in Fiken: made once, and kept."""
        self.ensure_one()
        content, _kind = (
            self.env["ir.actions.report"]
            .sudo()
            ._render_qweb_pdf("fiken_connector.settlement_report_action", self.ids)
        )
        self.report_id = self.env["ir.attachment"].create(
            {
                "name": f"{self.number}.pdf",
                "raw": content,
                "mimetype": "application/pdf",
                "res_model": self._name,
                "res_id": self.id,
            }
        )

    # Business: its jobs and links

    @api.model
    def _resources(self):
        """The names of all that carries a settlement to Fiken."""
        names = self.env["fiken.resource"]._names
        return [name for stage in STAGES for name in names(stage, self._name)]

    def _jobs(self):
        """Its jobs, the newest of each document."""
        jobs = (
            self.env["fiken.job"]
            .sudo()
            .search(
                [
                    ("res_model", "=", self._name),
                    ("res_id", "in", self.ids),
                    ("resource", "in", self._resources()),
                ],
                order="id desc",
            )
        )
        newest = {}
        for job in jobs:
            newest.setdefault((job.res_id, job.resource, job.part), job.id)
        return jobs.browse(newest.values())

    def _links(self, resources=None):
        """{id: its links to Fiken}

        :param resources: names; all without
        """
        links = (
            self.env["fiken.binding"]
            .sudo()
            .search(
                [
                    ("res_model", "=", self._name),
                    ("res_id", "in", self.ids),
                    ("resource", "in", resources or self._resources()),
                ]
            )
        )
        return links.grouped("res_id")

    def _own_links(self, resources=None):
        self.ensure_one()
        return self._links(resources).get(self.id, self.env["fiken.binding"])

    def _is_fixed(self):
        """Whether something of it is, or may be, in Fiken."""
        return bool(self._links()) or any(
            job.state == "sending" or job.outcome_unknown for job in self._jobs()
        )

    # Business: its state

    def _lock(self):
        """Nobody else decides about it until this transaction ends."""
        self.ensure_one()
        self.flush_recordset()
        self.env.cr.execute(
            SQL("SELECT id FROM fiken_settlement WHERE id = %s FOR UPDATE", self.id)
        )
        self.invalidate_recordset()

    def _set_state(self, state, reason=False):
        for settlement in self:
            is_same = stored(settlement.reason) == stored(reason)
            if settlement.state != state or not is_same:
                settlement.write({"state": state, "reason": reason})

    def _is_overdue(self):
        """Whether it should have been in Fiken by now."""
        self.ensure_one()
        vendor = self.vendor_id.sudo()
        grace = timedelta(hours=vendor.settlement_grace_hours)
        due = (
            vendor._settled_at(self.day)
            if self.kind == "day"
            else (self.create_date or fields.Datetime.now())
        )
        return fields.Datetime.now() >= due + grace

    def _log_sentence(self, sentence):
        """In its chatter, which several read."""
        here = self.with_context(lang=self.company_id._fiken_lang())
        self._message_log(body=say(here.env, sentence))

    def _todo(self, sentence):
        """A to-do for a Fiken manager, one for all days that have the same reason.

        What was told of these days before is told no more.
        """
        for settlement in self:
            self.env["fiken.todo"]._tell_about(
                settlement,
                sentence,
                scope=settlement.vendor_id,
                user=settlement._manager_of(settlement.company_id, settlement),
                kind="settlement",
                is_closable=True,
                connection_id=settlement.fiken_company_id.connection_id.id,
                fiken_company_id=settlement.fiken_company_id.id,
                company_id=settlement.company_id.id,
            )
