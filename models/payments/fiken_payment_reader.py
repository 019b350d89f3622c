from datetime import timedelta

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
from ..outbox.fiken_resource import Sent
from .account_partial_reconcile import PAID_TYPES
from .fiken_payment_import import Unclear

OSLO = pytz.timezone("Europe/Oslo")
# Fiken counts changes by whole days, and its clock is not ours.
OVERLAP = timedelta(days=1)
# What is older is read one by one at night.
FIRST_READ = timedelta(days=30)
# How long payments that came from Fiken are compared with Fiken every night.
COMPARED_DAYS = 60
NOT_OPEN = ("paid", "reversed", "invoicing_legacy")
# Documents that are compared before others get their turn.
BATCH = 100


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
        documents = self.env["fiken.paid.documents"]._linked_domain(fiken_company)
        links = self.env["fiken.binding"].sudo()
        return {row[0] for row in links._read_group(documents, ["resource"])}

    @api.model
    def _ours(self, fiken_company, found):
        """Of Fiken's documents those that are Odoo's: (resource, move id, standing)."""
        ours = []
        for resource, group in groupby(found, lambda one: one[0]):
            links = self.env["fiken.binding"]._of_remote(
                fiken_company, resource, [remote_id for _one, remote_id, _s in group]
            )
            moves = {link.remote_id: link.res_id for link in links}
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
                    "&",
                    ("payment_state", "not in", NOT_OPEN),
                    # Paid, but by what has no entry: it is open in the books.
                    ("amount_residual", "!=", 0),
                    ("id", "in", self._lately_paid_ids(fiken_company)),
                ]
            )
        )
        vendors = self.env["fiken.vendor"]._of_documents(moves)
        wanted = moves.filtered(lambda move: vendors[move].payment_direction == "from")
        documents = self.env["fiken.paid.documents"]._linked_domain(fiken_company)
        links = (
            self.env["fiken.binding"]
            .sudo()
            .search([*documents, ("res_id", "in", wanted.ids)], order="res_id")
        )
        return [(link.resource, link.res_id, link.remote_id) for link in links]

    @api.model
    def _lately_paid_ids(self, fiken_company):
        """Documents whose payments came from Fiken lately: it may take one back."""
        bindings = (
            self.env["fiken.binding"]
            .sudo()
            .search(
                [
                    ("fiken_company_id", "=", fiken_company.id),
                    ("resource", "=", self.env["fiken.resource.payment"]._resource),
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
        move = fiken_company._acting("account.move").browse(move_id).exists()
        try:
            if not move or not self._is_read(move):
                return True
            if self._is_on_its_way(move):
                # The next look comes within the hour, and the windows overlap.
                return True
            if resource == "invoice":
                self._remember_sale(fiken_company, move, standing)
            problems = self._sync_payments(session, fiken_company, move, standing)
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
                    ("resource", "=", self.env["fiken.resource.payment"]._resource),
                    "|",
                    ("state", "=", "sending"),
                    ("outcome_unknown", "=", True),
                ],
                limit=1,
            )
        )

    @api.model
    def _remember_sale(self, fiken_company, move, standing):
        sale = self.env["fiken.resource.invoice_sale"]
        bindings = self.env["fiken.binding"]
        if not bindings._of(fiken_company, sale._resource, move):
            bindings._bind(sale, fiken_company, move, Sent(standing.remote_id))

    @api.model
    def _sync_payments(self, session, fiken_company, move, standing):
        """:return: sentences on what a person must look at"""
        vendor = self.env["fiken.vendor"]._of_documents(move)[move]
        payments = self.env["fiken.payment.import"]
        problems = []
        ids = {paid.remote_id for paid in standing.payments}
        if payments._links_of(fiken_company, move).filtered(
            lambda link: link.remote_id not in ids
        ):
            problems += payments._take_back(session, fiken_company, move)
        known = self.env["fiken.resource.payment"]._linked(fiken_company, list(ids))
        for paid in standing.payments:
            if paid.remote_id in known:
                continue
            try:
                with self.env.cr.savepoint():
                    payments._apply_fiken_payment(
                        fiken_company, vendor, move, standing, paid
                    )
            except Unclear as unclear:
                problems.append(str(unclear))
            except UserError as error:
                problems.append(payments._refused(move, paid, error))
        return problems or self._left_open(move, standing)

    @api.model
    def _left_open(self, move, standing):
        """What Fiken is done with while Odoo still waits for money."""
        left = move._fiken_left()
        if move.currency_id.is_zero(left):
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
                    amount=move.currency_id.format(left),
                )
            ]
        return []

    # When Fiken cannot be read

    @api.model
    def _explained(self, fiken_company, error):
        if isinstance(error, NeedsConsent):
            return str(error)
        return fiken_company.connection_id._explain(error)
