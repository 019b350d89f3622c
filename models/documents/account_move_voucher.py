from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from .move_types import BILL_TYPES


class AccountMove(models.Model):
    """A bill that is booked in Fiken without its voucher is not done."""

    _inherit = "account.move"

    fiken_lacks_voucher = fields.Boolean(
        "No Voucher in Fiken",
        compute="_compute_fiken_lacks_voucher",
        search="_search_fiken_lacks_voucher",
        help="It is booked in Fiken, and Odoo has attached no file to it there.",
    )

    # Computes

    @api.depends("attachment_ids", "move_type")
    def _compute_fiken_lacks_voucher(self):
        lacking = self.browse()
        bills = self.filtered(lambda move: move.move_type in BILL_TYPES)._origin
        if bills:
            self.env["fiken.binding"].flush_model()
            rows = self.env.execute_query(
                SQL(
                    "SELECT id FROM (%s) lacking WHERE id IN %s",
                    self._fiken_lacking_sql(),
                    tuple(bills.ids) or (0,),
                )
            )
            lacking = self.browse(move_id for (move_id,) in rows)
        vendors = self.env["fiken.vendor"]._of_documents(lacking)
        for move in self:
            move.fiken_lacks_voucher = (
                move._origin in lacking and vendors[move._origin].attach_files
            )

    # Searches

    def _search_fiken_lacks_voucher(self, operator, value):
        if operator != "in":
            return NotImplemented
        self.env["fiken.binding"].flush_model()
        lacking = Domain(
            "id",
            "in",
            SQL(
                "(SELECT id FROM (%s) lacking WHERE fiken_company_id IN ("
                "SELECT fiken_company_id FROM fiken_vendor WHERE attach_files))",
                self._fiken_lacking_sql(),
            ),
        )
        found = Domain.FALSE
        if True in value:
            found |= lacking
        if False in value:
            found |= ~lacking
        return found

    @api.model
    def _fiken_lacking_sql(self):
        """(id, fiken_company_id) of bills that are booked in Fiken, without a file."""
        return SQL(
            """
            SELECT move.id, link.fiken_company_id
              FROM fiken_binding link
              JOIN account_move move ON move.id = link.res_id
             WHERE link.res_model = 'account.move' AND link.active
               AND link.resource IN %(booked)s AND move.move_type IN %(bills)s
               AND link.resource || '/' || link.remote_id NOT IN (
                   SELECT part FROM fiken_binding
                    WHERE resource = 'attachment' AND active)
               AND move.id NOT IN (
                   SELECT attachment.res_id
                     FROM ir_attachment attachment
                     JOIN fiken_binding file
                       ON file.res_model = 'ir.attachment'
                      AND file.res_id = attachment.id AND file.active
                      AND file.resource = 'attachment'
                    WHERE attachment.res_model = 'account.move'
                      AND attachment.res_id IS NOT NULL)
            """,
            booked=self._fiken_resources("booked"),
            bills=BILL_TYPES,
        )
