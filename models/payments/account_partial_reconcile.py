from datetime import datetime

from odoo import api, models
from odoo.tools import SQL

from ..outbox import at_commit
from ..outbox.fiken_job import OPEN_STATES
from .part import partial_id

PAID_TYPES = ("out_invoice", "out_refund", "in_invoice", "in_refund")


class AccountPartialReconcile(models.Model):
    """Payments that are reconciled or undone in Odoo are owed to Fiken."""

    _inherit = "account.partial.reconcile"

    # CRUD

    @api.model_create_multi
    def create(self, vals_list):
        partials = super().create(vals_list)
        partials._fiken_note("made")
        return partials

    def unlink(self):
        self._fiken_note("undone")
        return super().unlink()

    # Business

    def _fiken_note(self, what):
        """Note what was reconciled or undone; all of a transaction is looked at once.

        Companies without Fiken pay nothing for it, the others one query.
        """
        default_id = self.env["fiken.company"]._default_vendor_id
        partials = {
            partial.id: (partial.debit_move_id + partial.credit_move_id).move_id.ids
            for partial in self
            if default_id(partial.company_id.id)
        }
        if not partials:
            return
        flush = self.env["account.partial.reconcile"].sudo()._fiken_enqueue_noted
        notes = at_commit.noted(self.env, "fiken_partials", dict, flush)
        notes.setdefault(what, {}).update(partials)

    @api.model
    def _fiken_enqueue_noted(self):
        notes = at_commit.take(self.env, "fiken_partials", {})
        made, undone = notes.get("made", {}), notes.get("undone", {})
        self.browse(made.keys() - undone.keys())._fiken_enqueue()
        self._fiken_enqueue_undo(undone)

    def _fiken_enqueue(self):
        """Enqueue these payments, where their documents are or will be in Fiken."""
        concerned = self._fiken_concerned()
        links = self._fiken_links(move.id for _partial, move, _vendor in concerned)
        for move_id, own in links.grouped("res_id").items():
            self.env["account.move"].browse(move_id)._fiken_follow_bare(own)
        known = {(link.res_id, link.part) for link in links}
        rows = [
            self.env["fiken.resource.payment"]._job_row(
                move.id, vendor.fiken_company_id, vendor, share.part
            )
            for partial, move, vendor in concerned
            for share in partial._fiken_shares(move)
            if (share.is_from_till or vendor.payment_direction == "to")
            and (move.id, share.part) not in known
        ]
        self.env["fiken.job"]._enqueue(rows)

    @api.model
    def _fiken_links(self, move_ids):
        """The links of payments of these documents that Odoo and Fiken both have."""
        ids = list(move_ids)
        return (
            self.env["fiken.binding"].sudo().search(self._fiken_own(ids))
            if ids
            else self.env["fiken.binding"]
        )

    @api.model
    def _fiken_own(self, move_ids):
        return [
            ("resource", "=", self.env["fiken.resource.payment"]._resource),
            ("res_model", "=", "account.move"),
            ("res_id", "in", move_ids),
        ]

    @api.model
    def _fiken_enqueue_of(self, moves):
        """Enqueue the payments of documents that go to Fiken after they were paid."""
        lines = moves.line_ids
        (lines.matched_debit_ids | lines.matched_credit_ids)._fiken_note("made")

    def _fiken_concerned(self):
        """[(reconciliation, document, vendor)] of documents that Fiken has or gets."""
        if not self:
            return []
        for model in ("fiken.binding", "fiken.job", "account.partial.reconcile"):
            self.env[model].flush_model()
        resources = self.env["fiken.resource"]._names("booked", "account.move")
        in_fiken = SQL(
            """
                   move.move_type IN %(types)s
                   AND (EXISTS (SELECT FROM fiken_binding link
                                 WHERE link.res_model = 'account.move'
                                   AND link.res_id = move.id
                                   AND link.resource IN %(booked)s
                                   AND link.active)
                     OR EXISTS (SELECT FROM fiken_job job
                                 WHERE job.res_model = 'account.move'
                                   AND job.res_id = move.id
                                   AND job.resource IN %(booked)s
                                   AND job.state IN %(open)s))
            """,
            types=PAID_TYPES,
            booked=resources,
            open=OPEN_STATES,
        )
        at_tills = SQL()
        if "pos.payment" in self.env:
            condition = SQL("partial.id IN %s AND %s", tuple(self.ids), in_fiken)
            at_tills = SQL("UNION %s", self._fiken_of_tills_query(condition))
        # What a document is reconciled with; of a bank line that moved a payment which
        # was registered before, the largest document of that one; and at tills.
        pairs = self.env.execute_query(
            SQL(
                """
                SELECT partial.id, move.id
                  FROM account_partial_reconcile partial
                  JOIN account_move_line line
                    ON line.id IN (partial.debit_move_id, partial.credit_move_id)
                  JOIN account_move move ON move.id = line.move_id
                 WHERE partial.id IN %(partials)s AND %(in_fiken)s
                 UNION
                (SELECT DISTINCT ON (partial.id) partial.id, move.id
                  FROM account_partial_reconcile partial
                  JOIN account_move_line own
                    ON own.id IN (partial.debit_move_id, partial.credit_move_id)
                  JOIN account_move entry
                    ON entry.id = own.move_id AND entry.origin_payment_id IS NOT NULL
                  JOIN account_move_line banked
                    ON banked.id IN (partial.debit_move_id, partial.credit_move_id)
                  JOIN account_move bank
                    ON bank.id = banked.move_id AND bank.statement_line_id IS NOT NULL
                  JOIN account_move_line claim ON claim.move_id = entry.id
                  JOIN account_partial_reconcile paid
                    ON paid.debit_move_id = claim.id OR paid.credit_move_id = claim.id
                  JOIN account_move_line line
                    ON line.id IN (paid.debit_move_id, paid.credit_move_id)
                  JOIN account_move move ON move.id = line.move_id
                 WHERE partial.id IN %(partials)s AND %(in_fiken)s
              ORDER BY partial.id, paid.amount DESC, move.id)
               %(at_tills)s
              ORDER BY 1, 2
                """,
                partials=tuple(self.ids),
                in_fiken=in_fiken,
                at_tills=at_tills,
            )
        )
        moves = self.env["account.move"].browse(
            {move_id for _partial, move_id in pairs}
        )
        vendors = self.env["fiken.vendor"]._of_documents(moves)
        return [
            (self.browse(partial_id), move, vendors[move])
            for partial_id, move in (
                (partial_id, moves.browse(move_id)) for partial_id, move_id in pairs
            )
            if vendors[move]
            and vendors[move].accounting_system == "fiken"
            and vendors[move].fiken_company_id
        ]

    @api.model
    def _fiken_enqueue_undo(self, undone):
        """What was only waiting is dropped; what may be in Fiken is deleted there.

        :param dict undone: {id of the deleted reconciliation: ids of its two entries}
        """
        move_ids = [move_id for ids in undone.values() for move_id in ids]
        if not move_ids:
            return
        move_ids += self._fiken_paid_by(move_ids)
        bindings = self._fiken_links(move_ids).filtered(
            lambda link: partial_id(link.part) in undone
        )
        jobs = (
            self.env["fiken.job"]
            .sudo()
            .search([*self._fiken_own(move_ids), ("state", "in", OPEN_STATES)])
            .filtered(lambda job: partial_id(job.part) in undone)
        )
        unsure = jobs.filtered(
            lambda job: job.state == "sending" or job.outcome_unknown
        )
        (jobs - unsure)._set_dropped()
        moves = self.env["account.move"].browse(move_ids).exists()
        moves._fiken_notify_unpaid()
        moves._fiken_recheck_reconciled()
        vendors = self.env["fiken.vendor"]._of_documents(
            self.env["account.move"].browse(bindings.mapped("res_id")).exists()
        )
        undo = self.env["fiken.resource.payment_undo"]
        rows = [
            undo._job_row(
                link.res_id,
                link.fiken_company_id,
                vendors.get(self.env["account.move"].browse(link.res_id)),
                link.part,
            )
            for link in bindings
        ]
        rows += [
            undo._job_row(job.res_id, job.fiken_company_id, job.vendor_id, job.part)
            for job in unsure
        ]
        self.env["fiken.job"]._enqueue(rows)

    @api.model
    def _fiken_paid_by(self, move_ids):
        """The documents that payments among these entries pay."""
        entries = self.env["account.move"].browse(move_ids).exists()
        taken_for = entries._fiken_taken_for()
        lines = entries.filtered("origin_payment_id").line_ids
        partials = lines.matched_debit_ids | lines.matched_credit_ids
        moves = (partials.debit_move_id | partials.credit_move_id).move_id
        paid = moves.filtered(lambda move: move.move_type in PAID_TYPES)
        return (paid | taken_for).ids

    @api.model
    def _fiken_enqueue_missed(self, fiken_company):
        """Nightly: what was reconciled, or undone, and did not reach the outbox."""
        vendors = self.env["fiken.vendor"].search(
            [
                ("fiken_company_id", "=", fiken_company.id),
                ("payment_direction", "=", "to"),
                ("payment_since", "!=", False),
            ]
        )
        if vendors:
            since = min(vendors.mapped("payment_since"))
            self._fiken_missed(fiken_company, since)._fiken_enqueue()
        self._fiken_missed_at_tills(fiken_company)._fiken_enqueue()
        self._fiken_enqueue_undo(self._fiken_gone(fiken_company))

    @api.model
    def _fiken_missed_at_tills(self, fiken_company):
        """What tills took for documents in Fiken; it goes there in any direction."""
        if "pos.payment" not in self.env:
            return self.browse()
        self.env["pos.payment"].flush_model(["account_move_id"])
        by_till = SQL(
            """
            EXISTS (SELECT FROM account_move_line other
                      JOIN pos_payment paid ON paid.account_move_id = other.move_id
                     WHERE other.id IN (partial.debit_move_id, partial.credit_move_id)
                       AND other.move_id != line.move_id)
            """
        )
        between = self._fiken_of_tills_query(SQL("TRUE"))
        return self._fiken_not_sent(fiken_company, by_till) | self._fiken_not_sent_of(
            fiken_company, between
        )

    @api.model
    def _fiken_missed(self, fiken_company, since):
        """Reconciliations made since then of documents in Fiken."""
        made = SQL("partial.create_date >= %s", since)
        return self._fiken_not_sent(fiken_company, made).filtered(
            lambda partial: partial.create_date >= partial._fiken_payments_since()
        )

    @api.model
    def _fiken_not_sent(self, fiken_company, condition):
        """Reconciliations of documents in Fiken that no job and no link is about.

        The part of a job and of a link is a :class:`SharePart` in writing.

        :param SQL condition: on ``partial`` and ``line``, the document's
        """
        reconciled = SQL(
            """
            SELECT partial.id, line.move_id
              FROM account_partial_reconcile partial
              JOIN account_move_line line
                ON line.id IN (partial.debit_move_id, partial.credit_move_id)
             WHERE %s
            """,
            condition,
        )
        return self._fiken_not_sent_of(fiken_company, reconciled)

    @api.model
    def _fiken_not_sent_of(self, fiken_company, reconciled):
        """Those of these that are about a document in Fiken, and of no job and no link.

        :param SQL reconciled: selects reconciliations and their documents
        """
        rows = self.env.execute_query(
            SQL(
                """
                SELECT DISTINCT pays.partial_id
                  FROM (%(reconciled)s) AS pays (partial_id, move_id)
                  JOIN fiken_binding document
                    ON document.res_model = 'account.move'
                   AND document.res_id = pays.move_id
                   AND document.fiken_company_id = %(company)s
                   AND document.resource IN %(booked)s
                   AND document.active
                 WHERE NOT EXISTS (
                       SELECT FROM fiken_job job
                        WHERE job.res_model = 'account.move'
                          AND job.res_id = pays.move_id
                          AND job.resource = %(payment)s
                          AND split_part(job.part, '-', 1) = pays.partial_id::text)
                   AND NOT EXISTS (
                       SELECT FROM fiken_binding link
                        WHERE link.res_model = 'account.move'
                          AND link.res_id = pays.move_id
                          AND link.resource = %(payment)s
                          AND split_part(link.part, '-', 1) = pays.partial_id::text)
                """,
                reconciled=reconciled,
                company=fiken_company.id,
                booked=self.env["fiken.resource"]._names("booked", "account.move"),
                payment=self.env["fiken.resource.payment"]._resource,
            )
        )
        return self.browse(row[0] for row in rows)

    def _fiken_payments_since(self):
        """When the vendor of the document that it pays chose to send payments."""
        moves = (self.debit_move_id + self.credit_move_id).move_id
        documents = moves.filtered(lambda move: move.move_type in PAID_TYPES)
        vendors = self.env["fiken.vendor"]._of_documents(documents).values()
        return max(
            (vendor.payment_since or datetime.max for vendor in vendors if vendor),
            default=datetime.max,
        )

    @api.model
    def _fiken_gone(self, fiken_company):
        """{id of a reconciliation that is gone: its document} of payments in Fiken.

        The link's part is a :class:`SharePart` in writing; other parts begin with no
        figure.
        """
        rows = self.env.execute_query(
            SQL(
                """
                SELECT link.part, link.res_id FROM fiken_binding link
                 WHERE link.fiken_company_id = %(company)s
                   AND link.resource = %(payment)s
                   AND link.res_model = 'account.move'
                   AND link.active
                   AND link.part ~ '^[0-9]'
                   AND NOT EXISTS (
                       SELECT FROM account_partial_reconcile partial
                        WHERE partial.id = CASE WHEN link.part ~ '^[0-9]'
                              THEN split_part(link.part, '-', 1)::integer END)
                   AND NOT EXISTS (
                       SELECT FROM fiken_job job
                        WHERE job.res_model = 'account.move'
                          AND job.res_id = link.res_id
                          AND job.resource = %(undo)s
                          AND job.part = link.part
                          AND job.state IN %(open)s)
                """,
                company=fiken_company.id,
                payment=self.env["fiken.resource.payment"]._resource,
                undo=self.env["fiken.resource.payment_undo"]._resource,
                open=OPEN_STATES,
            )
        )
        return {partial_id(part): [move_id] for part, move_id in rows}
