from markupsafe import Markup
from psycopg2.extras import Json

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..connection.sentence import _lt
from ..connection.sentence_field import SentenceField
from .along import forget_along


class FikenBinding(models.Model):
    """Which Odoo record is which Fiken object; the database refuses a double link."""

    _name = "fiken.binding"
    _inherit = ["fiken.access.mixin"]
    _description = "Fiken Link"
    _order = "id desc"
    _rec_names_search = ["number", "remote_id"]

    fiken_company_id = fields.Many2one(
        "fiken.company", required=True, readonly=True, ondelete="restrict"
    )
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, index=True
    )
    resource = fields.Selection(
        "_selection_resource", "What", required=True, readonly=True
    )
    res_model = fields.Char("Model", required=True, readonly=True)
    res_id = fields.Many2oneReference(
        "Record", model_field="res_model", required=True, readonly=True
    )
    part = fields.Char(default="", required=True, readonly=True)
    active = fields.Boolean(
        default=True,
        readonly=True,
        help="Not any more when the object is gone from Fiken, or the link was wrong;"
        " kept as history.",
    )
    ended_at = fields.Datetime("Ended", readonly=True)
    ended_by_id = fields.Many2one("res.users", "Ended By", readonly=True)
    end_reason = SentenceField("Why It Ended", readonly=True)
    remote_id = fields.Char("Fiken Id", required=True, readonly=True)
    number = fields.Char("Number in Fiken", readonly=True, index="btree_not_null")
    page_id = fields.Char(
        readonly=True,
        help="What its page in Fiken goes by, where that is not its id.",
    )
    url = fields.Char("Page in Fiken", compute="_compute_url")
    has_page = fields.Boolean(compute="_compute_url")
    payload_hash = fields.Char(readonly=True)
    sent_at = fields.Datetime("Last Sent", readonly=True)
    # What of the record Odoo had when the two last met, what stood in Fiken then where
    # it was something else, and what Odoo tried to write since without an answer.
    # Anything else that Fiken has there was changed by somebody.
    sent_values = fields.Json(readonly=True)
    kept_values = fields.Json(readonly=True)
    tried_values = fields.Json(readonly=True)

    _record_uniq = models.UniqueIndex(
        "(fiken_company_id, resource, res_model, res_id, part) WHERE active",
        "This record is linked to Fiken already.",
    )
    _remote_uniq = models.UniqueIndex(
        "(fiken_company_id, resource, remote_id) WHERE active",
        "This Fiken record is linked to another Odoo record already.",
    )
    _res_idx = models.Index("(res_model, res_id)")
    _kind_idx = models.Index("(res_model, resource, res_id) WHERE active")

    @api.model
    def _selection_resource(self):
        return self.env["fiken.job"]._selection_resource()

    @api.depends("number", "remote_id")
    def _compute_display_name(self):
        for binding in self:
            binding.display_name = binding.number or binding.remote_id

    @api.depends("fiken_company_id", "resource", "remote_id", "page_id")
    def _compute_url(self):
        for binding in self:
            strategy = self.env[f"fiken.resource.{binding.resource}"]
            fiken_company = binding.fiken_company_id.sudo()
            binding.url = strategy._url(fiken_company, binding)
            binding.has_page = bool(strategy._page())

    # CRUD

    @api.model_create_multi
    def create(self, vals_list):
        forget_along(self.env)
        return super().create(vals_list)

    def write(self, vals):
        forget_along(self.env)
        return super().write(vals)

    def unlink(self):
        forget_along(self.env)
        return super().unlink()

    # Actions

    def action_open_in_fiken(self):
        """Its page; Fiken is asked what that goes by, where we have not learnt it."""
        self.ensure_one()
        self.check_access("read")
        if not self.url:
            self.sudo()._ask_page()
        return {"type": "ir.actions.act_url", "url": self.url}

    # Business

    @api.model
    def _of(self, fiken_company, resource, records, part=""):
        """{record id: binding} of records that are in Fiken."""
        bindings = self.sudo().search_fetch(
            [
                ("fiken_company_id", "=", fiken_company.id),
                ("resource", "=", resource),
                ("res_model", "=", records._name),
                ("res_id", "in", records.ids),
                ("part", "=", part),
            ],
            [
                "res_id",
                "remote_id",
                "number",
                "page_id",
                "payload_hash",
                "sent_values",
                "kept_values",
            ],
        )
        return {binding.res_id: binding for binding in bindings}

    @api.model
    def _of_remote(self, fiken_company, resource, remote_ids):
        """The links of objects in Fiken, whatever records they are."""
        return self.sudo().search(
            [
                ("fiken_company_id", "=", fiken_company.id),
                ("resource", "=", resource),
                ("remote_id", "in", remote_ids),
            ]
        )

    @api.model
    def _of_records(self, resource, records):
        """The links of records in whatever books they are."""
        return self.sudo().search(
            [
                ("resource", "=", resource),
                ("res_model", "=", records._name),
                ("res_id", "in", records.ids),
                ("part", "=", ""),
            ]
        )

    @api.model
    def _bind(self, strategy, fiken_company, record, sent, part="", **values):
        """Say which object in Fiken a record is now.

        :param Sent sent: what is there
        :param values: of the link, beside those that every link has
        """
        link = self.sudo().create(
            {
                "fiken_company_id": fiken_company.id,
                "company_id": fiken_company.company_id.id,
                "resource": strategy._resource,
                "res_model": record._name,
                "res_id": record.id,
                "part": part,
                "remote_id": sent.remote_id,
                "number": sent.number,
                "page_id": sent.page_id,
                "sent_at": fields.Datetime.now(),
                **values,
            }
        )
        self.env["fiken.job"]._linked(strategy, fiken_company, record._name, record.ids)
        return link

    def _ask_page(self):
        """:raise UserError: Fiken does not say where its page is"""
        strategy = self.env[f"fiken.resource.{self.resource}"]
        with self.fiken_company_id.connection_id._click_session() as session:
            self.page_id = strategy._ask_page_id(session, self)
        if not self.url:
            raise UserError(
                self.env._(
                    "Fiken does not say where the page of %(number)s is. Look for it"
                    " in Fiken.",
                    number=self.display_name,
                )
            )

    def _end(self, reason=""):
        """Their records may be linked anew; what was is kept as history.

        :param reason: '' when the objects are gone from Fiken
        """
        self.write(
            {
                "active": False,
                "ended_at": fields.Datetime.now(),
                "ended_by_id": self.env.uid,
                "end_reason": reason or _lt("It is gone from Fiken."),
            }
        )

    def _check_removable(self):
        """:raise UserError: not by this user, or not now"""
        self._check_manager("read")
        jobs = self.env["fiken.job"].sudo()
        if jobs.search_count(
            [
                ("fiken_company_id", "=", self.fiken_company_id.id),
                ("res_model", "=", self.res_model),
                ("res_id", "=", self.res_id),
                ("state", "=", "sending"),
            ],
            limit=1,
        ):
            raise UserError(
                self.env._(
                    "%(number)s: the record is being sent to Fiken right now. Try again"
                    " when that has ended.",
                    number=self.display_name,
                )
            )

    def _remove(self, reason):
        """A person says that it is the wrong one; Fiken is left as it is."""
        self._check_removable()
        self.sudo()._end(reason)
        record = self.env[self.res_model].sudo().browse(self.res_id).exists()
        if hasattr(record, "_message_log"):
            labels = dict(self._selection_resource())
            what = Markup('<a href="%s" target="_blank">%s</a>') % (
                self.url or "",
                self.display_name,
            )
            record._message_log(
                body=self.env._(
                    "%(user)s removed the link to %(what)s in Fiken (%(kind)s):"
                    " %(reason)s",
                    user=self.env.user.name,
                    what=what if self.url else self.display_name,
                    kind=labels.get(self.resource),
                    reason=reason,
                )
            )

    @api.model
    def _link(self, strategy, fiken_company, links):
        """Say of many records at once which object in Fiken they are.

        :param links: dicts of res_id, remote_id, number; where it is known
            what either side has also of payload_hash, sent_values and kept_values
        """
        if not links:
            return
        forget_along(self.env)
        self.env.cr.execute(
            SQL(
                """INSERT INTO fiken_binding (
                       fiken_company_id, company_id, resource, res_model, part,
                       active, create_uid, create_date, write_uid, write_date,
                       res_id, remote_id, number, payload_hash, sent_values,
                       kept_values
                   ) VALUES %s""",
                SQL(", ").join(
                    SQL(
                        """(%s, %s, %s, %s, '', TRUE, %s, now() at time zone 'UTC', %s,
                            now() at time zone 'UTC', %s, %s, %s, %s, %s, %s)""",
                        fiken_company.id,
                        fiken_company.company_id.id,
                        strategy._resource,
                        strategy._record_model,
                        self.env.uid,
                        self.env.uid,
                        link["res_id"],
                        link["remote_id"],
                        link["number"],
                        link.get("payload_hash"),
                        Json(link["sent_values"]) if link.get("sent_values") else None,
                        Json(link["kept_values"]) if link.get("kept_values") else None,
                    )
                    for link in links
                ),
            )
        )
        self.invalidate_model(flush=False)
        ids = [link["res_id"] for link in links]
        self.env["fiken.job"]._linked(
            strategy, fiken_company, strategy._record_model, ids
        )

    @api.model
    def _which(self, fiken_company, **wanted):
        """{(resource, record id)} of what is in Fiken, asked in one query.

        :param wanted: the records of each resource
        """
        self.flush_model()
        rows = self.env.execute_query(
            SQL(
                """SELECT resource, res_id FROM fiken_binding
                    WHERE fiken_company_id = %s AND part = '' AND active AND (%s)""",
                fiken_company.id,
                SQL(" OR ").join(
                    SQL(
                        "resource = %s AND res_model = %s AND res_id IN %s",
                        resource,
                        records._name,
                        tuple(records.ids) or (0,),
                    )
                    for resource, records in wanted.items()
                ),
            )
        )
        return set(rows)
