"""What a resource says when its objects are taken from Fiken to Odoo, once."""

from dataclasses import dataclass, field

from odoo import api, models
from odoo.tools import SQL

from ..outbox.exceptions import MissingSetting, NeedsReview
from .keys import name_key_sql

# Ways to know an Odoo record again, the surest first (architecture.md §5).
RULES = ("key", "number", "email", "alike", "name", "mailbox")
# Of these, those that only suggest a record.
WEAK_RULES = ("alike", "name", "mailbox")


@dataclass
class Imported:
    """One object of Fiken in Odoo's words.

    :ivar values: plain fields and many2one ids, those that Fiken has a value for
    :ivar without: {field: value} of a new record where Fiken has none: else Odoo would
        say what it says of records that are entered by hand
    :ivar links: {many2many field: ids}
    :ivar parts: {one2many field: list of values}
    :ivar notes: what Fiken has and Odoo has no place for
    :ivar shown: {field: text} where the preview cannot know the ids yet
    """

    values: dict
    without: dict = field(default_factory=dict)
    links: dict = field(default_factory=dict)
    parts: dict = field(default_factory=dict)
    notes: list = field(default_factory=list)
    shown: dict = field(default_factory=dict)


class FikenImportable(models.AbstractModel):
    """A resource that can be read from Fiken when the connector starts.

    Thousands are read: what is compared with Odoo stands in columns of the line, and
    the database compares them all at once.
    """

    _name = "fiken.importable"
    _description = "Fiken Object that can be imported"

    # The field of a line that names the Odoo record.
    _import_field = ""
    # Fields that are shown side by side, in this order.
    _import_shown = ()

    # What a resource must say

    @api.model
    def _import_lists(self, startup):
        """What is read: list of (path below the company, query parameters).

        Active and inactive ones are asked for one by one, because it is not known
        which of them Fiken lists unasked (fiken-api.md §4.1).
        """
        raise NotImplementedError

    @api.model
    def _import_row(self, startup, row):
        """What a line keeps of a row of Fiken's list, or None when nobody asked for it.

        :return: dict with remote_id, name, number, email, role, own_id (int or None),
            number_key, email_key, is_company
        """
        raise NotImplementedError

    @api.model
    def _import_name_key(self, name):
        """SQL of a name as it is compared."""
        return name_key_sql(name)

    @api.model
    def _import_candidates(self, company):
        """SQL of the Odoo records that a line may be: id, active, and what the rules
        compare.
        """
        raise NotImplementedError

    @api.model
    def _import_rules(self):
        """{rule: SQL condition between ``line`` and ``record``}.

        An equality comes first: the database must not compare all with all.
        """
        raise NotImplementedError

    @api.model
    def _import_source(self, rule):
        """SQL of what is called ``record`` in the condition of a rule."""
        return SQL("candidate")

    @api.model
    def _import_read(self, rows, startup, may_create=False):
        """Fiken's rows in Odoo's words.

        :param rows: as Fiken lists them; amounts in øre
        :param may_create: make what they name and Odoo lacks, such as tags
        :return: list of :class:`Imported`, in the same order
        """
        raise NotImplementedError

    # What a resource may say

    @api.model
    def _import_is_namesake(self):
        """SQL of whether ``line`` and ``other``, of one name, may be one."""
        return SQL("TRUE")

    @api.model
    def _import_is_same(self, record, name, value):
        """Whether a field of the Odoo record says what Fiken says."""
        ours = record[name]
        if isinstance(ours, models.BaseModel):
            return ours.id == value
        return (ours or False) == (value or False)

    @api.model
    def _import_missing_parts(self, record, name, parts):
        """Those of Fiken's parts that the Odoo record has not got."""
        return parts

    @api.model
    def _import_frozen(self, record):
        """Fields of this record that Fiken's values must not replace, and why.

        :return: (field names, note or '')
        """
        return (), ""

    @api.model
    def _import_linked(self, fiken_company, linked):
        """Records were linked: link also what belongs to them.

        :param linked: list of (record, Fiken's row)
        """

    @api.model
    def _import_compared(self, body, row):
        """Sentences on what Odoo will say otherwise than Fiken did.

        :param dict body: what would be sent for the record
        """
        return []

    # The same for all

    @api.model
    def _import_changes(self, record, imported, policy):
        """The values to write on a record that was there before.

        :param str policy: ``odoo``: none; ``fill``: where Odoo has nothing; ``fiken``:
            all that Fiken has a value for. Nothing is emptied, and nobody's parts or
            links are taken away.
        :return: (values for ``write``, notes)
        """
        if policy == "odoo":
            return {}, []
        frozen, note = self._import_frozen(record)
        changes = {
            name: value
            for name, value in imported.values.items()
            if name not in frozen
            and not self._import_is_same(record, name, value)
            and (policy == "fiken" or self._import_is_empty(record, name))
        }
        for name, ids in imported.links.items():
            if name in frozen or record[name] and policy == "fill":
                continue
            if set(ids) != set(record[name].ids):
                changes[name] = self._import_link_commands(record, name, ids)
        for name, parts in imported.parts.items():
            missing = self._import_missing_parts(record, name, parts)
            if missing:
                changes[name] = [(0, 0, part) for part in missing]
        return changes, [note] if note else []

    @api.model
    def _import_is_empty(self, record, name):
        """Whether Odoo has no value: a price of zero, an archived record are values."""
        is_value = record._fields[name].type in ("boolean", "float", "monetary")
        return not is_value and not record[name]

    @api.model
    def _import_link_commands(self, record, name, ids):
        """More links; ``taxes_id`` and the like replace instead."""
        return [(4, id_) for id_ in ids if id_ not in record[name].ids]

    @api.model
    def _import_create_values(self, imported):
        return {
            **imported.without,
            **imported.values,
            **{name: [(6, 0, ids)] for name, ids in imported.links.items()},
            **{
                name: [(0, 0, part) for part in parts]
                for name, parts in imported.parts.items()
            },
        }

    @api.model
    def _import_met(self, target, record, row):
        """What is known of a record that has just been linked: the hash of what would
        be sent, and what either side has.

        With it the next change of something that Fiken does not keep sends nothing, and
        the next change of something that it keeps does; what was another value already
        stays a difference. So it is kept of records that are not to be sent as well:
        that may be chosen later.

        :return: (values of the link, notes)
        """
        try:
            prepared = self._written(target, record)
        except (MissingSetting, NeedsReview) as reason:
            return self._import_seen(row), [reason.message]
        sent, kept = self._met(target.fiken_company_id, prepared, row)
        values = {
            "payload_hash": prepared.payload_hash,
            "sent_values": {**sent, **self._beside(row)},
            "kept_values": kept,
        }
        return values, self._import_compared(prepared.body, row)

    @api.model
    def _import_seen(self, row):
        """What Fiken has of a record of which Odoo cannot say what it would send."""
        kept = {name: row[name] for name in self._compared if row.get(name) is not None}
        return {"sent_values": self._beside(row), "kept_values": kept}
