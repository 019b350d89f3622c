from datetime import date

from odoo import api, models
from odoo.exceptions import UserError

from ...fiken_api import money
from ..connection.sentence import joined, say
from ..outbox.fiken_resource import Sent
from .account_partial_reconcile_share import money_of
from .fiken_resource_document_payment import Paid
from .part import LEFT, LeftPart

# Where Fiken most likely books fees (fiken-api.md §8).
FEES = "7770"


class Unclear(Exception):
    """A payment in Fiken that a person must look at; nothing is guessed."""


class FikenPaymentImport(models.AbstractModel):
    """What one payment in Fiken is in Odoo: a new one, or one that is there already.

    What is deleted in Fiken is undone here, if it came from there.
    """

    _name = "fiken.payment.import"
    _description = "Registers Fiken's Payments"

    # A payment is new

    @api.model
    def _apply_fiken_payment(self, fiken_company, vendor, move, standing, paid):
        if self._recognise(fiken_company, vendor, move, paid):
            return
        unclear = [share.problem for share in move._fiken_bare_shares()]
        if any(unclear):
            raise Unclear(say(move.env, joined(*unclear, separator=" ")))
        if move.currency_id.is_zero(move._fiken_left()):
            self._link_unapplied(fiken_company, move, paid)
            return
        values = self._payment_values(vendor, move, standing, paid)
        payment = self._new_payment(move, values)
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
    def _new_payment(self, move, values):
        """A payment with an entry, also where Odoo's Accounting app makes none.

        Without one, Odoo would drop the fee and the rate, and nothing would be paid.
        """
        payments = self.env["account.payment"].with_env(move.env)
        names = ("journal_id", "company_id", "partner_id", "payment_type")
        method = payments.new(
            {name: values[name] for name in names}
        ).payment_method_line_id
        return payments.with_context(
            skip_invoice_sync=True,
            force_payment_move=not method.payment_account_id,
        ).create({**values, "payment_method_line_id": method.id})

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
        accounts = vendor._accounts_of(FEES, move.company_id)
        if len(accounts) != 1 or move.currency_id != move.company_currency_id:
            raise Unclear(
                move.env._(
                    "The payment of %(payment)s in Fiken has a fee of %(fee)s. Map"
                    " one Odoo account to"
                    " Fiken's %(code)s in the account mapping %(ledger)s, or register"
                    " the payment in Odoo.",
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
        journals = vendor._journals_of(paid.account, move.company_id)
        if len(journals) == 1:
            return journals.with_env(move.env)
        if journals:
            text = move.env._(
                "The payment of %(payment)s in Fiken may belong into several payment"
                " journals"
                " (%(journals)s): the account mapping %(ledger)s maps them all to that"
                " account. Map only one of them to it.",
                payment=self._in_words(move, paid),
                journals=", ".join(journals.mapped("name")),
                ledger=vendor.ledger_id.name,
            )
        else:
            text = move.env._(
                "The payment of %(payment)s in Fiken belongs into no payment journal:"
                " the account mapping"
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
        """The best share of what paid it in Odoo that Fiken does not know yet.

        With a fee or a write-off, Fiken may have one payment of the whole as well.
        """
        links = self._links_of(fiken_company, move).filtered(
            lambda link: link.res_model == "account.move"
        )
        move._fiken_follow_bare(links)
        taken = set(links.mapped("part"))
        sign = -1 if move.move_type in ("out_refund", "in_refund") else 1
        wanted = sign * paid.amount
        candidates, wholes = [], []
        for shares in self._paid_in_odoo(move):
            candidates += [one for one in shares if money.to_ore(one.amount) == wanted]
            whole = sum(money.to_ore(one.amount) for one in shares)
            if len(shares) > 1 and whole == wanted:
                wholes += money_of(shares)
        candidates.sort(key=lambda share: not self._is_alike(vendor, share, paid))
        free = [one for one in candidates + wholes if one.part not in taken]
        return free[0] if free else None

    @api.model
    def _paid_in_odoo(self, move):
        """Lists of shares: of each reconciliation, and of what has no entry."""
        partials = move._fiken_partials()
        partials |= partials._fiken_of_tills(move)
        shares = [partial._fiken_shares(move) for partial in partials]
        return shares + [[one] for one in move._fiken_bare_shares()]

    @api.model
    def _is_alike(self, vendor, share, paid):
        """Whether day and account are the same too, and all of it is the same money."""
        code = vendor.ledger_id._code_of(share.source) if share.source else ""
        return (
            str(share.date) == paid.date
            and code == paid.account
            and money.to_ore(abs(share.amount)) in (abs(paid.amount), *_net(paid))
        )

    @api.model
    def _link_unapplied(self, fiken_company, move, paid):
        """Nothing is left to pay in Odoo: whether it was paid twice, a person says."""
        words = self._in_words(move, paid)
        self._link(fiken_company, move, paid, words, str(LeftPart(paid.remote_id)))
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
        documents = self.env["fiken.paid.documents"]._linked_domain(fiken_company)
        links = self.env["fiken.binding"].sudo()
        return links.search([*documents, ("res_id", "=", move.id)], limit=1)

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
        """Deleted in Fiken, but registered in Odoo by a person, who decides."""
        was_left = link.part.startswith(LEFT)
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

    # Links

    @api.model
    def _link(self, fiken_company, record, paid, number, part=""):
        self.env["fiken.binding"]._bind(
            self.env["fiken.resource.payment"],
            fiken_company,
            record,
            Sent(paid.remote_id, number),
            part,
        )

    @api.model
    def _links_of(self, fiken_company, move):
        """The payments of this document that Odoo and Fiken both have."""
        links = move._fiken_payment_links()
        return links.filtered(lambda link: link.fiken_company_id == fiken_company)

    # Words

    @api.model
    def _refused(self, move, paid, error):
        return move.env._(
            "The payment of %(payment)s in Fiken could not be registered. %(error)s",
            payment=self._in_words(move, paid),
            error=error,
        )

    @api.model
    def _in_words(self, move, paid):
        return move.env["fiken.resource.payment"]._in_words(
            Paid(paid.date, paid.account, paid.amount, move.currency_id.name)
        )


def _net(paid):
    """What the bank got where a fee is part of what was paid."""
    return [abs(paid.amount) - paid.fee] if paid.fee else []
