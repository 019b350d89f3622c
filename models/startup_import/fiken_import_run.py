from psycopg2 import OperationalError

from odoo import api, models
from odoo.exceptions import UserError

from ..outbox.fiken_resource import Target


class FikenImportRun(models.AbstractModel):
    """What was decided in the preview is done: a batch at a time, made and linked."""

    _name = "fiken.import.run"
    _description = "Fiken Start-up Import: Taking Over"

    @api.model
    def _next_batch(self, startup, limit):
        """The next lines of one kind that somebody decided to create or to link."""
        self.env.flush_all()
        lines = self.env["fiken.import.line"].search(
            [
                ("import_id", "=", startup.id),
                ("state", "=", "open"),
                ("choice", "in", ("create", "link")),
            ],
            order="resource, id",
            limit=limit,
        )
        return lines.filtered(lambda line: line.resource == lines[0].resource)

    @api.model
    def _carry_out(self, lines, strategy):
        """Create and link; one that fails does not hold up the others."""
        try:
            with self.env.cr.savepoint():
                self._create_and_link(lines, strategy)
        except OperationalError:
            raise
        except Exception as error:
            if len(lines) == 1:
                lines._fail(error)
                return
            half = len(lines) // 2
            self._carry_out(lines[:half], strategy)
            self._carry_out(lines[half:], strategy)

    @api.model
    def _create_and_link(self, lines, strategy):
        startup = lines.import_id
        fiken_company = startup.fiken_company_id
        meanwhile = self._linked_meanwhile(lines, strategy, fiken_company)
        lines._close(
            [(line, res_id, "linked_before", []) for line, res_id in meanwhile.items()]
        )
        lines = lines.filtered(lambda line: line not in meanwhile)
        read = strategy._import_read(lines.mapped("data"), startup, may_create=True)
        imported = dict(zip(lines, read, strict=True))
        to_create = lines.filtered(lambda line: line.choice == "create")
        records = strategy.env[strategy._record_model]
        created = records.create(
            [strategy._import_create_values(imported[line]) for line in to_create]
        )
        outcome = {
            line: (record, "created", list(imported[line].notes))
            for line, record in zip(to_create, created, strict=True)
        }
        to_link = lines - to_create
        wanted = to_link._records().ids if to_link else []
        bound = self.env["fiken.binding"]._of(
            fiken_company, strategy._resource, records.browse(wanted)
        )
        for line in to_link:
            record = records.browse(line._record().id).with_prefetch(wanted)
            outcome[line] = self._link(line, strategy, record, imported[line], bound)
        done = self._bind(strategy, fiken_company, outcome)
        lines._close(done)

    @api.model
    def _linked_meanwhile(self, lines, strategy, fiken_company):
        """{line: record id} of what was linked while the preview was looked at."""
        bindings = self.env["fiken.binding"]._of_remote(
            fiken_company, strategy._resource, lines.mapped("remote_id")
        )
        records = self.env[strategy._record_model].browse(bindings.mapped("res_id"))
        there = set(records.exists().ids)
        ids = {
            # Of one that was deleted since there is nothing to show.
            binding.remote_id: binding.res_id in there and binding.res_id
            for binding in bindings
        }
        return {line: ids[line.remote_id] for line in lines if line.remote_id in ids}

    @api.model
    def _link(self, line, strategy, record, imported, bound):
        """:return: (record, result, notes)"""
        if not record:
            raise UserError(self.env._("The record in Odoo was deleted."))
        if record.id in bound:
            raise UserError(line._taken_text(record))
        changes, notes = strategy._import_changes(record, imported, line.policy)
        if changes:
            record.write(changes)
        return record, "updated" if changes else "linked", notes

    @api.model
    def _bind(self, strategy, fiken_company, outcome):
        """Write who is whom, with the hash of what Fiken need not be told.

        :param outcome: {line: (record, result, notes)}
        :return: list of (line, record id, result, notes)
        """
        target = Target(fiken_company, fiken_company.default_vendor_id)
        strategy.env.flush_all()
        together = strategy.env[strategy._record_model].browse(
            record.id for record, _result, _notes in outcome.values()
        )
        of_id = {record.id: record for record in together}
        links, done, linked = [], [], []
        for line, (record, result, notes) in outcome.items():
            met, more = strategy._import_met(target, of_id[record.id], line.data)
            linked.append((of_id[record.id], line.data))
            links.append(
                {
                    "res_id": record.id,
                    "remote_id": line.remote_id,
                    "number": line.number if line.resource == "product" else line.name,
                    **met,
                }
            )
            done.append((line, record.id, result, [*notes, *more]))
        self.env["fiken.binding"]._link(strategy, fiken_company, links)
        strategy._import_linked(fiken_company, linked)
        strategy._linked_together(fiken_company, together)
        return done
