from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL

from ...figures.day_books import Books
from ...figures.pos_day import load
from ...fiken_api import money
from ..outbox.fiken_teller import ACTIVITY

# The resources that carry a settlement to Fiken.
SALE, DRAFT, JOURNAL, PAYMENT = (
    "settlement",
    "settlement_draft",
    "journal_entry",
    "settlement_payment",
)
RESOURCES = (SALE, DRAFT, JOURNAL, PAYMENT)
# While it is in one of these, its figures follow the point of sale.
BEFORE = ("open", "ready", "failed", "skipped")
AFTER = ("sent", "booked", "corrected")
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
    _inherit = ["mail.thread", "mail.activity.mixin"]
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
        "fiken.vendor", required=True, readonly=True, index=True, ondelete="restrict"
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
            ("open", "Open"),
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
    reason = fields.Text("Why", readonly=True)
    figures = fields.Json(readonly=True, groups="fiken_connector.group_fiken_user")
    books = fields.Json(
        readonly=True,
        help="How it is booked; unchangeable from the moment something of it was sent.",
    )
    read_at = fields.Datetime("Last Read", readonly=True)
    corrects_id = fields.Many2one(
        "fiken.settlement", "Corrects", readonly=True, ondelete="restrict", index=True
    )
    correction_ids = fields.One2many("fiken.settlement", "corrects_id")

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
    differs = fields.Boolean(compute="_compute_difference", store=True)
    checked_at = fields.Datetime("Compared with Fiken", readonly=True)
    late_text = fields.Text("Changed Afterwards", readonly=True)
    late_at = fields.Datetime("Changes Found", readonly=True)
    is_missing = fields.Boolean(
        "Missing in Fiken", compute="_compute_is_missing", search="_search_is_missing"
    )
    url = fields.Char("Page in Fiken", compute="_compute_url", compute_sudo=True)
    report_id = fields.Many2one("ir.attachment", "Report", readonly=True, copy=False)

    _day_uniq = models.UniqueIndex(
        "(vendor_id, day) WHERE kind = 'day'",
        "A vendor has one settlement a day.",
    )
    _number_uniq = models.Constraint(
        "UNIQUE(fiken_company_id, number)",
        "Two settlements cannot have the same number.",
    )

    # Computes

    @api.depends("gross", "fiken_gross", "paid", "fiken_paid", "checked_at", "state")
    def _compute_difference(self):
        for one in self:
            compared = bool(one.checked_at)
            # What is not in Fiken is missing there; what is booked may be as it should.
            known = compared or one.state not in ("booked", "corrected")
            one.difference = one.fiken_gross - one.gross if known else 0.0
            one.paid_difference = one.fiken_paid - one.paid if known else 0.0
            one.differs = compared and bool(
                money.to_ore(one.difference) or money.to_ore(one.paid_difference)
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

    def write(self, vals):
        self._check_writable(vals)
        return super().write(vals)

    def _check_writable(self, vals):
        """People choose how it goes; what it says comes from the point of sale."""
        if self.env.su:
            return
        if any(self._fields[name].readonly for name in vals):
            raise AccessError(
                self.env._("The figures of a settlement come from the point of sale.")
            )
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

    def action_read(self):
        """Read the day from the point of sale anew."""
        self._check_user()
        self.sudo()._read()

    def action_send(self):
        """Send by hand, each day as its own."""
        self._check_user()
        for settlement in self.sudo().sorted("day"):
            settlement._lock()
            if settlement.state not in ("open", "ready", "failed", "skipped"):
                continue
            settlement._read()
            if settlement.state == "open":
                raise UserError(
                    self.env._(
                        "%(number)s cannot be sent yet. %(reason)s",
                        number=settlement.number,
                        reason=settlement.reason or "",
                    )
                )
            settlement._send()

    def action_book(self):
        """The draft has been looked at: book it."""
        self._check_user()
        for settlement in self.sudo():
            links = settlement._own_links((DRAFT,))
            if not links:
                raise UserError(
                    self.env._(
                        "%(number)s has no draft in Fiken to book.",
                        number=settlement.number,
                    )
                )
            settlement.mode = "booked"
            settlement._owe([(SALE, link.part) for link in links])
            settlement._set_state("sent")

    def action_skip(self):
        """Somebody has decided: it is not sent."""
        self._check_user()
        for settlement in self.sudo():
            settlement._lock()
            if settlement.state not in BEFORE:
                raise UserError(
                    self.env._(
                        "%(number)s is in Fiken, or on its way there.",
                        number=settlement.number,
                    )
                )
            jobs = settlement._jobs().filtered(
                lambda job: job.state in ("pending", "blocked", "failed")
            )
            if jobs.filtered("outcome_unknown"):
                raise UserError(
                    self.env._(
                        "It is not known whether %(number)s has arrived in Fiken. Look"
                        " in the outbox first.",
                        number=settlement.number,
                    )
                )
            jobs.action_ignore()
            settlement._set_state(
                "skipped", self.env._("Skipped by %(user)s.", user=self.env.user.name)
            )

    def action_compare(self):
        """Read what Fiken has of these days now."""
        self._check_user()
        for books, settlements in self.sudo().grouped("fiken_company_id").items():
            with books.connection_id._click_session() as session:
                settlements._compare(session)

    def action_look_for_changes(self):
        """Whether orders of the day were changed after it was sent."""
        self._check_user()
        self.sudo()._look_for_changes()

    def action_correct(self):
        """Propose a settlement, dated today, of what changed after the day was sent."""
        self._check_user()
        correction = self.sudo()._propose_correction()
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": correction.id,
            "view_mode": "form",
            "views": [(False, "form")],
        }

    def action_open_in_fiken(self):
        self.ensure_one()
        return {"type": "ir.actions.act_url", "url": self.url}

    def action_open_jobs(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "fiken_connector.fiken_job_action"
        )
        action["domain"] = [("id", "in", self._jobs().ids)]
        action["context"] = {}
        return action

    def action_retry(self):
        """Try again what was stopped."""
        self._check_user()
        self.sudo()._jobs().filtered(
            lambda job: job.state in ("blocked", "failed")
        ).action_retry()
        self.sudo()._follow()

    def _check_user(self):
        if not self.env.su and not self.env.user.has_group(
            "fiken_connector.group_fiken_user"
        ):
            raise UserError(self.env._("Only a Fiken user may do this."))
        if not self.env.su:
            self.check_access("read")

    # Business: the day

    @api.model
    def _of_days(self, vendor, days):
        """The settlements of a vendor's days, made where they are missing.

        :param days: dates
        """
        vendor = vendor.sudo()
        books = vendor.fiken_company_id
        mode = "draft" if vendor.settlement_mode == "draft" else "booked"
        days = [day for day in days if vendor._is_active_on(day)]
        self.flush_model()
        for day in days:
            # Two servers may find the same day: the second one finds it taken.
            self.env.cr.execute(
                SQL(
                    """INSERT INTO fiken_settlement (vendor_id, fiken_company_id,
                              company_id, day, date, number, kind, mode, state,
                              create_uid, write_uid, create_date, write_date)
                       VALUES (%s, %s, %s, %s, %s, %s, 'day', %s, 'open', %s, %s,
                              now() at time zone 'UTC', now() at time zone 'UTC')
                  ON CONFLICT (vendor_id, day) WHERE kind = 'day' DO NOTHING""",
                    vendor.id,
                    books.id,
                    vendor.company_id.id,
                    day,
                    day,
                    f"{vendor.code}-{day}",
                    mode,
                    self.env.uid,
                    self.env.uid,
                )
            )
        self.invalidate_model(flush=False)
        return self.sudo().search(
            [("vendor_id", "=", vendor.id), ("kind", "=", "day"), ("day", "in", days)],
            order="day",
        )

    def _day(self):
        """The day's figures as they were read."""
        return load(self.figures) if self.figures else None

    def _lock(self):
        """Nobody else decides about it until this transaction ends."""
        self.ensure_one()
        self.flush_recordset()
        self.env.cr.execute(
            SQL("SELECT id FROM fiken_settlement WHERE id = %s FOR UPDATE", self.id)
        )
        self.invalidate_recordset()

    def _is_fixed(self):
        """Whether something of it is, or may be, in Fiken."""
        return bool(self._links()) or any(
            job.state == "sending" or job.outcome_unknown for job in self._jobs()
        )

    def _read(self):
        """Take the figures from the point of sale; say what the day waits for."""
        for settlement in self:
            if settlement.state not in BEFORE or settlement._is_fixed():
                continue
            if settlement.kind == "day":
                day = self.env["fiken.pos.day"]._read(
                    settlement.vendor_id, settlement.day
                )
                settlement._keep(day)
            settlement._judge()

    def _keep(self, day):
        """Keep a day's figures, in columns and lines for people and pivots."""
        self.ensure_one()
        self = self.with_company(self.company_id)
        self.write(
            {
                "figures": day.dump(),
                "books": False,
                "read_at": fields.Datetime.now(),
                "gross": day.gross / 100,
                "net": day.net / 100,
                "vat": day.vat / 100,
                **{
                    f"vat_{name}": self._vat_of_type(day, vat_type) / 100
                    for vat_type, name in RATED.items()
                },
                "paid": day.paid / 100,
                "sale_count": day.sales,
                "sale_gross": day.sales_gross / 100,
                "return_count": day.returns,
                "return_gross": day.returns_gross / 100,
                "discount_count": day.discounts,
                "discount_gross": day.discounts_gross / 100,
                "invoiced_count": len(day.invoiced),
                "first_receipt": day.first_receipt,
                "last_receipt": day.last_receipt,
                **self._part_commands(day),
            }
        )

    def _vat_of_type(self, day, vat_type):
        """Odoo's VAT of one VAT type of Fiken, in øre."""
        taxes = self.env["account.tax"].sudo()
        return sum(
            line.vat
            for line in day.lines
            if line.tax_ids and taxes.browse(line.tax_ids)[0].fiken_vat_type == vat_type
        )

    def _part_commands(self, day):
        parts = {
            "line_ids": [
                *self.env["fiken.settlement.line"]._of_lines(day.lines),
                *self.env["fiken.settlement.line"]._of_others(day.others),
            ],
            "payment_ids": self.env["fiken.settlement.payment"]._of_day(day, self),
            "group_ids": self.env["fiken.settlement.group"]._of_day(day),
            "session_ids": self.env["fiken.settlement.session"]._of_day(day),
        }
        return {
            name: [
                fields.Command.clear(),
                *(fields.Command.create(values) for values in rows),
            ]
            for name, rows in parts.items()
        }

    def _judge(self):
        """Open, ready, or nothing to send; and why."""
        self.ensure_one()
        day = self._day()
        waits = self._what_it_waits_for(day)
        if waits:
            self._set_state("open", waits)
        elif not (day.lines or day.payments or day.others):
            self._set_state("skipped", self._why_nothing(day))
        else:
            self._set_state("ready")
            self.activity_unlink([ACTIVITY])

    def _what_it_waits_for(self, day):
        """Why the day cannot be sent yet, or ''."""
        sentences = []
        if day.open_sessions:
            sentences.append(
                self.env._(
                    "These sessions are still open: %(names)s. Close them in the point"
                    " of sale.",
                    names=", ".join(session.name for session in day.open_sessions),
                )
            )
        if day.pay_later:
            sentences.append(
                self.env._(
                    "Invoice these orders: %(names)s. What is paid later must be an"
                    " invoice and is never part of a settlement.",
                    names=", ".join(order.name for order in day.pay_later),
                )
            )
        if day.foreign:
            sentences.append(
                self.env._(
                    "%(count)s orders are not in NOK. Fiken's settlement is: invoice"
                    " them.",
                    count=len(day.foreign),
                )
            )
        return " ".join(sentences)

    def _why_nothing(self, day):
        if day.invoiced:
            return self.env._("Everything that was sold goes as invoices.")
        return self.env._("Nothing was sold on this day.")

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

    # Business: sending

    def _settle(self):
        """What the schedule does with one day whose time has come."""
        self.ensure_one()
        self._lock()
        if self.state not in ("open", "ready"):
            return
        self._read()
        if self.state == "ready":
            self._send()
        elif self.state == "open" and self._is_overdue():
            self._todo(self.reason)

    def _send(self):
        """Owe Fiken this day. The rest follows when its first document is there."""
        self.ensure_one()
        if self.state not in ("ready", "failed"):
            return
        if self.books and self._is_fixed():
            # Some of it is there: what was deleted in Fiken, or stopped, follows.
            self._jobs().filtered(
                lambda job: job.state in ("blocked", "failed")
            ).action_retry()
            self._owe_rest()
        else:
            self._owe([(DRAFT if self.mode == "draft" else SALE, "")])
        self._set_state("sent")

    def _owe(self, documents):
        """:param documents: [(resource, part)]"""
        Job = self.env["fiken.job"].sudo()
        Job._enqueue(
            [
                self.env[f"fiken.resource.{resource}"]._job_row(
                    self.id, self.fiken_company_id, self.vendor_id, part
                )
                for resource, part in documents
            ]
        )

    @api.model
    def _part(self, index):
        """What tells the sale of this index from the day's others in jobs and links."""
        return str(index + 1) if index else ""

    def _documents(self):
        """[(resource, part)] of everything that the day is to be in Fiken."""
        if not self.books:
            return []
        books = Books.from_json(self.books)
        documents = []
        for index, sale in enumerate(books.sales):
            documents.append((SALE, self._part(index)))
            documents += [
                (PAYMENT, f"{index + 1}:{key}") for key, _amount in sale.payments
            ]
        if books.entries:
            documents.append((JOURNAL, ""))
        return documents

    def _owe_rest(self):
        """Owe what of the day is not in Fiken yet; a payment when its turn has come."""
        links = self._own_links()
        there = {(link.resource, link.part) for link in links}
        paid = {part for resource, part in there if resource == PAYMENT}
        owed = self.env["fiken.job"].search(
            [
                ("res_model", "=", self._name),
                ("res_id", "=", self.id),
                ("state", "in", ("pending", "sending", "blocked", "failed")),
            ]
        )
        there |= {(job.resource, job.part) for job in owed}
        bound = {link.part for link in links if link.resource == SALE}
        documents = self._documents()
        if self.mode == "draft" and not bound:
            # Nothing but drafts before somebody has looked at them.
            documents = [
                (DRAFT, part) for resource, part in documents if resource == SALE
            ]
        self._owe(
            [
                (resource, part)
                for resource, part in documents
                if (resource, part) not in there
                and (
                    resource != PAYMENT
                    or self._part(int(part.split(":")[0]) - 1) in bound
                    and not self._payments_before(part) - paid
                )
            ]
        )

    def _payments_before(self, part):
        """What was paid back on a sale goes before what paid it.

        The other way round a payment would be more than what is outstanding, which
        Fiken may refuse (fiken-api.md §13).

        :param part: of a payment's job
        :return: parts of payments
        """
        number, key = part.split(":")
        sale = Books.from_json(self.books).sales[int(number) - 1]
        back = {one for one, amount in sale.payments if amount * sale.gross < 0}
        return set() if key in back else {f"{number}:{one}" for one in back}

    def _put_away(self, links):
        """Links to what was deleted in Fiken; a sale's payments went with it."""
        for link in links:
            own = link
            if link.resource == SALE:
                prefix = f"{link.part or 1}:"
                own |= self._own_links().filtered(
                    lambda other, prefix=prefix: other.resource == PAYMENT
                    and other.part.startswith(prefix)
                )
            for one in own:
                one.write(
                    {
                        "resource": f"{one.resource}_deleted",
                        "part": f"{one.part}#{one.remote_id}",
                    }
                )

    def _count_put_away(self, resources, part=""):
        """How many of one document were in Fiken and were deleted there."""
        return self.env["fiken.binding"].search_count(
            [
                ("res_model", "=", self._name),
                ("res_id", "=", self.id),
                ("resource", "in", [f"{resource}_deleted" for resource in resources]),
                ("part", "=like", f"{part}#%"),
            ]
        )

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

    def _jobs(self):
        """Its jobs, the newest of each document."""
        jobs = (
            self.env["fiken.job"]
            .sudo()
            .search(
                [
                    ("res_model", "=", self._name),
                    ("res_id", "in", self.ids),
                    ("resource", "in", RESOURCES),
                ],
                order="id desc",
            )
        )
        newest = {}
        for job in jobs:
            newest.setdefault((job.res_id, job.resource, job.part), job.id)
        return jobs.browse(newest.values())

    def _links(self, resources=RESOURCES):
        """{id: its links to Fiken}"""
        links = (
            self.env["fiken.binding"]
            .sudo()
            .search(
                [
                    ("res_model", "=", self._name),
                    ("res_id", "in", self.ids),
                    ("resource", "in", resources),
                ]
            )
        )
        return links.grouped("res_id")

    def _own_links(self, resources=RESOURCES):
        self.ensure_one()
        return self._links(resources).get(self.id, self.env["fiken.binding"])

    def _follow(self):
        """Its state is what became of its jobs."""
        for settlement in self:
            if settlement.state not in ("sent", "failed", "booked"):
                continue
            jobs = settlement._jobs()
            stopped = jobs.filtered(
                lambda job: job.state in ("blocked", "failed")
                and not job._waits_for_turn()
            )
            if stopped:
                settlement._set_state("failed", stopped[0].reason)
            elif settlement._is_complete():
                settlement._set_state("booked")
                settlement.corrects_id._set_state("corrected")
                settlement.activity_unlink([ACTIVITY])
            elif jobs.filtered(lambda job: job._is_open()):
                settlement._set_state("sent")
            elif settlement._own_links((DRAFT,)):
                settlement._set_state(
                    "sent", self.env._("A draft in Fiken waits to be booked.")
                )
            elif jobs:
                # Ignored in the outbox, or not to be sent after all.
                settlement._set_state("failed", jobs[0].reason)

    def _is_complete(self):
        """Whether all that it is to be is in Fiken."""
        links = self._own_links((SALE, JOURNAL, PAYMENT))
        if not links or not self.books:
            return False
        there = set(links.mapped(lambda link: (link.resource, link.part)))
        return there >= set(self._documents())

    def _set_state(self, state, reason=False):
        for settlement in self:
            if (settlement.state, settlement.reason) != (state, reason or False):
                settlement.write({"state": state, "reason": reason})

    def _todo(self, note):
        """One to-do for a Fiken manager of the company, with the newest reason."""
        for settlement in self:
            opened = settlement.activity_search([ACTIVITY])
            if opened:
                opened.write({"note": note})
            else:
                settlement.activity_schedule(
                    ACTIVITY, note=note, user_id=settlement._manager().id
                )

    def _manager(self):
        managers = self.env.ref("fiken_connector.group_fiken_manager").sudo()
        return managers.all_user_ids.filtered(
            lambda user: user.active
            and user != self.env.ref("base.user_root")
            and self.company_id in user.company_ids
        )[:1] or self.env.ref("base.user_admin")
