from odoo import api, fields, models
from odoo.exceptions import UserError

POS_CONFIG = "pos.config"


class FikenPosJournal(models.TransientModel):
    """Gives a till order and invoice journals of its own, so that it has a vendor.

    Odoo lets all tills post in one journal; a document finds its vendor by its journal.
    """

    _name = "fiken.pos.journal"
    _description = "Give a Point of Sale Its Own Journals"

    vendor_id = fields.Many2one("fiken.vendor", "Shop", required=True)
    company_id = fields.Many2one(related="vendor_id.company_id")
    line_ids = fields.One2many("fiken.pos.journal.line", "wizard_id")

    @api.model
    def default_get(self, fields_list):
        values = super().default_get(fields_list)
        if POS_CONFIG not in self.env:
            raise UserError(self.env._("Point of Sale is not installed."))
        vendor = self.env["fiken.vendor"].browse(values.get("vendor_id"))
        tills = self.env[POS_CONFIG].search(
            [("company_id", "child_of", vendor.company_id.id)]
        )
        values["line_ids"] = [
            fields.Command.create(
                {
                    "pos_config_id": till.id,
                    "name": till.name,
                    "journal_id": till.journal_id.id,
                    "invoice_journal_id": till.invoice_journal_id.id,
                }
            )
            for till in tills
        ]
        return values

    def action_apply(self):
        self.ensure_one()
        self.vendor_id.check_access("write")
        for line in self.line_ids.filtered("is_chosen"):
            line._give_journals(self.vendor_id)
        return {"type": "ir.actions.act_window_close"}


class FikenPosJournalLine(models.TransientModel):
    _name = "fiken.pos.journal.line"
    _description = "Point of Sale That Gets Its Own Journals"

    wizard_id = fields.Many2one("fiken.pos.journal", ondelete="cascade")
    # Not a relation: Point of Sale may not be installed.
    pos_config_id = fields.Integer(readonly=True)
    name = fields.Char("Point of Sale", readonly=True)
    journal_id = fields.Many2one("account.journal", "Orders In", readonly=True)
    invoice_journal_id = fields.Many2one(
        "account.journal", "Invoices In", readonly=True
    )
    is_chosen = fields.Boolean("Own Journals")

    def _give_journals(self, vendor):
        till = self.env[POS_CONFIG].browse(self.pos_config_id)
        if till.current_session_id:
            raise UserError(
                self.env._(
                    "%(name)s has an open session. Close it first: a session must end"
                    " in the journal it began in.",
                    name=till.name,
                )
            )
        # What the till has now, not what the page showed.
        till.write(
            {
                name: self._own_journal(till[name], vendor).id
                for name in ("journal_id", "invoice_journal_id")
                if till[name]
            }
        )

    def _own_journal(self, journal, vendor):
        """The till's journal if nobody else posts in it, else one like it."""
        if journal.fiken_vendor_id == vendor and not self._others_of(journal):
            return journal
        posted = self.env["account.move"].search_count(
            [("journal_id", "=", journal.id)], limit=1
        )
        if not self._others_of(journal) and not posted:
            journal.fiken_vendor_id = vendor
            return journal
        own = journal.copy({"fiken_vendor_id": vendor.id})
        own.name = f"{journal.name} {self.name}"
        return own

    def _others_of(self, journal):
        """How many other tills post in a journal."""
        return (
            self.env[POS_CONFIG]
            .with_context(active_test=False)
            .search_count(
                [
                    ("id", "!=", self.pos_config_id),
                    "|",
                    ("journal_id", "=", journal.id),
                    ("invoice_journal_id", "=", journal.id),
                ]
            )
        )
