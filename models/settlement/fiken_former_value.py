from odoo import api, fields, models
from odoo.tools import SQL


class FikenFormerValue(models.Model):
    """What decided on the accounts of products until somebody changed it.

    Odoo posts a till's session when it is closed. Its day is read afterwards, and has
    to stand on the accounts of that moment.
    """

    _name = "fiken.former.value"
    _description = "Former Value of an Account's Setting"
    _log_access = False
    _rec_name = "name"

    res_model = fields.Char("Model", required=True)
    res_id = fields.Integer("Record", required=True, aggregator=None)
    name = fields.Char("Field", required=True)
    company_id = fields.Many2one(
        "res.company", index=True, ondelete="cascade", help="Whose value it was."
    )
    value = fields.Integer("Former Record", aggregator=None)
    until = fields.Datetime(required=True, index=True)

    # Business

    @api.model
    def _seen(self, records, names):
        """What these many2one fields say, as ``_keep`` wants it.

        Nothing where there is no point of sale that posts by them.
        """
        if not names or "pos.session" not in self.env:
            return {}
        return {
            (record, name): record.sudo()[name].id
            for record in records
            for name in names
        }

    @api.model
    def _keep(self, before):
        """Keep what is another one now.

        :param before: of ``_seen``, from before the change
        """
        now = fields.Datetime.now()
        self.sudo().create(
            [
                {
                    "res_model": record._name,
                    "res_id": record.id,
                    "name": name,
                    "company_id": self._whose(record, name),
                    "value": value,
                    "until": now,
                }
                for (record, name), value in before.items()
                if record.sudo()[name].id != value
            ]
        )

    @api.model
    def _whose(self, record, name):
        """The id of the company whose value a field is; None of a value of all."""
        is_own = record._fields[name].company_dependent
        return record.env.company.id if is_own else None

    @api.model
    def _after(self, moment):
        """What was changed since a moment (naive UTC).

        :return: {(model, id, field, company id): [(until, former id)]}, oldest first
        """
        self.flush_model()
        found = {}
        rows = self.env.execute_query(
            SQL(
                """
                SELECT res_model, res_id, name, company_id, until, value
                  FROM fiken_former_value
                 WHERE until > %s
              ORDER BY until, id
                """,
                moment,
            )
        )
        for *key, until, value in rows:
            found.setdefault(tuple(key), []).append((until, value))
        return found
