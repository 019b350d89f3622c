from datetime import timedelta

from psycopg2 import OperationalError
from psycopg2.errors import UniqueViolation

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL, groupby

from ...fiken_api import money
from ..outbox.fiken_resource import Sent
from .account_partial_reconcile import PAID_TYPES
from .fiken_payment_import import Unclear

# How long payments that came from Fiken are compared with Fiken every night.
COMPARED_DAYS = 60
NOT_OPEN = ("paid", "reversed", "invoicing_legacy")


class FikenPaymentReader(models.AbstractModel):
    """Registers in Odoo what was paid in Fiken, each of Fiken's payments once.

    Every document is a transaction of its own, and the link to Fiken's payment is
    part of it: the database refuses a second one, whoever reads at the same time.
    """

    _name = "fiken.payment.reader"
    _description = "Reads Payments in Fiken"

    # Committing

    @api.model
    def _commit(self):
        """Commit and forget what was read, without counting it as progress."""
        self.env["ir.cron"].with_context(ir_cron_progress_id=False)._commit_progress()
        self.env.invalidate_all()

    # Which documents

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
    def _documents(self, fiken_company, after, limit, upto=None):
        """The next documents that are open, or that Fiken's payments closed lately.

        :param after: the id behind which they are looked for, or None
        """
        domain = Domain(
            [
                ("company_id", "child_of", fiken_company.company_id.id),
                ("id", ">", after or 0),
                ("state", "=", "posted"),
                ("move_type", "in", PAID_TYPES),
            ]
        )
        if upto:
            domain &= Domain("id", "<=", upto)
        # Paid, but by what has no entry: it is open in the books.
        open_ = Domain(
            [("payment_state", "not in", NOT_OPEN), ("amount_residual", "!=", 0)]
        )
        domain &= open_ | self._lately_paid_domain(fiken_company)
        return self.env["account.move"].sudo().search(domain, order="id", limit=limit)

    @api.model
    def _to_compare(self, fiken_company, moves):
        """[(resource, move id, Fiken's id)] of those whose payments come from Fiken."""
        vendors = self.env["fiken.vendor"]._of_documents(moves)
        wanted = moves.filtered(lambda move: vendors[move].payment_direction == "from")
        documents = self.env["fiken.paid.documents"]._linked_domain(fiken_company)
        links = (
            self.env["fiken.binding"]
            .sudo()
            .search([*documents, ("res_id", "in", wanted.ids)], order="res_id, id")
        )
        return [(link.resource, link.res_id, link.remote_id) for link in links]

    @api.model
    def _lately_paid_domain(self, fiken_company):
        """Documents whose payments came from Fiken lately: it may take one back."""
        self.env["fiken.binding"].flush_model()
        self.env["account.payment"].flush_model(["invoice_ids"])
        paid = SQL(
            """SELECT paid.invoice_id FROM account_move__account_payment paid
                 JOIN fiken_binding link ON link.res_id = paid.payment_id
                WHERE link.res_model = 'account.payment' AND link.active
                  AND link.fiken_company_id = %s AND link.resource = %s
                  AND link.sent_at >= %s""",
            fiken_company.id,
            self.env["fiken.resource.payment"]._resource,
            fields.Date.today() - timedelta(COMPARED_DAYS),
        )
        return Domain.custom(
            to_sql=lambda _model, alias, _query: SQL(
                "%s IN (%s)", SQL.identifier(alias, "id"), paid
            )
        )

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
