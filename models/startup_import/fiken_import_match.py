from psycopg2.extras import Json

from odoo import api, models
from odoo.tools import SQL

from .fiken_importable import RULES, WEAK_RULES

# What a line keeps of what Fiken has.
KEPT = (
    "remote_id",
    "name",
    "number",
    "email",
    "role",
    "own_id",
    "number_key",
    "email_key",
    "is_company",
)


class FikenImportMatch(models.AbstractModel):
    """What was read from Fiken is compared with all that Odoo has, in the database."""

    _name = "fiken.import.match"
    _description = "Fiken Start-up Import: What Is What"

    @api.model
    def _store_page(self, startup, resource, rows):
        """Keep a page in one statement; one that comes once more changes nothing."""
        strategy = self.env[f"fiken.resource.{resource}"]
        kept = [(strategy._import_row(startup, row), row) for row in rows]
        kept = {keys["remote_id"]: (keys, row) for keys, row in kept if keys}
        if not kept:
            return
        columns = SQL(", ").join(SQL.identifier(name) for name in KEPT)
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO fiken_import_line (
                    import_id, company_id, resource, policy, state, match, choice,
                    create_uid, create_date, write_uid, write_date, data, name_key, %s
                ) VALUES %s
                ON CONFLICT (import_id, resource, remote_id) DO NOTHING
                """,
                columns,
                SQL(", ").join(
                    SQL(
                        """(%s, %s, %s, 'odoo', 'open', 'new', 'create', %s,
                            now() at time zone 'UTC', %s, now() at time zone 'UTC',
                            %s, %s, %s)""",
                        startup.id,
                        startup.company_id.id,
                        resource,
                        self.env.uid,
                        self.env.uid,
                        Json(row),
                        strategy._import_name_key(SQL("%s", keys["name"])),
                        SQL(", ").join(SQL("%s", keys[name]) for name in KEPT),
                    )
                    for keys, row in kept.values()
                ),
            )
        )
        self.env["fiken.import.line"].invalidate_model(flush=False)

    @api.model
    def _compare(self, startup, strategies):
        """Compare what was read, and nobody has decided, with all that Odoo has.

        :return: how many are not what they seemed to be
        """
        self.env.flush_all()
        changed = 0
        for strategy in strategies:
            for statement in (
                self._linked_sql,
                self._match_sql,
                self._double_sql,
                self._namesake_sql,
            ):
                self.env.cr.execute(statement(startup, strategy))
                changed += self.env.cr.rowcount
        self.env["fiken.import.line"].invalidate_model(flush=False)
        return changed

    @api.model
    def _linked_sql(self, startup, strategy):
        """What is linked already needs nothing, also where Odoo's was deleted since."""
        return SQL(
            """
            UPDATE fiken_import_line line
               SET match = 'linked', state = 'done', result = 'linked_before',
                   choice = NULL, %(field)s = record.id,
                   done_at = now() at time zone 'UTC'
              FROM fiken_binding binding
         LEFT JOIN %(table)s record ON record.id = binding.res_id
             WHERE line.import_id = %(startup)s AND line.resource = %(resource)s
               AND line.state = 'open'
               AND binding.fiken_company_id = %(fiken_company)s
               AND binding.resource = %(resource)s
               AND binding.res_model = %(model)s
               AND binding.remote_id = line.remote_id
               AND binding.active
            """,
            **self._names(startup, strategy),
        )

    @api.model
    def _names(self, startup, strategy):
        return {
            "field": SQL.identifier(strategy._import_field),
            "table": SQL.identifier(self.env[strategy._record_model]._table),
            "startup": startup.id,
            "resource": strategy._resource,
            "fiken_company": startup.fiken_company_id.id,
            "model": strategy._record_model,
        }

    @api.model
    def _match_sql(self, startup, strategy):
        """The surest rule that finds anything decides; an active record is surer.

        One record in Odoo is one in Fiken, and the reverse: anything else is a
        conflict. A name alone is a suggestion, and no conflict with what is surer;
        where it is that of a record which is another one in Fiken already, a person
        must say whether there are two. An address that many share tells nothing then.
        """
        rules = strategy._import_rules()
        hits = SQL(" UNION ALL ").join(
            SQL(
                """SELECT line.id AS line_id, record.id AS record_id,
                          %s AS rule, %s AS rank,
                          (record.active IS NOT TRUE)::int AS archived
                     FROM fiken_import_line line
                     JOIN %s record ON %s
                    WHERE line.import_id = %s AND line.resource = %s
                      AND line.state = 'open' AND line.match = 'new'
                      AND line.choice = 'create'""",
                rule,
                RULES.index(rule),
                strategy._import_source(rule),
                condition,
                startup.id,
                strategy._resource,
            )
            for rule, condition in rules.items()
        )
        return SQL(
            """
            WITH candidate AS MATERIALIZED (%(candidates)s),
            bound AS MATERIALIZED (
                SELECT res_id FROM fiken_binding
                 WHERE fiken_company_id = %(fiken_company)s AND resource = %(resource)s
                   AND res_model = %(model)s AND part = '' AND active
            ), hit AS MATERIALIZED (
                SELECT hit.*, bound.res_id IS NOT NULL AS taken
                  FROM (%(hits)s) hit
             LEFT JOIN bound ON bound.res_id = hit.record_id
                 WHERE bound.res_id IS NULL OR hit.rule != 'mailbox'
            ), ranked AS (
                SELECT hit.*, rank() OVER (
                           PARTITION BY line_id
                           ORDER BY rank, taken AND rule IN %(weak)s, archived
                       ) AS place
                  FROM hit
            ), found AS (
                SELECT line_id, rule, count(DISTINCT record_id) AS records,
                       min(record_id) AS record_id, bool_or(taken) AS taken
                  FROM ranked WHERE place = 1 GROUP BY line_id, rule
            ), judged AS (
                SELECT line_id, rule, records, record_id,
                       CASE WHEN records > 1 AND NOT (taken AND rule IN %(weak)s)
                            THEN 'several'
                            WHEN taken THEN 'taken'
                            WHEN count(*) OVER (
                                PARTITION BY record_id, records > 1,
                                    CASE WHEN rule IN %(weak)s THEN rule END
                            ) > 1 THEN 'shared'
                        END AS problem
                  FROM found
            )
            UPDATE fiken_import_line line
               SET match_rule = judged.rule, problem = judged.problem,
                   %(field)s = CASE WHEN records = 1 THEN record_id END,
                   match = CASE WHEN judged.problem IN ('taken', 'shared')
                                     AND judged.rule != 'mailbox' THEN 'conflict'
                                WHEN judged.rule IN %(weak)s THEN 'suggested'
                                WHEN judged.problem IS NULL THEN 'matched'
                                ELSE 'conflict' END,
                   choice = CASE WHEN judged.rule NOT IN %(weak)s
                                  AND judged.problem IS NULL THEN 'link' END
              FROM judged WHERE line.id = judged.line_id
            """,
            **self._names(startup, strategy),
            candidates=strategy._import_candidates(startup.company_id),
            hits=hits,
            weak=WEAK_RULES,
        )

    @api.model
    def _double_sql(self, startup, strategy):
        """Two of Fiken's with one number would be two in Odoo: somebody decides."""
        return self._conflict_sql(
            startup,
            strategy,
            "number",
            "double",
            SQL(
                """lower(regexp_replace(line.number_key, '\\s', '', 'g'))
                   = lower(regexp_replace(other.number_key, '\\s', '', 'g'))"""
            ),
        )

    @api.model
    def _namesake_sql(self, startup, strategy):
        """So would two of Fiken's with one name."""
        return self._conflict_sql(
            startup,
            strategy,
            "name",
            "namesake",
            SQL(
                "line.name_key = other.name_key AND (%s)",
                strategy._import_is_namesake(),
            ),
        )

    @api.model
    def _conflict_sql(self, startup, strategy, rule, problem, condition):
        """What would be made anew, and is perhaps another one of Fiken's."""
        return SQL(
            """
            UPDATE fiken_import_line line
               SET match = 'conflict', match_rule = %(rule)s, problem = %(problem)s,
                   choice = NULL
             WHERE line.import_id = %(startup)s AND line.resource = %(resource)s
               AND line.state = 'open' AND line.match = 'new'
               AND line.choice = 'create'
               AND EXISTS (
                   SELECT FROM fiken_import_line other
                    WHERE other.import_id = %(startup)s
                      AND other.resource = %(resource)s
                      AND other.id != line.id AND %(condition)s)
            """,
            **self._names(startup, strategy),
            rule=rule,
            problem=problem,
            condition=condition,
        )
