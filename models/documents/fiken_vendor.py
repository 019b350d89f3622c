from odoo import api, fields, models
from odoo.fields import Domain

from ..connection.sentence import _lt, joined
from ..outbox.exceptions import MissingSetting, NothingToSend
from ..outbox.fiken_job import IDLE_STATES
from .move_types import BILL_TYPES, SENT_TYPES

# What decides how a new document goes to Fiken.
PROPOSING_FIELDS = {
    "sale_mode",
    "issuer",
    "credit_note_way",
    "bill_mode",
    "refund_bill",
    "accounting_system",
}
# How documents with negative amounts go, and which they are.
NEGATIVE_WAYS = {"credit_note_way": "out_refund", "refund_bill": "in_refund"}


class FikenVendor(models.Model):
    """How a vendor's bills go to Fiken, and on which accounts."""

    _inherit = "fiken.vendor"

    bill_mode = fields.Selection(
        [("off", "Not sent"), ("draft", "As draft"), ("booked", "Booked")],
        "Supplier Bills",
        default="off",
        required=True,
        tracking=True,
        help="Where Fiken receives the same bills by EHF or e-mail, they would be there"
        " twice: only one of the two systems should receive a bill.",
    )
    bill_trigger = fields.Selection(
        [
            ("posted", "When posted"),
            ("schedule", "By schedule"),
            ("hand", "By hand"),
        ],
        "Send Supplier Bills",
        default="posted",
        required=True,
        tracking=True,
    )
    refund_bill = fields.Selection(
        [
            ("draft", "As draft, for the accountant"),
            ("negative", "As a negative purchase"),
            ("stop", "Stop and tell"),
        ],
        "Supplier Refunds",
        default="draft",
        required=True,
        tracking=True,
        help="Fiken has no credit notes of suppliers; its guide books them as negative"
        " purchases. Nobody has said yet that Fiken takes these from other systems.",
    )
    sale_mode = fields.Selection(
        [("off", "Not sent"), ("draft", "As draft"), ("booked", "Booked")],
        "Sales Documents",
        default="booked",
        required=True,
        tracking=True,
    )
    issuer = fields.Selection(
        [("odoo", "Odoo"), ("fiken", "Fiken")],
        "Who Issues the Invoice",
        default="odoo",
        required=True,
        tracking=True,
        help="Odoo: the invoice has Odoo's number, KID and PDF, and Odoo sends it to"
        " the customer. Fiken books it as a sale from another system and sends no"
        " reminders for it.\n"
        "Fiken: the invoice gets Fiken's number, KID and PDF. Odoo waits for them and"
        " sends exactly these. Only one of the two systems ever sends an invoice.",
    )
    sale_trigger = fields.Selection(
        [
            ("posted", "When posted"),
            ("schedule", "By schedule"),
            ("hand", "By hand"),
        ],
        "Send Sales Documents",
        default="posted",
        required=True,
        tracking=True,
        help="When posted: within a couple of minutes. By schedule: at the shop's"
        " time of day. By hand: when somebody presses Send to Fiken.",
    )
    credit_note_way = fields.Selection(
        [
            ("stop", "Stop and tell"),
            ("draft", "As a draft for the accountant"),
            ("negative", "As a sale with negative amounts"),
        ],
        "Credit Notes That Odoo Issues",
        default="stop",
        required=True,
        tracking=True,
        help="Fiken has credit notes of its own invoices only. Those that Odoo issues"
        " can go as sales with negative amounts, which Fiken does not document.",
    )
    credit_without_original = fields.Selection(
        [("stop", "Stop and tell"), ("send", "Send on their own")],
        "Credit Notes of What Is Not in Fiken",
        default="stop",
        required=True,
        tracking=True,
        help="For instance of an invoice from before the shop was enabled.",
    )

    # CRUD

    def write(self, vals):
        followers = [
            vendor._followers() for vendor in self if PROPOSING_FIELDS & vals.keys()
        ]
        before = {vendor: vendor._sent_types() for vendor in self}
        refused = self._refused(vals)
        result = super().write(vals)
        for vendor, types in before.items():
            vendor._stop_waiting(types - vendor._sent_types())
        refused.fiken_mode = "draft"
        for drafts, proposed in followers:
            self._let_follow(drafts, proposed)
        if {"sale_trigger", "bill_trigger", "schedule_hour", "tz"} & vals.keys():
            self._plan_anew()
        return result

    # Business

    def _refused(self, vals):
        """What waits to be booked with negative amounts, and is to be a draft now."""
        types = [
            move_type
            for name, move_type in NEGATIVE_WAYS.items()
            if vals.get(name) == "draft"
        ]
        moves = self.env["account.move"].sudo()
        if not types:
            return moves
        jobs = (
            self.env["fiken.job"]
            .sudo()
            .search(
                [
                    ("vendor_id", "in", self.ids),
                    ("state", "=", "blocked"),
                    ("setting_model", "=", self._name),
                    ("res_model", "=", moves._name),
                    ("resource", "in", moves._fiken_resources("booked")),
                ]
            )
        )
        return moves.browse(jobs.mapped("res_id")).filtered(
            lambda move: move.move_type in types
            and move.fiken_issuer != "fiken"
            and move.fiken_mode == "booked"
            and move.fiken_state == "blocked"
        )

    def _sent_types(self):
        """The kinds of documents that go to Fiken."""
        if self.accounting_system != "fiken":
            return set()
        types = set(SENT_TYPES)
        if self.bill_mode == "off":
            types.difference_update(BILL_TYPES)
        if self.sale_mode == "off":
            types.intersection_update(BILL_TYPES)
        return types

    def _stop_waiting(self, types):
        """What only waits is not sent any more, and each document says so.

        :param types: the kinds of documents that are switched off now
        """
        if not types:
            return
        moves = self.env["account.move"].sudo()
        jobs = (
            self.env["fiken.job"]
            .sudo()
            .search(
                [
                    ("vendor_id", "=", self.id),
                    ("res_model", "=", moves._name),
                    ("resource", "in", moves._fiken_resources("booked", "draft")),
                    ("state", "in", IDLE_STATES),
                    ("outcome_unknown", "=", False),
                ]
            )
        )
        moves = moves.browse(jobs.mapped("res_id")).exists()
        stopped = moves.filtered(lambda move: move.move_type in types)
        drafted = set(stopped._fiken_draft_moves().ids)
        for job in jobs.filtered(lambda job: job.res_id in stopped.ids):
            reason = self._off_text()
            if job.res_id in drafted:
                draft = _lt("Its draft is still in Fiken: book it there, or delete it.")
                reason = joined(reason, draft, separator=" ")
            job._set_dropped(reason=reason)
        jobs._wake()

    def _off_text(self):
        return _lt(
            "It was switched off on %(vendor)s that such documents go to Fiken.",
            vendor=self.name,
        )

    def _check_active_on(self, date):
        """:raise NothingToSend: a document of that date does not belong into Fiken"""
        if self.accounting_system != "fiken":
            raise NothingToSend(self._off_text())
        if not self._is_active_on(date):
            raise NothingToSend(
                _lt(
                    "It is dated %(date)s, before %(vendor)s was enabled for Fiken"
                    " (%(since)s).",
                    date=date,
                    vendor=self.name,
                    since=self.enabled_since or "-",
                )
            )

    def _trigger_of(self, move):
        """When a document of this vendor goes: posted, schedule or hand."""
        return self.bill_trigger if move.move_type in BILL_TYPES else self.sale_trigger

    def _bill_proposal(self, move_type):
        """The mode that a new bill, refund or receipt starts with."""
        if self.bill_mode == "off":
            return False
        if move_type == "in_refund" and self.refund_bill == "draft":
            return "draft"
        return self.bill_mode

    def _bill_code(self, account, product, fiscal_position=None):
        """Fiken's code of a bill line.

        The value of stock is not kept in Fiken: goods that Odoo puts into stock are
        a purchase of their category there.

        :raise MissingSetting: it is not mapped, or Fiken's chart does not have it
        """
        is_asset = account.internal_group == "asset"
        if not is_asset or account not in self._stock_accounts(product):
            return self._document_code(account, product, "expense", fiscal_position)
        category = product.categ_id
        code = category and self.ledger_id._category_code(category, "expense")
        if code:
            return self._checked_code(code, category)
        raise MissingSetting(
            _lt(
                "The stock account %(account)s is not kept in Fiken, where such goods"
                " are a purchase. Enter the purchase account of %(category)s in the"
                " account mapping %(ledger)s.",
                account=self._account_name(account),
                category=category.display_name
                if category
                else _lt("a product category, and the product on the line"),
                ledger=self.ledger_id.name,
            ),
            self.ledger_id,
            category,
        )

    def _stock_accounts(self, product):
        """The accounts on which Odoo keeps the value of stock, if it does."""
        accounts = self.env["account.account"]
        categories = self.env["product.category"].sudo()
        if "property_stock_valuation_account_id" not in categories._fields:
            return accounts
        if product:
            proposed = product.product_tmpl_id.get_product_accounts()
            accounts |= proposed.get("stock_valuation") or accounts
        for company in self.company_id._fiken_members().sudo():
            accounts |= company.account_stock_valuation_id
            every = categories.with_company(company).search(Domain.TRUE)
            accounts |= every.property_stock_valuation_account_id
        return accounts

    def _plan_anew(self):
        """What waits for the vendor's time of day waits for the new one."""
        names = self.env["fiken.resource"]._names
        purchases = [
            name
            for stage in ("booked", "draft")
            for name in names(stage, kind="fiken.purchase.mixin")
        ]
        for vendor in self:
            jobs = (
                self.env["fiken.job"]
                .sudo()
                .search(
                    [
                        ("vendor_id", "=", vendor.id),
                        ("state", "=", "pending"),
                        ("attempts", "=", 0),
                        ("next_try_at", ">", fields.Datetime.now()),
                    ]
                )
            )
            bills = jobs.filtered(lambda job: job.resource in purchases)
            for waiting, trigger in (
                (jobs - bills, vendor.sale_trigger),
                (bills, vendor.bill_trigger),
            ):
                if not waiting or trigger == "hand":
                    continue
                due = vendor._next_schedule_at() if trigger == "schedule" else False
                waiting.next_try_at = due
                vendor.fiken_company_id._wake(at=due or None)

    def _proposal_for(self, move):
        """(mode, issuer) that this document starts with.

        While its kind is not sent it has no mode: *Do not send* is what a person says.
        When the kind is switched on, those without are offered, see _unmarked.

        A credit note is issued by whoever issued what it credits; a receipt by Odoo.
        """
        if self.accounting_system != "fiken":
            return False, False
        if move.move_type in BILL_TYPES:
            return self._bill_proposal(move.move_type), False
        mode = self.sale_mode != "off" and self.sale_mode
        issuer = self.issuer
        if move.move_type == "out_receipt":
            issuer = "odoo"
        if move.move_type == "out_refund":
            issuer = move.reversed_entry_id.fiken_issuer or issuer
            if (mode, issuer, self.credit_note_way) == ("booked", "odoo", "draft"):
                mode = "draft"
        return mode, issuer

    def _followers(self):
        """Drafts in this vendor's journals, and the modes that it proposed for them."""
        drafts = (
            self.env["account.move"]
            .sudo()
            .search(
                [
                    ("state", "=", "draft"),
                    ("journal_id", "in", self._document_journals().ids),
                    ("move_type", "in", SENT_TYPES),
                ]
            )
        )
        vendors = self._of_documents(drafts)
        drafts = drafts.filtered(lambda move: vendors[move] == self)
        return drafts, {move: {self._proposal_for(move)[0]} for move in drafts}

    def _document_journals(self):
        """Whose documents may be this vendor's; the day decides where two share one."""
        return self._document_journals_of_each()[self]

    def _document_journals_of_each(self):
        """{vendor: its journals}, in one query for all."""
        # A Fiken manager need not be an accountant.
        journals = self.env["account.journal"].sudo().with_context(active_test=False)
        found = journals.search_fetch(
            Domain("fiken_vendor_id", "in", self.ids)
            | Domain("fiken_next_vendor_id", "in", self.ids)
            | Domain("fiken_vendor_id", "=", False)
            & Domain(
                "company_id", "child_of", self.filtered("is_default").company_id.ids
            ),
            ["company_id", "fiken_next_vendor_id", "fiken_vendor_id"],
        )
        return {vendor: found.filtered(vendor._may_have) for vendor in self}

    def _may_have(self, journal):
        """Whether documents of a journal may be this vendor's."""
        if self in journal.fiken_vendor_id | journal.fiken_next_vendor_id:
            return True
        is_nobodys = self.is_default and not journal.fiken_vendor_id
        return is_nobodys and journal.company_id._fiken_books() == self.company_id

    @api.model
    def _let_follow(self, drafts, proposed):
        """Another vendor, or another choice of it: its drafts follow.

        A mode that a person chose stays. Who issues nobody chooses on a document.

        :param proposed: {document: the modes that were proposed for it until now}
        """
        drafts.filtered(
            lambda move: not move.fiken_mode or move.fiken_mode in proposed[move]
        )._compute_fiken_mode()
        drafts._compute_fiken_issuer()
