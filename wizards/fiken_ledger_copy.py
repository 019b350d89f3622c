from odoo import api, fields, models
from odoo.exceptions import UserError


class FikenLedgerCopy(models.TransientModel):
    """Shows what copying one ledger onto others would change, then does it."""

    _name = "fiken.ledger.copy"
    _description = "Copy a Fiken Account Mapping"

    source_id = fields.Many2one("fiken.ledger", required=True, readonly=True)
    company_id = fields.Many2one(related="source_id.company_id")
    target_ids = fields.Many2many(
        "fiken.ledger",
        string="To",
        domain="[('company_id', '=', company_id), ('id', '!=', source_id)]",
    )
    line_ids = fields.One2many(
        "fiken.ledger.copy.line",
        "wizard_id",
        compute="_compute_line_ids",
        store=True,
        readonly=False,
    )

    @api.depends("source_id", "target_ids")
    def _compute_line_ids(self):
        for wizard in self:
            wizard.line_ids = (
                [fields.Command.clear()]
                + [
                    fields.Command.create(
                        {
                            "target_id": target.id,
                            "source_line_id": line.id,
                            "target_line_id": other.id,
                            # What a person accepted gives way to nobody's guess.
                            "is_chosen": not _undoes_a_choice(line, other),
                        }
                    )
                    for target in wizard.target_ids._origin
                    for line, other in wizard.source_id._differences_to(target)
                ]
                + [
                    fields.Command.create({"target_id": target.id, "setting": name})
                    for target in wizard.target_ids._origin
                    for name in wizard.source_id._setting_differences_to(target)
                ]
            )

    @api.constrains("source_id", "target_ids")
    def _check_own(self):
        """What is shown of the ledgers is read as the system."""
        (self.source_id | self.target_ids).check_access("write")

    def action_apply(self):
        """Do what is shown and ticked; every change is logged on its ledger."""
        self.ensure_one()
        self._check_own()
        foreign = self.target_ids.filtered(
            lambda target: target.company_id != self.company_id
        )
        if foreign:
            raise UserError(
                self.env._(
                    "%(ledger)s belongs to another company; its accounts are others.",
                    ledger=foreign[0].name,
                )
            )
        chosen = self.line_ids.filtered("is_chosen")
        to_create = []
        for line in chosen.filtered("setting"):
            line.target_id[line.setting] = self.source_id[line.setting]
        for line in chosen.filtered("source_line_id"):
            codes = {
                "fiken_code": line.source_line_id.fiken_code,
                "purchase_code": line.source_line_id.purchase_code,
                "is_proposal": line.source_line_id.is_proposal,
                "is_guess": line.source_line_id.is_guess,
                "is_confirmed": line.source_line_id.is_confirmed,
            }
            if line.target_line_id:
                line.target_line_id.write(codes)
            else:
                source = line.source_line_id
                to_create.append(
                    {
                        "ledger_id": line.target_id.id,
                        "account_id": source.account_id.id,
                        "category_id": source.category_id.id,
                        "journal_id": source.journal_id.id,
                        "means_model": source.means_model,
                        "means_id": source.means_id,
                        **codes,
                    }
                )
        self.env["fiken.ledger.line"].create(to_create)
        return {"type": "ir.actions.act_window_close"}


class FikenLedgerCopyLine(models.TransientModel):
    _name = "fiken.ledger.copy.line"
    _description = "Change by Copying a Fiken Account Mapping"

    wizard_id = fields.Many2one("fiken.ledger.copy", ondelete="cascade")
    target_id = fields.Many2one("fiken.ledger", "Ledger")
    source_line_id = fields.Many2one("fiken.ledger.line")
    target_line_id = fields.Many2one("fiken.ledger.line")
    # A setting of the ledger itself, instead of a line.
    setting = fields.Char()
    is_chosen = fields.Boolean("Change", default=True)
    undoes_a_choice = fields.Boolean("Accepted There", compute="_compute_change")
    source_name = fields.Char("What", compute="_compute_change")
    now_code = fields.Char("Now", compute="_compute_change")
    new_code = fields.Char("New", compute="_compute_change")
    now_purchase_code = fields.Char(
        "Purchase Now", related="target_line_id.purchase_code"
    )
    new_purchase_code = fields.Char(
        "Purchase New", related="source_line_id.purchase_code"
    )

    @api.depends("setting", "source_line_id", "target_line_id", "wizard_id.source_id")
    def _compute_change(self):
        for line in self:
            source, target = line.wizard_id.source_id, line.target_id
            line.undoes_a_choice = _undoes_a_choice(
                line.source_line_id, line.target_line_id
            )
            if line.setting:
                field = source._fields[line.setting]
                line.source_name = field._description_string(self.env)
                line.now_code = field.convert_to_export(target[line.setting], target)
                line.new_code = field.convert_to_export(source[line.setting], source)
            else:
                line.source_name = line.source_line_id.source_name
                line.now_code = line.target_line_id.fiken_code
                line.new_code = line.source_line_id.fiken_code


def _undoes_a_choice(source, target):
    """Whether a mere proposal would replace what a person accepted or entered."""
    return bool(source.is_proposal and target and not target.is_proposal)
