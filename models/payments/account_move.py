from markupsafe import Markup

from odoo import api, fields, models
from odoo.tools import SQL

from ..documents.account_move_reconcile import TODO
from ..documents.move_types import RECEIPTS
from ..outbox.fiken_job import STOPPED_STATES

PAID = ("paid", "partial", "in_payment")
PAYMENT_TODO = "fiken_connector.mail_activity_fiken_payment"


class AccountMove(models.Model):
    """Entries that pay, and documents that are paid, here and in Fiken."""

    _inherit = "account.move"

    fiken_payment_count = fields.Integer(
        "Payments in Fiken", compute="_compute_fiken_payments"
    )
    fiken_payment_problem = fields.Boolean(compute="_compute_fiken_payments")

    def _compute_fiken_payments(self):
        counts, stopped = {}, {}
        if self.ids:
            # With the documents themselves: nothing of theirs has stopped.
            with_jobs = self.filtered("fiken_has_open_jobs")._origin
            stopped = with_jobs._fiken_stopped_payments()
            counts = self._fiken_payment_counts()
        for move in self:
            move.fiken_payment_count = counts.get(move._origin.id, 0)
            move.fiken_payment_problem = bool(stopped.get(move._origin.id))

    def _fiken_stopped_payments(self):
        """{id: how many jobs of its payments have stopped}"""
        if not self:
            return {}
        rows = (
            self.env["fiken.job"]
            .sudo()
            ._read_group(
                [
                    ("res_model", "=", self._name),
                    ("res_id", "in", self.ids),
                    ("resource", "in", self._fiken_payment_resources()),
                    ("state", "in", STOPPED_STATES),
                ],
                ["res_id"],
                ["__count"],
            )
        )
        return dict(rows)

    def _fiken_payment_counts(self):
        """{id: how many payments of it are in Fiken}"""
        self.env["fiken.binding"].flush_model()
        self.flush_model(["matched_payment_ids"])
        relation = self._fields["matched_payment_ids"]
        rows = self.env.execute_query(
            SQL(
                """
                SELECT move_id, count(*)
                  FROM (SELECT res_id AS move_id
                          FROM fiken_binding
                         WHERE res_model = 'account.move' AND res_id IN %(ids)s
                           AND resource = %(payment)s AND active
                     UNION ALL
                        SELECT paid.%(move)s
                          FROM %(relation)s paid
                          JOIN fiken_binding
                            ON res_model = 'account.payment' AND res_id = paid.%(own)s
                           AND resource = %(payment)s AND active
                         WHERE paid.%(move)s IN %(ids)s) links
              GROUP BY move_id
                """,
                ids=tuple(self.ids),
                payment=self.env["fiken.resource.payment"]._resource,
                relation=SQL.identifier(relation.relation),
                move=SQL.identifier(relation.column1),
                own=SQL.identifier(relation.column2),
            )
        )
        return dict(rows)

    def _fiken_hint(self):
        """That somebody has paid is not told to Fiken where payments are off."""
        hint = super()._fiken_hint()
        is_told = self.fiken_state != "booked" or self.fiken_payment_count
        if hint or is_told or self.payment_state not in PAID:
            return hint
        vendor = self.env["fiken.vendor"]._of_documents(self)[self]
        if vendor.payment_direction != "off":
            return hint
        return self.env._(
            "Paid in Odoo, not in Fiken: payments are off on %(shop)s.",
            shop=vendor.name,
        )

    # Actions

    def action_fiken_payments(self):
        """This document's payments that are in Fiken, or on their way there."""
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "fiken_connector.fiken_job_action"
        )
        if self.fiken_payment_problem or not self.fiken_payment_count:
            action["domain"] = [
                ("res_model", "=", self._name),
                ("res_id", "=", self.id),
                ("resource", "in", self._fiken_payment_resources()),
            ]
            action["context"] = {}
            return action
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Payments in Fiken"),
            "res_model": "fiken.binding",
            "view_mode": "list",
            "views": [(False, "list")],
            "domain": [("id", "in", self._fiken_payment_links().ids)],
        }

    # Business: a document that is paid

    def _fiken_document_enqueued(self):
        """What was paid before it went to Fiken follows it there."""
        paid = self.filtered(lambda move: move.payment_state not in (False, "not_paid"))
        self.env["account.partial.reconcile"]._fiken_enqueue_of(paid)
        return super()._fiken_document_enqueued()

    @api.model
    def _fiken_payment_resources(self):
        """What posts payments of documents, and what takes them back."""
        names = self.env["fiken.resource"]._names
        return names("payment", self._name) + names("payment_undo", self._name)

    def _fiken_payment_links(self):
        """The links of payments of this document that are in Fiken."""
        self.ensure_one()
        return (
            self.env["fiken.binding"]
            .sudo()
            .search(
                [
                    ("resource", "=", self.env["fiken.resource.payment"]._resource),
                    "|",
                    "&",
                    ("res_model", "=", self._name),
                    ("res_id", "=", self._origin.id),
                    "&",
                    ("res_model", "=", "account.payment"),
                    ("res_id", "in", self.matched_payment_ids.ids),
                ]
            )
        )

    def _fiken_show_payment_problems(self, problems):
        """A to-do while payments in Fiken and in Odoo differ; it closes by itself.

        :param problems: sentences
        """
        self.ensure_one()
        opened = self.activity_search([PAYMENT_TODO])
        if not problems:
            opened.unlink()
            return
        note = Markup("").join(Markup("<p>%s</p>") % problem for problem in problems)
        if not opened:
            self.activity_schedule(
                PAYMENT_TODO, note=note, user_id=self._fiken_manager().id
            )
        elif opened[0].note != note:
            opened.write({"note": note})

    def _fiken_ask_about_payment(self, question):
        """A to-do that only a person closes: it is asked once."""
        self.ensure_one()
        self._message_log(body=question)
        self.activity_schedule(
            TODO,
            summary=self.env._("Look at a payment in Fiken"),
            note=Markup("<p>%s</p>") % question,
            user_id=self._fiken_manager().id,
        )

    def _fiken_manager(self):
        return self.env["fiken.access.mixin"]._manager_of(self.company_id, self)

    def _fiken_notify_unpaid(self):
        """A payment was undone in Odoo: in Fiken a receipt is not parted from it."""
        receipts = self.filtered(
            lambda one: one.move_type in RECEIPTS and not one._fiken_is_due()
        )
        for move in receipts._fiken_final_moves():
            move._fiken_ask_about_payment(
                self.env._(
                    "The payment of %(name)s was undone in Odoo, but the receipt is"
                    " booked in Fiken together with it. Register it again, or delete"
                    " the receipt in Fiken.",
                    name=move.name,
                )
            )
