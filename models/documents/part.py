"""What a part says: which object in Fiken a file is attached to."""

from dataclasses import dataclass


@dataclass(frozen=True)
class FilePart:
    """A file of one object in Fiken: ``sale/12``, or ``sale_draft/12/345``.

    :ivar resource: that carried the document there
    :ivar remote_id: of what it is there
    :ivar job: what attached it, where one file takes the place of another
    """

    resource: str
    remote_id: str
    job: str = ""

    def __str__(self):
        return "/".join(filter(None, (self.resource, self.remote_id, self.job)))

    @classmethod
    def parse(cls, part):
        return cls(*part.split("/"))
