import logging
from datetime import date, timedelta

import pytz
from psycopg2 import OperationalError
from psycopg2.errors import UniqueViolation

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import groupby

from ...fiken_api import errors, money
from ..connection.fiken_session import (
    FikenSession,
    NeedsConsent,
)
from .account_partial_reconcile import PAID_TYPES, PAYMENT

_logger = logging.getLogger(__name__)

OSLO = pytz.timezone("Europe/Oslo")
# Fiken counts changes by whole days, and its clock is not ours.
OVERLAP = timedelta(days=1)
# What is older is read one by one at night.
FIRST_READ = timedelta(days=30)
# How long payments that came from Fiken are compared with Fiken every night.
COMPARED_DAYS = 60
# Where Fiken most likely books fees (fiken-api.md §8).
FEES = "7770"
READ = ("sale", "invoice", "purchase")
NOT_OPEN = ("paid", "in_payment", "reversed", "invoicing_legacy")
# Documents that are compared before others get their turn.
BATCH = 100


class Unclear(Exception):
    """A payment in Fiken that a person must look at; nothing is guessed."""


class FikenPaymentReader(models.AbstractModel):
    """Registers in Odoo what was paid in Fiken, each of Fiken's payments once.

    Every document is a transaction of its own, and the link to Fiken's payment is
    part of it: the database refuses a second one, whoever reads at the same time.
    """

    _name = "fiken.payment.reader"
    _description = "Reads Payments in Fiken"

    # The runs

    @api.model
    def _read_changes(self, fiken_company):
        """What changed in Fiken since the last time; the day is kept when all is done.

        :return: whether everything was read
        """
        today = pytz.utc.localize(fields.Datetime.now()).astimezone(OSLO).date()
        since = fiken_company.payments_read_to or today - FIRST_READ
        complete = True
        with FikenSession(fiken_company.connection_id.sudo()) as session:
            resources = self._resources_in_use(fiken_company)
            documents = self.env["fiken.paid.documents"]
            for found in documents._changed(
                session, fiken_company, resources, since - OVERLAP
            ):
                session.pause()
                # What is known in Odoo must be newer than what Fiken said.
                self._commit()
                for resource, move_id, standing in self._ours(fiken_company, found):
                    complete &= self._take(
                        session, fiken_company, resource, move_id, standing
                    )
        if complete:
            fiken_company.payments_read_to = today
            fiken_company.payments_read_at = fields.Datetime.now()
        self._commit()
        return complete

    @api.model
    def _compare(self, fiken_company):
        """Read open documents one by one, and those that Fiken's payments closed.

        Goes on where the last call stopped.

        :return: (how many were compared, how many are left)
        """
        pairs = self._to_compare(fiken_company)
        with FikenSession(fiken_company.connection_id.sudo()) as session:
            for resource, move_id, remote_id in pairs[:BATCH]:
                # Nothing is asked of the database before Fiken has answered.
                self._commit()
                try:
                    standing = self.env["fiken.paid.documents"]._read(
                        session, fiken_company, resource, remote_id
                    )
                except errors.NotFound:
                    standing = None
                if standing:
                    self._take(session, fiken_company, resource, move_id, standing)
                fiken_company.payments_compared_to = move_id
        left = len(pairs[BATCH:])
        if not left:
            fiken_company.payments_compared_to = 0
        self._commit()
        return len(pairs[:BATCH]), left

    @api.model
    def _commit(self):
        """Commit and forget what was read, without counting it as progress."""
        self.env["ir.cron"].with_context(ir_cron_progress_id=False)._commit_progress()
        self.env.invalidate_all()

    # Which documents

    @api.model
    def _resources_in_use(self, fiken_company):
        rows = (
            self.env["fiken.binding"]
            .sudo()
            ._read_group(
                [
                    ("fiken_company_id", "=", fiken_company.id),
                    ("res_model", "=", "account.move"),
                    ("resource", "in", READ),
                ],
                ["resource"],
            )
        )
        return {row[0] for row in rows}

    @api.model
    def _ours(self, fiken_company, found):
        """Of Fiken's documents those that are Odoo's: (resource, move id, standing)."""
        ours = []
        for resource, group in groupby(found, lambda one: one[0]):
            bindings = (
                self.env["fiken.binding"]
                .sudo()
                .search(
                    [
                        ("fiken_company_id", "=", fiken_company.id),
                        ("resource", "=", resource),
                        ("res_model", "=", "account.move"),
                        (
                            "remote_id",
                            "in",
                            [remote_id for _one, remote_id, _s in group],
                        ),
                    ]
                )
            )
            moves = {binding.remote_id: binding.res_id for binding in bindings}
            ours += [
                (resource, moves[remote_id], standing)
                for _resource, remote_id, standing in group
                if remote_id in moves
            ]
        return ours

    @api.model
    def _to_compare(self, fiken_company):
        """[(resource, move id, Fiken's id)] still to be compared in this round."""
        moves = (
            self.env["account.move"]
            .sudo()
            .search(
                [
                    ("company_id", "child_of", fiken_company.company_id.id),
                    ("id", ">", fiken_company.payments_compared_to),
                    ("state", "=", "posted"),
                    ("move_type", "in", PAID_TYPES),
                    "|",
                    ("payment_state", "not in", NOT_OPEN),
                    ("id", "in", self._lately_paid_ids(fiken_company)),
                ]
            )
        )
        vendors = self.env["fiken.vendor"]._of_documents(moves)
        wanted = moves.filtered(lambda move: vendors[move].payment_direction == "from")
        bindings = (
            self.env["fiken.binding"]
            .sudo()
            .search(
                [
                    ("fiken_company_id", "=", fiken_company.id),
                    ("resource", "in", READ),
                    ("res_model", "=", "account.move"),
                    ("res_id", "in", wanted.ids),
                ],
                order="res_id",
            )
        )
        return [(link.resource, link.res_id, link.remote_id) for link in bindings]

    @api.model
    def _lately_paid_ids(self, fiken_company):
        """Documents whose payments came from Fiken lately: it may take one back."""
        bindings = (
            self.env["fiken.binding"]
            .sudo()
            .search(
                [
                    ("fiken_company_id", "=", fiken_company.id),
                    ("resource", "=", PAYMENT),
                    ("res_model", "=", "account.payment"),
                    ("sent_at", ">=", fields.Date.today() - timedelta(COMPARED_DAYS)),
                ]
            )
        )
        payments = self.env["account.payment"].sudo().browse(bindings.mapped("res_id"))
        return payments.exists().invoice_ids.ids

    # One document

    @api.model
    def _take(self, session, fiken_company, resource, move_id, standing):
        """Make Odoo's document agree with Fiken's, and commit.

        :return: False when it has to be looked at again
        """
        company = fiken_company.company_id
        move = (
            self.env["account.move"]
            .sudo()
            .with_company(company)
            .with_context(
                allowed_company_ids=company.ids,
                lang=company.partner_id.lang or self.env.lang,
            )
            .browse(move_id)
            .exists()
        )
        try:
            if not move or not self._is_read(move):
                return True
            if self._is_on_its_way(move):
                # The next look comes within the hour, and the windows overlap.
                return True
            if resource == "invoice":
                self._remember_sale(fiken_company, move, standing)
            problems = self._agree(session, fiken_company, move, standing)
            move._fiken_show_payment_problems(problems)
            self._commit()
        except UniqueViolation:
            # Somebody else registered it a moment ago.
            self.env.cr.rollback()
        except OperationalError:
            self.env.cr.rollback()
            return False
        return True

    @api.model
    def _is_read(self, move):
        if move.state != "posted" or move.move_type not in PAID_TYPES:
            return False
        vendor = self.env["fiken.vendor"]._of_documents(move)[move]
        return bool(vendor) and vendor.payment_direction == "from"

    @api.model
    def _is_on_its_way(self, move):
        """Whether a payment of ours is at Fiken's door: it would look like another."""
        return bool(
            self.env["fiken.job"]
            .sudo()
            .search_count(
                [
                    ("res_model", "=", move._name),
                    ("res_id", "=", move.id),
                    ("resource", "=", PAYMENT),
                    "|",
                    ("state", "=", "sending"),
                    ("outcome_unknown", "=", True),
                ],
                limit=1,
            )
        )

    @api.model
    def _remember_sale(self, fiken_company, move, standing):
        bindings = self.env["fiken.binding"].sudo()
        if not bindings._of(fiken_company, "invoice_sale", move):
            bindings.create(
                {
                    **self._link_values(fiken_company, move, standing.remote_id),
                    "resource": "invoice_sale",
                }
            )

    @api.model
    def _agree(self, session, fiken_company, move, standing):
        """:return: sentences on what a person must look at"""
        vendor = self.env["fiken.vendor"]._of_documents(move)[move]
        problems = []
        ids = {paid.remote_id for paid in standing.payments}
        if self._links_of(fiken_company, move).filtered(
            lambda link: link.remote_id not in ids
        ):
            problems += self._take_back(session, fiken_company, move)
        known = self.env["fiken.resource.payment"]._linked(
            fiken_company, [{"paymentId": remote_id} for remote_id in ids]
        )
        for paid in standing.payments:
            if paid.remote_id in known:
                continue
            try:
                with self.env.cr.savepoint():
                    self._take_over(fiken_company, vendor, move, standing, paid)
            except Unclear as unclear:
                problems.append(str(unclear))
            except UserError as error:
                problems.append(self._refused(move, paid, error))
        return problems or self._left_open(move, standing)

    @api.model
    def _left_open(self, move, standing):
        """What Fiken is done with while Odoo still waits for money."""
        if move.currency_id.is_zero(move.amount_residual):
            return []
        if standing.is_deleted:
            return [move.env._("It was deleted in Fiken, but is posted in Odoo.")]
        if standing.is_written_off:
            return [
                move.env._(
                    "It was written off in Fiken as a loss. Write it off in Odoo too."
                )
            ]
        if standing.is_settled and abs(standing.unpaid) > 0:
            return [
                move.env._(
                    "Fiken says it is settled, but %(amount)s of it was not paid there:"
                    " it was settled without payment, or by a credit note. Do the same"
                    " in Odoo.",
                    amount=money.kroner(standing.unpaid),
                )
            ]
        if standing.payments and not standing.unpaid:
            return [
                move.env._(
                    "Fiken says it is paid, but in Odoo %(amount)s is left: a payment"
                    " that came from Fiken was undone or taken off it. Reconcile it"
                    " again, or delete the payment in Fiken.",
                    amount=move.currency_id.format(move.amount_residual),
                )
            ]
        return []

    @api.model
    def _refused(self, move, paid, error):
        return move.env._(
            "The payment of %(payment)s in Fiken could not be registered. %(error)s",
            payment=self._in_words(move, paid),
            error=error,
        )

    @api.model
    def _in_words(self, move, paid):
        return move.env._(
            "%(currency)s %(amount)s on %(account)s, %(date)s",
            currency=move.currency_id.name,
            amount=money.kroner(paid.amount),
            account=paid.account,
            date=paid.date,
        )

    # Links

    @api.model
    def _link_values(self, fiken_company, record, remote_id, part=""):
        return {
            "fiken_company_id": fiken_company.id,
            "company_id": fiken_company.company_id.id,
            "resource": PAYMENT,
            "res_model": record._name,
            "res_id": record.id,
            "remote_id": remote_id,
            "part": part,
            "sent_at": fields.Datetime.now(),
        }

    @api.model
    def _link(self, fiken_company, record, paid, number, part=""):
        values = self._link_values(fiken_company, record, paid.remote_id, part)
        self.env["fiken.binding"].sudo().create({**values, "number": number})

    @api.model
    def _links_of(self, fiken_company, move):
        """The payments of this document that Odoo and Fiken both have."""
        return (
            self.env["fiken.binding"]
            .sudo()
            .search(
                [
                    ("fiken_company_id", "=", fiken_company.id),
                    ("resource", "=", PAYMENT),
                    "|",
                    "&",
                    ("res_model", "=", "account.move"),
                    ("res_id", "=", move.id),
                    "&",
                    ("res_model", "=", "account.payment"),
                    ("res_id", "in", move.matched_payment_ids.ids),
                ]
            )
        )

    # A payment is new

    @api.model
    def _take_over(self, fiken_company, vendor, move, standing, paid):
        if self._recognise(fiken_company, vendor, move, paid):
            return
        if move.currency_id.is_zero(move.amount_residual):
            self._leave(fiken_company, move, paid)
            return
        values = self._payment_values(vendor, move, standing, paid)
        payment = (
            self.env["account.payment"]
            .with_env(move.env)
            .with_context(skip_invoice_sync=True)
            .create(values)
        )
        # At once: of two that read the same, the second fails here.
        self._link(fiken_company, payment, paid, self._in_words(move, paid))
        self.env.flush_all()
        payment.action_post()
        self._reconcile(payment, move)
        payment._message_log(body=move.env._("Read in Fiken."))
        move._message_log(
            body=move.env._(
                "The payment of %(payment)s was read in Fiken and is registered as"
                " %(name)s.",
                payment=self._in_words(move, paid),
                name=payment.name,
            )
        )

    @api.model
    def _claim_lines(self, move):
        return move.line_ids.filtered(
            lambda line: line.account_type in ("asset_receivable", "liability_payable")
        )

    @api.model
    def _reconcile(self, payment, move):
        open_lines = (payment.move_id.line_ids + self._claim_lines(move)).filtered(
            lambda line: line.parent_state == "posted"
            and line.account_id.reconcile
            and line.account_type in ("asset_receivable", "liability_payable")
            and not line.reconciled
        )
        for lines in open_lines.grouped("account_id").values():
            lines.reconcile()
        move.matched_payment_ids += payment

    @api.model
    def _payment_values(self, vendor, move, standing, paid):
        """:raise Unclear: it cannot be said what this payment is in Odoo"""
        is_refund = move.move_type in ("out_refund", "in_refund")
        if paid.amount <= 0 and not is_refund or paid.amount >= 0 and is_refund:
            raise Unclear(
                move.env._(
                    "The payment of %(payment)s in Fiken goes the other way. Register"
                    " it in Odoo.",
                    payment=self._in_words(move, paid),
                )
            )
        journal = self._journal(vendor, move, paid)
        self._check_open(move, journal, paid)
        is_sale = move.move_type in ("out_invoice", "out_refund")
        amount, fee = abs(paid.amount) / 100, paid.fee / 100
        values = {
            "date": date.fromisoformat(paid.date),
            "payment_type": "inbound" if is_sale != is_refund else "outbound",
            "partner_type": "customer" if is_sale else "supplier",
            "partner_id": move.commercial_partner_id.id,
            "journal_id": journal.id,
            "company_id": move.company_id.id,
            "currency_id": move.currency_id.id,
            "destination_account_id": self._claim_lines(move)[:1].account_id.id,
            "memo": move.payment_reference or move.ref or move.name,
        }
        if paid.fee:
            values["write_off_line_vals"] = [self._fee_line(vendor, move, paid)]
            # What the bank account got, or gave.
            if not is_sale:
                amount += fee
            elif standing.fees_pay_claim is None:
                raise Unclear(
                    move.env._(
                        "The payment of %(payment)s in Fiken has a fee of %(fee)s,"
                        " and it is not clear"
                        " who bears it. Register it in Odoo.",
                        payment=self._in_words(move, paid),
                        fee=money.kroner(paid.fee),
                    )
                )
            elif not standing.fees_pay_claim:
                amount -= fee
        elif paid.in_nok is not None:
            values["force_balance"] = paid.in_nok / 100
        values["amount"] = move.currency_id.round(amount)
        return values

    @api.model
    def _fee_line(self, vendor, move, paid):
        """The bank's fee, on the account that Fiken's fee account stands for."""
        accounts = vendor._accounts_of(FEES)
        if len(accounts) != 1 or move.currency_id != move.company_currency_id:
            raise Unclear(
                move.env._(
                    "The payment of %(payment)s in Fiken has a fee of %(fee)s. Map"
                    " one Odoo account to"
                    " Fiken's %(code)s in the ledger %(ledger)s, or register the"
                    " payment in Odoo.",
                    payment=self._in_words(move, paid),
                    fee=money.kroner(paid.fee),
                    code=FEES,
                    ledger=vendor.ledger_id.name,
                )
            )
        fee = paid.fee / 100
        return {
            "name": move.env._("Fee"),
            "account_id": accounts.id,
            "partner_id": move.commercial_partner_id.id,
            "currency_id": move.currency_id.id,
            "amount_currency": fee,
            "balance": fee,
        }

    @api.model
    def _journal(self, vendor, move, paid):
        """The one payment journal that Fiken's account stands for."""
        journals = vendor._journals_of(paid.account)
        if len(journals) == 1:
            return journals.with_env(move.env)
        if journals:
            text = move.env._(
                "The payment of %(payment)s in Fiken may belong into several payment"
                " journals"
                " (%(journals)s): the ledger %(ledger)s maps them all to that account."
                " Map only one of them to it.",
                payment=self._in_words(move, paid),
                journals=", ".join(journals.mapped("name")),
                ledger=vendor.ledger_id.name,
            )
        else:
            text = move.env._(
                "The payment of %(payment)s in Fiken belongs into no payment journal:"
                " the ledger"
                " %(ledger)s maps none to that account. Map one, or register the"
                " payment in Odoo.",
                payment=self._in_words(move, paid),
                ledger=vendor.ledger_id.name,
            )
        raise Unclear(text)

    @api.model
    def _check_open(self, move, journal, paid):
        """A closed period stays closed, and the date of a payment is never moved."""
        locks = move.company_id._get_violated_lock_dates(
            date.fromisoformat(paid.date), False, journal
        )
        if locks:
            raise Unclear(
                move.env._(
                    "The payment of %(payment)s in Fiken lies in a period that is"
                    " closed in Odoo (to"
                    " %(lock)s). Open the period, or register the payment yourself.",
                    payment=self._in_words(move, paid),
                    lock=locks[-1][0],
                )
            )

    # A payment is in Odoo already

    @api.model
    def _recognise(self, fiken_company, vendor, move, paid):
        """A payment that somebody registered in Odoo by hand is not registered again.

        :return: whether one was found, by its amount on this document
        """
        share = self._same_in_odoo(fiken_company, vendor, move, paid)
        if not share:
            return False
        words = self._in_words(move, paid)
        self._link(fiken_company, move, paid, words, share.part)
        if self._is_alike(vendor, share, paid):
            move._message_log(
                body=move.env._(
                    "The payment of %(payment)s is in Fiken as well.", payment=words
                )
            )
        else:
            move._fiken_ask_about_payment(
                move.env._(
                    "The payment of %(payment)s in Fiken is taken for the one of"
                    " %(date)s in Odoo,"
                    " which has the same amount. If these are two payments, register"
                    " the"
                    " second one in Odoo.",
                    payment=words,
                    date=share.date,
                )
            )
        return True

    @api.model
    def _same_in_odoo(self, fiken_company, vendor, move, paid):
        """The best share of a reconciliation that Fiken does not know yet."""
        taken = set(
            self._links_of(fiken_company, move)
            .filtered(lambda link: link.res_model == "account.move")
            .mapped("part")
        )
        lines = self._claim_lines(move)
        partials = lines.matched_debit_ids | lines.matched_credit_ids
        shares = [
            share
            for partial in partials
            for share in partial._fiken_shares(move)
            if share.part not in taken
            and money.to_ore(share.amount) == abs(paid.amount)
        ]
        shares.sort(key=lambda share: not self._is_alike(vendor, share, paid))
        return shares[0] if shares else None

    @api.model
    def _is_alike(self, vendor, share, paid):
        """Whether day and account are the same too."""
        code = vendor.ledger_id._code_of(share.source) if share.source else ""
        return str(share.date) == paid.date and code == paid.account

    @api.model
    def _leave(self, fiken_company, move, paid):
        """Nothing is left to pay in Odoo: whether it was paid twice, a person says."""
        words = self._in_words(move, paid)
        self._link(fiken_company, move, paid, words, f"left-{paid.remote_id}")
        move._fiken_ask_about_payment(
            move.env._(
                "The payment of %(payment)s is in Fiken, but nothing is left to pay"
                " in Odoo, and no"
                " payment there has this amount. Nothing was registered: do it yourself"
                " if it was paid twice.",
                payment=words,
            )
        )

    # A payment is gone

    @api.model
    def _take_back(self, session, fiken_company, move):
        """Undo what was deleted in Fiken, if it came from there.

        Fiken is asked once more: what was read before may be older than our links.
        """
        problems = []
        links = self._links_of(fiken_company, move)
        document = self._document_link(fiken_company, move)
        now = self.env["fiken.paid.documents"]._read(
            session, fiken_company, document.resource, document.remote_id
        )
        there = {paid.remote_id for paid in now.payments}
        for link in links.filtered(lambda one: one.remote_id not in there):
            words = link.number or link.remote_id
            if link.res_model != "account.payment":
                self._ask_about_deleted(move, link, words)
                continue
            payment = self.env["account.payment"].with_env(move.env).browse(link.res_id)
            try:
                with self.env.cr.savepoint():
                    self._undo(payment, link)
            except (Unclear, UserError) as error:
                problems.append(
                    move.env._(
                        "The payment of %(payment)s was deleted in Fiken, but"
                        " %(name)s could not be"
                        " undone in Odoo. %(error)s",
                        payment=words,
                        name=payment.name,
                        error=error,
                    )
                )
            else:
                move._message_log(
                    body=move.env._(
                        "The payment of %(payment)s was deleted in Fiken and is"
                        " undone.",
                        payment=words,
                    )
                )
        return problems

    @api.model
    def _document_link(self, fiken_company, move):
        return (
            self.env["fiken.binding"]
            .sudo()
            .search(
                [
                    ("fiken_company_id", "=", fiken_company.id),
                    ("resource", "in", READ),
                    ("res_model", "=", move._name),
                    ("res_id", "=", move.id),
                ],
                limit=1,
            )
        )

    @api.model
    def _undo(self, payment, link):
        """:raise Unclear: the bank's statement has it"""
        if payment.reconciled_statement_line_ids:
            raise Unclear(
                payment.env._("It is reconciled with the bank's statement: look there.")
            )
        if payment.state not in ("canceled", "draft"):
            self._check_open_again(payment)
            payment.action_draft()
        payment.action_cancel()
        payment._message_log(body=payment.env._("It was deleted in Fiken."))
        link.unlink()

    @api.model
    def _check_open_again(self, payment):
        locks = payment.company_id._get_violated_lock_dates(
            payment.date, False, payment.journal_id
        )
        if locks:
            raise Unclear(
                payment.env._(
                    "It lies in a period that is closed in Odoo (to %(lock)s).",
                    lock=locks[-1][0],
                )
            )

    @api.model
    def _ask_about_deleted(self, move, link, words):
        """Deleted in Fiken, but registered in Odoo by a person: she decides."""
        was_left = link.part.startswith("left-")
        link.unlink()
        if not was_left:
            move._fiken_ask_about_payment(
                move.env._(
                    "The payment of %(payment)s was deleted in Fiken. In Odoo it was"
                    " registered by"
                    " hand: undo it there if it is wrong.",
                    payment=words,
                )
            )

    # When Fiken cannot be read

    @api.model
    def _explained(self, fiken_company, error):
        if isinstance(error, NeedsConsent):
            return str(error)
        return fiken_company.connection_id._explain(error)
