"""What goes to Fiken and what does not: each kind with its switch and consequence."""

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from odoo import models


class Choice(NamedTuple):
    """One way a switch can stand.

    :ivar consequence: what follows from it, in one sentence
    """

    value: str | bool
    label: str
    consequence: str


@dataclass(frozen=True)
class Flow:
    """One kind of thing, of one record that decides about it.

    :ivar key: which switch of its record it is
    :ivar kind: of what it decides; resources name it as their ``_flow``
    :ivar record: the vendor or Fiken company that has the switch
    :ivar when: when it goes, where somebody can choose that
    :ivar next_at: when it goes next, where that is known, in UTC
    :ivar methods: {value: what is called on the record, where it is not just written}
    :ivar setting: where on the record's page the switch stands: the name of a tab
    """

    key: str
    sequence: int
    label: str
    record: models.BaseModel
    field: str
    value: str | bool
    choices: tuple
    kind: str = ""
    when: str = ""
    next_at: datetime | None = None
    methods: tuple = ()
    setting: str = ""

    @property
    def is_on(self):
        return self.value not in ("off", False)

    @property
    def choice(self):
        return next(one for one in self.choices if one.value == self.value)


def flow_of(record, key, sequence, field, consequences, **more):
    """The flow of a field that is a switch.

    :param consequences: {value: sentence}, of all values the field can have
    """
    described = record._fields[field]
    if described.type == "boolean":
        labels = [(False, record.env._("Off")), (True, record.env._("On"))]
    else:
        labels = described._description_selection(record.env)
    return Flow(
        key=key,
        kind=more.pop("kind", key),
        sequence=sequence,
        label=more.pop("label", None) or described._description_string(record.env),
        record=record,
        field=field,
        value=record[field],
        choices=tuple(
            Choice(value, label, consequences[value]) for value, label in labels
        ),
        **more,
    )
