from odoo import api, fields, models
from odoo.tools import SQL

from ...fiken_api.purchases import Purchase


class PurchaseSeen(models.Model):
    """What Fiken has of bills, as it was when it was read last (fiken-api.md §6.1).

    Its list cannot be asked for a number, and reading a year of it takes minutes.
    """

    _name = "fiken.purchase.seen"
    _description = "Purchase Seen in Fiken"
    _log_access = False

    fiken_company_id = fields.Many2one(
        "fiken.company", required=True, readonly=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, index=True, ondelete="cascade"
    )
    remote_id = fields.Char("Fiken Id", required=True, readonly=True)
    number = fields.Char(readonly=True)
    contact = fields.Char("Supplier in Fiken", readonly=True)
    date = fields.Date(required=True, readonly=True)
    # Øre, beyond what an integer of the database holds.
    gross = fields.Float(digits=(16, 0), readonly=True)
    is_deleted = fields.Boolean(readonly=True)

    _remote_uniq = models.UniqueIndex("(fiken_company_id, remote_id)")
    _date_idx = models.Index("(fiken_company_id, date)")

    # Business

    @api.model
    def _keep(self, fiken_company, purchases):
        """Keep these, in one statement."""
        rows = {one.id: one for one in purchases}.values()
        if not rows:
            return
        self.env.cr.execute(
            SQL(
                """INSERT INTO fiken_purchase_seen (fiken_company_id, company_id,
                          remote_id, number, contact, date, gross, is_deleted)
                   VALUES %s
                   ON CONFLICT (fiken_company_id, remote_id) DO UPDATE SET
                          number = EXCLUDED.number, contact = EXCLUDED.contact,
                          date = EXCLUDED.date, gross = EXCLUDED.gross,
                          is_deleted = EXCLUDED.is_deleted""",
                SQL(", ").join(
                    SQL(
                        "(%s, %s, %s, %s, %s, %s, %s, %s)",
                        fiken_company.id,
                        fiken_company.company_id.id,
                        one.id,
                        one.number,
                        one.contact,
                        one.date,
                        one.gross,
                        one.is_deleted,
                    )
                    for one in rows
                ),
            )
        )
        self.invalidate_model(flush=False)

    @api.model
    def _between(self, fiken_company, first, last, contact=None):
        """Those of these days, or those of one supplier among them."""
        domain = [
            ("fiken_company_id", "=", fiken_company.id),
            ("date", ">=", first),
            ("date", "<=", last),
            ("is_deleted", "=", False),
        ]
        if contact is not None:
            domain.append(("contact", "=", contact))
        return [
            Purchase(
                one.remote_id,
                one.number or "",
                one.contact or "",
                str(one.date),
                int(one.gross),
            )
            for one in self.search(domain)
        ]

    @api.model
    def _forget(self, fiken_company, remote_id):
        """It is gone from Fiken."""
        self.search(
            [
                ("fiken_company_id", "=", fiken_company.id),
                ("remote_id", "=", remote_id),
            ]
        ).unlink()
