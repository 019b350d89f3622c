import logging

from psycopg2 import OperationalError

from odoo import api, fields, models
from odoo.tools import SQL

from ..outbox.exceptions import NothingToSend

_logger = logging.getLogger(__name__)


class FikenSettlement(models.Model):
    """A settlement holds its receipts from the moment it is sent, or left out.

    What it holds is in no other day, whoever asks for it then.
    """

    _inherit = "fiken.settlement"

    begin_at = fields.Datetime("Begins", readonly=True)
    end_at = fields.Datetime("Ends", readonly=True)
    journals = fields.Json(
        readonly=True, help="Ids of the journals of the tills that had anything."
    )
    receipt_count = fields.Integer("Receipts", readonly=True)
    is_stale = fields.Boolean(
        readonly=True,
        help="It was stopped since it was read: what was wrong may be put right.",
    )
    skipped_by_id = fields.Many2one(
        "res.users",
        readonly=True,
        copy=False,
        ondelete="restrict",
        help="Who left it out. A day that nobody left out and that has nothing to send"
        " is read again.",
    )

    # CRUD

    def unlink(self):
        result = super().unlink()
        self._release()
        return result

    # Actions

    def action_open_receipts(self):
        """The orders that it holds, or would hold, in the point of sale."""
        self.ensure_one()
        self.check_access("read")
        day = self.sudo()._day()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Receipts"),
            "res_model": "pos.order",
            "view_mode": "list,form",
            "views": [(False, "list"), (False, "form")],
            "domain": [("id", "in", day.order_ids if day else [])],
            "context": {"create": False},
        }

    # Business

    def _is_left_out(self):
        """Whether a person has decided that it is not sent."""
        return self.state == "skipped" and bool(self.skipped_by_id)

    def _may_be_read(self):
        """Whether its figures follow the point of sale still.

        Not while something of it is in Fiken; and not when it was corrected: deleted in
        Fiken and sent again it is what it was.
        """
        receipts = self.env["fiken.settlement.receipt"].sudo()
        return not (self._is_fixed() or receipts._is_corrected(self))

    def _hold(self, day):
        """It takes the receipts of its figures: nobody else is offered them.

        A correction that a person leaves out leaves in Fiken what is there.

        :param Day day: as it was read in this transaction
        """
        self.ensure_one()
        receipts = self.env["fiken.settlement.receipt"].sudo()
        contents = {one: receipt.dump() for one, receipt in day.receipts().items()}
        booked_by = {}
        self._release()
        if self.kind == "correction" and self._is_left_out():
            for order_id, (settlement_id, content) in receipts._contents(
                list(contents)
            ).items():
                contents[order_id], booked_by[order_id] = content, settlement_id
        receipts._hold(self, contents, booked_by)

    def _release(self):
        self.env["fiken.settlement.receipt"].sudo()._release(self)

    def _take_again(self):
        """Before the first of it goes, it is read again where it is another one now."""
        receipts = self.env["fiken.settlement.receipt"].sudo()
        for settlement in self if "pos.order" in self.env else ():
            if settlement._is_left_out() or not settlement._may_be_read():
                continue
            # What somebody has read since holds what it had before.
            is_read = settlement.state not in ("sent", "failed")
            if not (
                is_read or settlement.is_stale or receipts._is_outdated(settlement)
            ):
                continue
            try:
                with self.env.cr.savepoint():
                    settlement._take()
            except OperationalError:
                raise
            except Exception:
                # What is not known to be right is not sent.
                _logger.exception("%s could not be read again", settlement)
                settlement.figures = False

    @api.model
    def _read_idle(self, vendor, since):
        """What had nothing to send is read again, for something may have come.

        :param date since: of older days only those with orders that nobody holds
        """
        idle = self.search(
            [
                ("vendor_id", "=", vendor.id),
                ("kind", "=", "day"),
                ("state", "=", "skipped"),
                ("skipped_by_id", "=", False),
            ]
        )
        recent = idle.filtered(lambda one: one.day >= since)
        older = idle - recent
        if older and self.env["fiken.pos.day"]._prepared(vendor) is not None:
            rows = self.env.execute_query(
                SQL(
                    """
                    SELECT s.id FROM fiken_settlement s
                     WHERE s.id IN %s AND EXISTS (
                           SELECT FROM pos_order o
                            WHERE o.date_order >= s.begin_at
                              AND o.date_order < s.end_at
                              AND o.state NOT IN ('draft', 'cancel')
                              AND o.account_move IS NULL
                              AND NOT EXISTS (SELECT FROM fiken_settlement_receipt r
                                               WHERE r.order_id = o.id))
                    """,
                    tuple(older.ids),
                )
            )
            recent |= self.browse(row[0] for row in rows)
        if recent:
            recent._read()
        return recent

    def _take(self):
        state, reason = self.state, self.reason
        if state not in ("sent", "failed"):
            state, reason = "sent", False
        day = self._read_anew()
        if self.state == "ready":
            self._hold(day)
            self._set_state(state, reason)
        else:
            self._release()

    def _check_day(self):
        """:raise NothingToSend: it waits for something again, or has nothing left"""
        result = super()._check_day()
        if self.state in ("open", "skipped"):
            raise NothingToSend(self.reason or "")
        return result
