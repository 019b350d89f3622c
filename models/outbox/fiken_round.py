from odoo import fields, models
from odoo.tools import SQL


class FikenRound(models.Model):
    """Which of our links a round has met in Fiken's lists.

    Lists may lag, and a row may move to another page while they are read: what was not
    met is asked for by itself.
    """

    _inherit = "fiken.round"

    seen_ids = fields.Many2many(
        "fiken.binding", "fiken_round_seen", "round_id", "binding_id", readonly=True
    )

    def _begin(self, stage):
        self._forget_seen()
        return super()._begin(stage)

    def _end(self):
        self._forget_seen()
        return super()._end()

    def _forget_seen(self):
        self.env.cr.execute(
            SQL("DELETE FROM fiken_round_seen WHERE round_id IN %s", tuple(self.ids))
        )

    def _see(self, bindings):
        """:return: those that this round has not met before"""
        if not bindings:
            return bindings
        rows = self.env.execute_query(
            SQL(
                """INSERT INTO fiken_round_seen (round_id, binding_id)
                   SELECT %s, id FROM fiken_binding WHERE id IN %s
              ON CONFLICT DO NOTHING RETURNING binding_id""",
                self.id,
                tuple(bindings.ids),
            )
        )
        new = {row[0] for row in rows}
        return bindings.filtered(lambda binding: binding.id in new)

    def _unseen(self, fiken_company, resource, after, limit, upto=None):
        """Links that this round has not met.

        :param after: the id behind which they are looked for, or None
        """
        bindings = self.env["fiken.binding"].sudo()
        bindings.flush_model()
        rows = self.env.execute_query(
            SQL(
                """SELECT id FROM fiken_binding link
                    WHERE fiken_company_id = %s AND resource = %s AND active
                      AND id > %s AND id <= COALESCE(%s, id)
                      AND NOT EXISTS (SELECT FROM fiken_round_seen seen
                                       WHERE seen.round_id = %s
                                         AND seen.binding_id = link.id)
                 ORDER BY id LIMIT %s""",
                fiken_company.id,
                resource,
                after or 0,
                upto,
                self.id,
                limit,
            )
        )
        return bindings.browse([row[0] for row in rows])
