from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools.sql import column_exists, create_column

from ..outbox import at_commit
from ..outbox.fiken_job import OPEN_STATES
from ..outbox.fiken_resource import AWAITED_PRIORITY
from .move_types import RECEIPTS, SENT_TYPES

# Jobs that are not over, and those of which nobody knows whether Fiken did them.
OPEN = Domain("state", "in", OPEN_STATES)
UNSURE = Domain("outcome_unknown", "=", True)
SENDING = Domain("state", "=", "sending")


class AccountMove(models.Model):
    _inherit = "account.move"

    # Whose its jobs are: a branch's documents are in the books of its root.
    _fiken_company_field = "company_id"

    fiken_mode = fields.Selection(
        [("draft", "Draft"), ("booked", "Booked"), ("none", "Do not send")],
        "Send to Fiken",
        compute="_compute_fiken_mode",
        store=True,
        readonly=False,
        copy=False,
        tracking=True,
        help="How this document goes to Fiken when it is confirmed. The shop of the"
        " journal proposes it; it can be changed until the document is sent.",
    )
    fiken_issuer = fields.Selection(
        [("odoo", "Odoo"), ("fiken", "Fiken")],
        "Issued By",
        compute="_compute_fiken_issuer",
        store=True,
        copy=False,
    )

    # The start page asks for what nobody has said it of: in time they are few.
    _fiken_unmarked_idx = models.Index(
        "(company_id, invoice_date) WHERE fiken_mode IS NULL AND state = 'posted'"
        " AND move_type != 'entry'"
    )

    # Computes

    @api.depends("journal_id", "move_type", "company_id", "reversed_entry_id")
    def _compute_fiken_mode(self):
        for move, (mode, _issuer) in self._fiken_proposals().items():
            if move.state != "posted" or not move.fiken_mode:
                move.fiken_mode = mode

    @api.depends("journal_id", "move_type", "company_id", "reversed_entry_id")
    def _compute_fiken_issuer(self):
        """Apart from the mode: a mode that the user gives must not leave this empty."""
        for move, (_mode, issuer) in self._fiken_proposals().items():
            if move.state != "posted" or not move.fiken_issuer:
                move.fiken_issuer = issuer

    # CRUD

    def _auto_init(self):
        """On a big database, computing "nothing" for every old entry takes hours."""
        for column in ("fiken_mode", "fiken_issuer"):
            if not column_exists(self.env.cr, self._table, column):
                create_column(self.env.cr, self._table, column, "varchar")
        return super()._auto_init()

    def write(self, vals):
        if "fiken_mode" in vals:
            self._fiken_check_mode(vals["fiken_mode"])
        result = super().write(vals)
        if "fiken_mode" in vals:
            self._fiken_mode_changed()
        return result

    def unlink(self):
        # Confirmed and deleted in one transaction: nothing is owed.
        queued = at_commit.peek(self.env, "fiken_moves") or {}
        for move_id in self.ids:
            queued.pop(move_id, None)
        moves = self.browse(self.ids)
        result = super().unlink()
        self.env["fiken.job"]._drop(moves, self._fiken_resources())
        return result

    # Actions

    def action_fiken_send(self):
        """*Send now*: what is posted and not in Fiken goes there, as marked."""
        self.check_access("write")
        moves = self.filtered(
            lambda move: move.state == "posted"
            and move.fiken_state not in (False, "excluded", "draft")
        )
        moves._fiken_check_due()
        if not moves:
            raise UserError(
                self.env._(
                    "None of these can be sent: only confirmed invoices that are not in"
                    " Fiken, and are not marked Do not send."
                )
            )
        jobs = moves._fiken_jobs()
        jobs.filtered(lambda job: job.state != "sending").action_retry()
        moves._fiken_enqueue_papers()
        absent = moves.filtered(lambda move: move.fiken_state == "absent")
        # Confirmed before the company was connected: nobody has marked them yet.
        absent.filtered(lambda move: not move.fiken_mode)._fiken_propose()
        absent._fiken_enqueue(now=True)
        moves._fiken_wake()
        return moves._fiken_wait_action()

    def action_fiken_book(self):
        """*Book in Fiken*: what went over as a draft is booked."""
        self.check_access("write")
        moves = self._fiken_draft_moves().filtered(lambda move: move.state == "posted")
        if not moves:
            raise UserError(self.env._("None of these is a draft in Fiken."))
        moves.fiken_mode = "booked"
        return moves._fiken_wait_action()

    def button_draft(self):
        self._fiken_check_undo()
        result = super().button_draft()
        self.env["fiken.job"]._drop(self, self._fiken_resources())
        return result

    def button_cancel(self):
        self._fiken_check_undo()
        result = super().button_cancel()
        self.env["fiken.job"]._drop(self, self._fiken_resources())
        return result

    def action_fiken_open(self):
        self.ensure_one()
        self.check_access("read")
        return self.fiken_link_id.sudo().action_open_in_fiken()

    # Business

    def _post(self, soft=True):
        self._fiken_follow_date()
        corrected = self.filtered("posted_before")
        posted = super()._post(soft)
        # Drafts from before the connection have no proposal yet.
        posted.filtered(lambda move: not move.fiken_mode)._fiken_propose()
        posted._fiken_enqueue()
        # A draft that is in Fiken follows at once, however it went there.
        (posted & corrected)._fiken_follow_drafts()
        (posted & corrected)._fiken_compare_undone()
        return posted

    def _fiken_propose(self):
        """Mark them as their vendors propose today."""
        self._compute_fiken_mode()
        self._compute_fiken_issuer()

    def _fiken_proposals(self):
        """{document: (mode, issuer)} as its vendor proposes."""
        vendors = self.env["fiken.vendor"]._of_documents(
            self.filtered(lambda move: move.move_type in SENT_TYPES)
        )
        nothing = False, False
        return {
            move: vendors[move]._proposal_for(move) if vendors.get(move) else nothing
            for move in self
        }

    def _fiken_follow_date(self):
        """A journal may change its vendor on a day: the date says whose it is.

        What a person chose stays, as far as it differs from what was proposed.
        """
        journals = self.journal_id.filtered("fiken_next_vendor_from")
        if not journals:
            return
        moves = self.filtered(
            lambda move: move.move_type in SENT_TYPES and move.journal_id in journals
        )
        for move, vendor in self.env["fiken.vendor"]._of_documents(moves).items():
            vendors = self.env["fiken.vendor"].browse(
                {one.id for one in move.journal_id._fiken_vendors()[:2]}
            )
            proposals = [one._proposal_for(move) for one in vendors.sudo()]
            mode, issuer = vendor._proposal_for(move)
            if (move.fiken_mode, move.fiken_issuer) in proposals:
                move.fiken_mode = mode
            if move.fiken_mode:
                move.fiken_issuer = issuer

    def _fiken_enqueue(self, now=False):
        """Enqueue these documents; all of a transaction in one statement.

        :param bool now: somebody pressed *Send*: do not wait for the vendor's time
        """
        moves = self.filtered(
            lambda move: move.fiken_mode in ("draft", "booked")
            and (now or move._fiken_is_due())
        )
        if not moves:
            return
        flush = self.env["account.move"].sudo()._fiken_enqueue_moves
        queued = at_commit.noted(self.env, "fiken_moves", dict, flush)
        for move_id in moves.ids:
            queued[move_id] = now or queued.get(move_id, False)

    @api.model
    def _fiken_enqueue_moves(self):
        queued = at_commit.take(self.env, "fiken_moves", {})
        moves = self.browse(sorted(queued)).filtered(
            lambda move: move.state == "posted"
        )
        vendors = self.env["fiken.vendor"]._of_documents(moves)
        rows = []
        for vendor, group in moves.grouped(vendors.get).items():
            if not vendor or vendor.accounting_system != "fiken":
                continue
            group = group.filtered(
                lambda move, vendor=vendor: vendor._is_active_on(
                    move.fiken_date or move.invoice_date or move.date
                )
                and (queued[move.id] or vendor._trigger_of(move) != "hand")
                and move._fiken_is_due()
            )
            # What is paid on the spot carries nobody's name.
            contacts = group.filtered(
                lambda move: move.move_type not in RECEIPTS
            ).commercial_partner_id
            drafts = {move: move._fiken_strategy()._drafted_as for move in group}
            known = self.env["fiken.binding"]._which(
                vendor.fiken_company_id,
                contact=contacts,
                **dict.fromkeys(drafts.values(), group),
            )
            # A customer who is not in Fiken yet goes there before their invoice.
            first = group.grouped("commercial_partner_id")
            rows += [
                {
                    **self.env["fiken.resource.contact"]._job_row(
                        partner.id, vendor.fiken_company_id, priority=AWAITED_PRIORITY
                    ),
                    "document": (self._name, first[partner][0].id),
                }
                for partner in contacts
                if ("contact", partner.id) not in known
            ]
            later = vendor._next_schedule_at()
            for move in group:
                by_schedule = vendor._trigger_of(move) == "schedule"
                send_at = later if by_schedule and not queued[move.id] else None
                is_drafted = (drafts[move], move.id) in known
                rows += [
                    {**row, "send_at": send_at}
                    for row in move._fiken_job_rows(vendor, is_drafted)
                ]
        self.env["fiken.job"]._enqueue(rows)
        moves._fiken_document_enqueued()

    @api.model
    def _fiken_resources(self, *stages):
        """What carries documents to Fiken, by what stands there afterwards."""
        names = self.env["fiken.resource"]._names
        return tuple(
            name
            for stage in stages or ("booked", "draft", "papers")
            for name in names(stage, self._name)
        )

    def _fiken_strategy(self):
        """What books it in Fiken; None of an entry that is no document."""
        self.ensure_one()
        strategies = (
            self.env[f"fiken.resource.{name}"]
            for name in self._fiken_resources("booked")
        )
        return next((one for one in strategies if one._is_for(self)), None)

    def _fiken_job_rows(self, vendor, is_drafted):
        """What is a draft in Fiken is changed there before it is booked."""
        self.ensure_one()
        booked = self._fiken_strategy()
        strategies = []
        if self.fiken_mode == "draft" or is_drafted or booked._through_draft:
            strategies.append(booked._drafts())
        if self.fiken_mode == "booked":
            strategies.append(booked)
        return [
            strategy._job_row(self.id, vendor.fiken_company_id, vendor)
            for strategy in strategies
        ]

    def _fiken_mode_changed(self):
        """Another mode before it was sent: what only waits is replaced."""
        posted = self.filtered(
            lambda move: move.state == "posted" and move.move_type in SENT_TYPES
        )
        if not posted:
            return
        drafted = posted._fiken_draft_moves()
        # An edit that its draft is still owed goes there all the same.
        self.env["fiken.job"]._drop(drafted, self._fiken_resources("booked"))
        self.env["fiken.job"]._drop(posted - drafted, self._fiken_resources())
        (posted - drafted)._fiken_enqueue()
        drafted.filtered(
            lambda move: move.fiken_mode == "booked"
        )._fiken_enqueue_booking()

    def _fiken_enqueue_booking(self):
        """The draft in Fiken is to be booked; the draft itself is not sent again."""
        if not self:
            return
        vendors = self.env["fiken.vendor"]._of_documents(self)
        self.env["fiken.job"]._enqueue(
            [
                move._fiken_strategy()._job_row(
                    move.id, vendors[move].fiken_company_id, vendors[move]
                )
                for move in self
            ]
        )
        self._fiken_document_enqueued()

    def _fiken_document_enqueued(self):
        """They go to Fiken now, or are found there; what belongs to them may follow."""

    def _fiken_jobs(self):
        return self._fiken_jobs_where(OPEN)

    def _fiken_unsure_jobs(self):
        """Those of which nobody knows whether Fiken did them; ignored ones as well."""
        return self._fiken_jobs_where(UNSURE)

    def _fiken_jobs_where(self, domain):
        own = Domain("res_model", "=", self._name) & Domain("res_id", "in", self.ids)
        documents = Domain("resource", "in", self._fiken_resources())
        return self.env["fiken.job"].sudo().search(own & documents & domain)

    def _fiken_wake(self):
        vendors = self.env["fiken.vendor"]._of_documents(self)
        for vendor in set(vendors.values()):
            vendor.fiken_company_id.connection_id._wake()

    def _fiken_wait_action(self):
        """The page waits for Fiken's answer, then shows it."""
        return {
            "type": "ir.actions.client",
            "tag": "fiken_wait",
            "params": {"move_ids": self.ids},
        }

    @api.readonly
    def fiken_is_waiting(self):
        """How many of these still wait for Fiken; asked by the waiting page."""
        self.check_access("read")
        return len(
            self.filtered(lambda move: move.fiken_state in ("waiting", "sending"))
        )

    @api.readonly
    def fiken_states(self):
        """{id: where it stands}; asked by the badges on a page, of all that move."""
        moves = self.exists()
        moves.check_access("read")
        return {move.id: move.fiken_state for move in moves}
