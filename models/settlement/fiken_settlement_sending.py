from odoo import models
from odoo.exceptions import UserError

from ...figures.booking import Booking
from ..connection.sentence import _lt
from ..outbox.exceptions import MissingSetting, NeedsReview
from ..outbox.fiken_job import IDLE_STATES, OPEN_STATES, STOPPED_STATES
from .fiken_settlement import BEFORE, DRAFT, JOURNAL, PAYMENT, SALE
from .part import PaymentPart, SalePart


class FikenSettlement(models.Model):
    """How a day goes to Fiken: what is owed when, and what became of it."""

    _inherit = "fiken.settlement"

    # Actions

    def action_send(self):
        """Send by hand, each day as its own; what does not go is said."""
        self._check_user()
        told = [
            answer
            for settlement in self.sudo().sorted("day")
            if (answer := settlement._send_by_hand())
        ]
        if told and len(self) == 1:
            raise UserError(told[0])
        if not told:
            return None
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "warning",
                "sticky": True,
                "message": "\n".join(told),
                "next": {"type": "ir.actions.act_window_close"},
            },
        }

    def _send_by_hand(self):
        """:return: why it is not sent, or ''"""
        self._lock()
        if self.state not in BEFORE:
            return ""
        is_readable = self._may_be_read()
        if self._is_left_out():
            self.skipped_by_id = False
            self._set_state("open" if is_readable else "failed")
        day = self._read().get(self.id)
        if is_readable and self.state == "open":
            return self.env._(
                "%(number)s cannot be sent yet. %(reason)s",
                number=self.number,
                reason=self.reason or "",
            )
        if is_readable and self.state == "skipped":
            return self.env._(
                "%(number)s has nothing to send. %(reason)s",
                number=self.number,
                reason=self.reason or "",
            )
        self._send(day)
        return ""

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
            settlement._enqueue([(SALE, link.part) for link in links])
            settlement._set_state("sent")

    def action_skip(self):
        """Somebody has decided: it is not sent, and nobody else gets what it holds."""
        self._check_user()
        for settlement in self.sudo():
            settlement._lock()
            settlement._check_skip()
            day = settlement._read().get(settlement.id)
            settlement._jobs().filtered(
                lambda job: job.state in IDLE_STATES
            ).action_ignore()
            settlement.skipped_by_id = self.env.user
            settlement._set_state(
                "skipped", _lt("Skipped by %(user)s.", user=self.env.user.name)
            )
            if day:
                settlement._hold(day)

    def _check_skip(self):
        """:raise UserError: it is in Fiken, or may be, or some of it"""
        if self.state not in BEFORE:
            raise UserError(
                self.env._(
                    "%(number)s is in Fiken, or on its way there.", number=self.number
                )
            )
        jobs = self._jobs()
        # Also of what was ignored in the outbox, which may be booked all the same.
        if jobs.filtered(lambda job: job.outcome_unknown or job.state == "sending"):
            raise UserError(
                self.env._(
                    "It is not known whether %(number)s has arrived in Fiken. Look"
                    " under Activity first.",
                    number=self.number,
                )
            )
        links = self._own_links()
        if links:
            raise UserError(
                self.env._(
                    "Some of %(number)s is in Fiken: %(names)s. Press Send to Fiken to"
                    " send the rest. To leave the day out, delete these in Fiken and"
                    " press Compare with Fiken first.",
                    number=self.number,
                    names=self._names_of(links),
                )
            )

    def _names_of(self, links):
        """What is in Fiken, for people: *Daily settlement MAIN-2026-03-16*."""
        labels = dict(links._selection_resource())
        return ", ".join(
            f"{labels.get(link.resource)} {link.display_name}" for link in links
        )

    def action_retry(self):
        """Try again what was stopped."""
        self._check_user()
        self.sudo()._jobs().filtered(
            lambda job: job.state in STOPPED_STATES
        ).action_retry()
        self.sudo()._follow()

    # Business: sending

    def _send_if_due(self):
        """What the schedule does with one day whose time has come."""
        self.ensure_one()
        self._lock()
        if self.state not in ("open", "ready", "skipped") or self._is_left_out():
            return
        day = self._read().get(self.id)
        if self.state == "ready":
            self._send(day)
        elif self.state == "open" and self._is_overdue():
            self._todo(self.reason)

    def _send(self, day=None):
        """Enqueue this day. The rest follows when its first document is there.

        :param Day day: as it was just read; None when its figures stay as they are
        """
        self.ensure_one()
        if day:
            self._hold(day)
        self.skipped_by_id = False
        if self.booking and self._is_fixed():
            # Some of it is there: what was deleted in Fiken, or stopped, follows.
            self._jobs().filtered(
                lambda job: job.state in STOPPED_STATES
            ).action_retry()
            self._enqueue_rest()
            self._set_state("sent")
            self._follow()
        else:
            plan = self._plan()
            if plan is not None and plan.is_empty:
                self._end_without()
                return
            self._enqueue([(self._goes_first(plan), "")])
            self._set_state("sent")

    def _end_without(self):
        """Nothing is left to book; until something comes, nothing is held."""
        self._release()
        self._set_state("skipped", self._why_nothing(self._day()))

    def _plan(self):
        """How the day is booked, or None: that cannot be told yet."""
        try:
            return self._booking()
        except (MissingSetting, NeedsReview):
            return None

    def _goes_first(self, plan):
        """A sale, or the journal entry where nothing of the day fits a sale."""
        if self.mode == "draft":
            return DRAFT
        return SALE if plan is None or plan.sales else JOURNAL

    def _go_on_without_sale(self):
        """By settings that were saved since it was to be sent, nothing fits a sale."""
        plan = self._plan()
        if plan is None or plan.sales or self._is_fixed():
            return
        if self.state not in ("sent", "failed"):
            # It waits again, or has nothing to send.
            return
        if plan.is_empty:
            self._end_without()
        else:
            self._enqueue([(JOURNAL, "")])

    def _enqueue(self, documents):
        """:param documents: [(resource, part)]"""
        self.fiken_company_id._make_settlement_partner()
        Job = self.env["fiken.job"].sudo()
        Job._enqueue(
            [
                self.env[f"fiken.resource.{resource}"]._job_row(
                    self.id, self.fiken_company_id, self.vendor_id, part
                )
                for resource, part in documents
            ]
        )

    # Business: what belongs to it

    def _documents(self):
        """[(resource, part)] of everything that the day is to be in Fiken."""
        if not self.booking:
            return []
        booking = Booking.from_json(self.booking)
        documents = []
        for index, sale in enumerate(booking.sales):
            part = SalePart(index)
            documents.append((SALE, str(part)))
            documents += [
                (PAYMENT, str(PaymentPart(part, key))) for key, _amount in sale.payments
            ]
        if booking.entries:
            documents.append((JOURNAL, ""))
        return documents

    def _enqueue_rest(self):
        """Enqueue what of the day is not in Fiken yet; payments in their turn."""
        if self._is_left_out():
            # It was under way when somebody left it out: they decide again.
            reason = _lt(
                "It was skipped, but some of it has arrived in Fiken. Press Send to"
                " Fiken to send the rest, or delete in Fiken what is there."
            )
            self._set_state("failed", reason)
            self._todo(reason)
            return
        links = self._own_links()
        there = {(link.resource, link.part) for link in links}
        paid = {part for resource, part in there if resource == PAYMENT}
        queued = self.env["fiken.job"].search(
            [
                ("res_model", "=", self._name),
                ("res_id", "=", self.id),
                ("state", "in", OPEN_STATES),
            ]
        )
        there |= {(job.resource, job.part) for job in queued}
        bound = {link.part for link in links if link.resource == SALE}
        documents = self._documents()
        if self.mode == "draft" and not bound:
            # Nothing but drafts before somebody has looked at them.
            documents = [
                (DRAFT, part) for resource, part in documents if resource == SALE
            ]
        self._enqueue(
            [
                (resource, part)
                for resource, part in documents
                if (resource, part) not in there
                and (resource != PAYMENT or self._has_turn(part, bound, paid))
            ]
        )

    def _has_turn(self, part, bound, paid):
        """Whether the sale of a payment is there, and all payments that go before."""
        payment = PaymentPart.parse(part)
        return str(payment.sale) in bound and not self._payments_before(payment) - paid

    def _payments_before(self, payment):
        """What was paid back on a sale goes before what paid it.

        The other way round a payment would be more than what is outstanding, which
        Fiken may refuse (fiken-api.md §13).

        :param PaymentPart payment: of a job
        :return: parts of payments, as jobs have them
        """
        sale = Booking.from_json(self.booking).sales[payment.sale.index]
        back = {one for one, amount in sale.payments if amount * sale.gross < 0}
        if payment.source in back:
            return set()
        return {str(PaymentPart(payment.sale, one)) for one in back}

    # Business: what became of it

    def _follow(self):
        """Its state is what became of its jobs."""
        for settlement in self:
            if settlement.state not in ("sent", "failed", "booked"):
                continue
            jobs = settlement._jobs()
            stopped = jobs.filtered(
                lambda job: job.state in STOPPED_STATES and not job._waits_for_turn()
            )
            if stopped:
                settlement.is_stale = True
                settlement._set_state("failed", stopped[0].reason)
            elif settlement._is_complete():
                settlement._set_state("booked")
                settlement._keep_accounts()
                settlement.corrects_id._note_corrected()
                # Its report may have stopped all the same.
                self.env["fiken.notifier"]._close_todos(settlement)
            elif jobs.filtered(lambda job: job._is_open()):
                settlement._set_state("sent")
            elif settlement._own_links((DRAFT,)):
                settlement._set_state(
                    "sent", _lt("A draft in Fiken waits to be booked.")
                )
            elif jobs:
                # Ignored in the outbox, or not to be sent after all.
                settlement._set_state("failed", jobs[0].reason or settlement.reason)

    def _is_complete(self):
        """Whether all that it is to be is in Fiken."""
        links = self._own_links((SALE, JOURNAL, PAYMENT))
        if not links or not self.booking:
            return False
        there = set(links.mapped(lambda link: (link.resource, link.part)))
        return there >= set(self._documents())

    def _retire_links(self, links):
        """Links to what was deleted in Fiken; a sale's payments went with it."""
        for link in links:
            own = link
            if link.resource == SALE:
                sale = SalePart.parse(link.part)
                own |= self._own_links((PAYMENT,)).filtered(
                    lambda other, sale=sale: PaymentPart.parse(other.part).sale == sale
                )
            own._end()

    def _count_retired(self, resources, part=""):
        """How many of one document were in Fiken and were deleted there."""
        return self.env["fiken.binding"].search_count(
            [
                ("res_model", "=", self._name),
                ("res_id", "=", self.id),
                ("resource", "in", resources),
                ("part", "=", part),
                ("active", "=", False),
            ]
        )
