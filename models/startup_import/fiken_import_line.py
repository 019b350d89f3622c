import logging

from markupsafe import Markup
from psycopg2.errors import UniqueViolation

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import SQL

from ..connection.sentence import _lt, joined, say
from ..connection.sentence_field import SentenceField

_logger = logging.getLogger(__name__)

# What a person decides about a line.
CHOICES = {"choice", "policy", "partner_id", "product_id"}

# Of no company, of the books' or of a branch of theirs.
OF_THE_BOOKS = (
    "['|', ('company_id', '=', False), ('company_id', 'child_of', company_id)]"
)


class FikenImportLine(models.Model):
    """One contact or product of Fiken, what it is in Odoo, and what became of it."""

    _name = "fiken.import.line"
    _description = "Fiken Start-up Import Line"
    _order = "resource, name, id"
    _rec_names_search = ["name", "number", "email"]
    _check_company_auto = True

    import_id = fields.Many2one(
        "fiken.import", required=True, readonly=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, index=True
    )
    resource = fields.Selection(
        [("contact", "Contact"), ("product", "Product")],
        "Kind",
        required=True,
        readonly=True,
    )
    role = fields.Selection(
        [("customer", "Customer"), ("supplier", "Supplier"), ("both", "Both")],
        readonly=True,
    )
    remote_id = fields.Char("Fiken Id", required=True, readonly=True)
    name = fields.Char("In Fiken", required=True, readonly=True)
    number = fields.Char("Number in Fiken", readonly=True)
    email = fields.Char("E-mail in Fiken", readonly=True)
    data = fields.Json(readonly=True)
    own_id = fields.Integer(readonly=True, aggregator=None)
    number_key = fields.Char(readonly=True)
    email_key = fields.Char(readonly=True)
    name_key = fields.Char(readonly=True)
    is_company = fields.Boolean(readonly=True)
    match = fields.Selection(
        [
            ("new", "New"),
            ("matched", "Matched"),
            ("suggested", "Suggested"),
            ("conflict", "Conflict"),
            ("linked", "Linked before"),
        ],
        readonly=True,
    )
    match_rule = fields.Selection(
        [
            ("key", "Our own key"),
            ("number", "Number"),
            ("email", "E-mail and name"),
            ("alike", "Number, written otherwise"),
            ("name", "Name"),
            ("mailbox", "E-mail, another name"),
        ],
        "Known By",
        readonly=True,
    )
    problem = fields.Selection(
        [
            ("several", "Several records in Odoo fit"),
            ("taken", "The record in Odoo is linked to another one in Fiken"),
            ("shared", "Several in Fiken fit the same record in Odoo"),
            ("double", "Fiken has several with this number"),
            ("namesake", "Fiken has several with this name"),
        ],
        readonly=True,
    )
    partner_id = fields.Many2one(
        "res.partner",
        "Contact in Odoo",
        domain=OF_THE_BOOKS,
        index="btree_not_null",
        ondelete="set null",
    )
    product_id = fields.Many2one(
        "product.product",
        "Product in Odoo",
        domain=OF_THE_BOOKS,
        index="btree_not_null",
        ondelete="set null",
    )
    choice = fields.Selection(
        [("create", "Create"), ("link", "Link"), ("skip", "Skip")], "What to Do"
    )
    policy = fields.Selection(
        [
            ("odoo", "Odoo's stay"),
            ("fill", "Fill what Odoo lacks"),
            ("fiken", "Take Fiken's"),
        ],
        "Values",
        default="odoo",
        required=True,
        help="What happens to the values of a record that Odoo has already.",
    )
    state = fields.Selection(
        [
            ("open", "Not imported yet"),
            ("done", "In Odoo"),
            ("failed", "Failed"),
            ("left", "Left"),
        ],
        default="open",
        required=True,
        readonly=True,
    )
    result = fields.Selection(
        [
            ("created", "Created"),
            ("linked", "Linked"),
            ("updated", "Linked, values taken"),
            ("linked_before", "Was linked before"),
            ("skipped", "Skipped"),
            ("undecided", "Nobody decided"),
            ("failed", "Failed"),
        ],
        readonly=True,
    )
    note = SentenceField(readonly=True)
    done_at = fields.Datetime(readonly=True)
    differences = fields.Char("Differs In", compute="_compute_comparison")
    comparison = fields.Html(
        "Side by Side", compute="_compute_comparison", sanitize=False
    )

    _remote_uniq = models.Constraint(
        "UNIQUE(import_id, resource, remote_id)", "Each record of Fiken is read once."
    )
    _partner_uniq = models.UniqueIndex(
        "(import_id, partner_id) WHERE choice = 'link' AND state IN ('open', 'done')",
        "Another line of this import is linked to this contact. Skip one of them.",
    )
    _product_uniq = models.UniqueIndex(
        "(import_id, product_id) WHERE choice = 'link' AND state IN ('open', 'done')",
        "Another line of this import is linked to this product. Skip one of them.",
    )
    _open_idx = models.Index("(import_id, resource, id) WHERE state = 'open'")

    # Constraints

    @api.constrains("partner_id", "product_id")
    def _check_belongs(self):
        for line in self:
            record = line.partner_id or line.product_id
            books = record.sudo().company_id._fiken_books()
            if books and books != line.company_id:
                raise ValidationError(
                    self.env._(
                        "%(record)s belongs to another company. Choose one of"
                        " %(company)s, or one that all companies share.",
                        record=record.sudo().display_name,
                        company=line.company_id.sudo().name,
                    )
                )

    @api.constrains("choice", "partner_id", "product_id")
    def _check_record(self):
        for line in self:
            if line.state == "open" and line.choice == "link" and not line._record():
                raise ValidationError(
                    self.env._(
                        "Choose the record in Odoo that %(name)s is to be linked to.",
                        name=line.name,
                    )
                )
        for (startup, resource), lines in self.grouped(
            lambda line: (line.import_id, line.resource)
        ).items():
            linked = lines.filtered(
                lambda line: line.state == "open" and line.choice == "link"
            )
            records = linked._records()
            bound = self.env["fiken.binding"]._of(
                startup.fiken_company_id, resource, records
            )
            for record in records:
                if record.id in bound:
                    raise ValidationError(linked._taken_text(record))

    def _taken_text(self, record):
        return self.env._(
            "%(name)s in Odoo is linked to another record in Fiken already.",
            name=record.display_name,
        )

    # Computes

    @api.depends("partner_id", "product_id")
    def _compute_comparison(self):
        """Both sides of each field; asked for the lines on the screen only."""
        self.differences = False
        self.comparison = False
        for (startup, resource), lines in self.grouped(
            lambda line: (line.import_id, line.resource)
        ).items():
            strategy = startup.sudo()._strategy(resource)
            read = strategy._import_read(lines.sudo().mapped("data"), startup)
            together = lines._records().ids
            for line, imported in zip(lines, read, strict=True):
                record = strategy.env[strategy._record_model].browse(line._record().id)
                line._compare_fields(strategy, imported, record.with_prefetch(together))

    def _compare_fields(self, strategy, imported, record):
        rows, differing = [], []
        for name in strategy._import_shown:
            field = record._fields.get(name)
            theirs = field and self._shown(field, imported, record)
            if not theirs:
                continue
            label = field._description_string(self.env)
            ours = self._own(field, record) if record else ""
            differs = bool(record) and self._differs(strategy, record, imported, name)
            rows.append((label, ours, theirs, differs))
            if differs:
                differing.append(label)
        self.differences = ", ".join(differing)
        self.comparison = self._as_table(rows, imported.notes)

    def _differs(self, strategy, record, imported, name):
        if name in imported.parts:
            parts = imported.parts[name]
            return bool(strategy._import_missing_parts(record, name, parts))
        if name in imported.links:
            return set(imported.links[name]) != set(record[name].ids)
        return not strategy._import_is_same(record, name, imported.values[name])

    def _shown(self, field, imported, record):
        """Fiken's side as text; '' when Fiken says nothing."""
        name = field.name
        if imported.shown.get(name):
            return imported.shown[name]
        if name in imported.parts:
            return ", ".join(
                str(part.get("name") or part.get("acc_number"))
                for part in imported.parts[name]
            )
        if name in imported.links:
            value = record.env[field.comodel_name].browse(imported.links[name])
        elif name in imported.values:
            value = imported.values[name]
            if field.type == "many2one":
                value = record.env[field.comodel_name].browse(value)
        else:
            return ""
        return self._as_text(value)

    def _own(self, field, record):
        return self._as_text(record[field.name])

    def _as_text(self, value):
        if isinstance(value, models.BaseModel):
            return ", ".join(
                one.acc_number if one._name == "res.partner.bank" else one.display_name
                for one in value
            )
        if isinstance(value, bool):
            return self.env._("Yes") if value else self.env._("No")
        return str(value) if value not in (None, False) else ""

    def _as_table(self, rows, notes):
        row = Markup("<tr%s><th>%s</th><td>%s</td><td>%s</td></tr>")
        bold = Markup(' class="table-warning"')
        return Markup(
            '<table class="table table-sm"><thead><tr><th></th><th>%s</th><th>%s</th>'
            "</tr></thead><tbody>%s</tbody></table>%s"
        ) % (
            self.env._("In Odoo"),
            self.env._("In Fiken"),
            Markup("").join(
                row % (bold if differs else "", label, ours, theirs)
                for label, ours, theirs, differs in rows
            ),
            Markup("").join(
                Markup("<p>%s</p>") % say(self.env, note) for note in notes
            ),
        )

    # CRUD

    @api.onchange("partner_id", "product_id")
    def _onchange_record(self):
        if self._record():
            self.choice = "link"

    def write(self, vals):
        if not self.env.su:
            self._check_open(vals)
        record = vals.get("partner_id") or vals.get("product_id")
        if record and "choice" not in vals:
            vals = {**vals, "choice": "link"}
        if not vals.get("policy", True):
            vals = {**vals, "policy": "odoo"}
        return super().write(vals)

    def _check_open(self, vals):
        """People decide while they see the preview; the rest is ours to write."""
        closed = self.filtered(
            lambda line: line.import_id.state != "preview" or line.state != "open"
        )
        if closed or vals.keys() - CHOICES:
            raise UserError(
                self.env._(
                    "Only lines of the preview that are open can be decided:"
                    " %(name)s is not.",
                    name=(closed or self)[:1].name,
                )
            )

    # Actions

    def action_accept(self):
        """Link what is suggested; of several with one record, none."""
        lines = self.filtered(
            lambda line: line.state == "open"
            and line.choice != "link"
            and line._record()
            and line.problem not in ("several", "taken")
        )
        wanted = lines.grouped(lambda line: line._record())
        taken = self._linked_records()
        accepted = self.browse(
            same.id
            for record, same in wanted.items()
            if len(same) == 1 and record not in taken
        )
        accepted.write({"choice": "link"})

    def action_create(self):
        self.filtered(lambda line: line.state == "open").write({"choice": "create"})

    def action_skip(self):
        self.filtered(lambda line: line.state == "open").write({"choice": "skip"})

    def action_fill(self):
        self._choose_policy("fill")

    def action_take(self):
        """Fiken's values replace Odoo's."""
        self._choose_policy("fiken")

    def _choose_policy(self, policy):
        self.filtered(lambda line: line.state == "open" and line._record()).write(
            {"policy": policy}
        )

    def action_open_record(self):
        self.ensure_one()
        record = self._record()
        return record and record._get_records_action(context={})

    def _linked_records(self):
        """What other lines of these imports are linked to."""
        lines = self.search(
            [
                ("import_id", "in", self.import_id.ids),
                ("choice", "=", "link"),
                ("state", "in", ("open", "done")),
            ]
        )
        return {line._record() for line in lines}

    def _record(self):
        self.ensure_one()
        return self.product_id if self.resource == "product" else self.partner_id

    def _records(self):
        """Of lines of one kind."""
        return self.product_id if self[:1].resource == "product" else self.partner_id

    # Business: what became of it

    def _close(self, done):
        """Keep what became of lines, in one statement."""
        if not done:
            return
        field = SQL.identifier(
            "product_id" if self[0].resource == "product" else "partner_id"
        )
        self.flush_recordset()
        self.env.cr.execute(
            SQL(
                """UPDATE fiken_import_line line
                      SET state = 'done', result = done.result, note = done.note,
                          %s = done.record_id, done_at = now() at time zone 'UTC'
                     FROM (VALUES %s) AS done (id, record_id, result, note)
                    WHERE line.id = done.id""",
                field,
                SQL(", ").join(
                    SQL(
                        "(%s, %s::int, %s, %s::jsonb)",
                        line.id,
                        record_id or None,
                        result,
                        SentenceField.to_column(joined(*notes)),
                    )
                    for line, record_id, result, notes in done
                ),
            )
        )
        self.invalidate_recordset(flush=False)

    def _fail(self, error):
        self.ensure_one()
        if isinstance(error, UniqueViolation):
            text = _lt(
                "It, or the record in Odoo, was linked elsewhere at the same moment."
            )
        elif isinstance(error, UserError):
            text = str(error)
        else:
            _logger.exception("Fiken import line %s failed", self.id)
            text = _lt("Odoo could not take it: %(reason)s", reason=error)
        self.write({"state": "failed", "result": "failed", "note": text})

    def _leave_out(self):
        """The import ends: what nobody wanted, or decided, is left in Fiken."""
        left = self.filtered(lambda line: line.state == "open")
        skipped = left.filtered(lambda line: line.choice == "skip")
        skipped.write({"state": "left", "result": "skipped"})
        (left - skipped).write({"state": "left", "result": "undecided"})

    def _discard(self):
        """What was read and not taken over is read anew."""
        self.unlink()
