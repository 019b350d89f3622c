"""What a part says, where one record has several objects in Fiken."""

from dataclasses import dataclass

DOUBLE = "double-"


@dataclass(frozen=True)
class Double:
    """A contact that Odoo made in Fiken before somebody said that it is another one.

    :ivar remote_id: of the one that Odoo made
    """

    remote_id: str

    def __str__(self):
        return f"{DOUBLE}{self.remote_id}"

    @classmethod
    def parse(cls, part):
        """:raise ValueError: it is another kind of part"""
        if not part.startswith(DOUBLE):
            raise ValueError(part)
        return cls(part.removeprefix(DOUBLE))
