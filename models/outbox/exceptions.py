"""What ends a job's turn before its request goes out, and how."""


class NotYet(Exception):
    """What must be known first is being read; the job is as due as before."""


class MissingSetting(Exception):
    """A setting is missing; saving ``setting`` lets the job try again.

    :ivar lacks: the record that has none there, where it is one of many
    """

    def __init__(self, message, setting, lacks=None):
        super().__init__(message)
        self.message = message
        self.setting = setting
        self.lacks = lacks


class NeedsReview(Exception):
    """It cannot be sent like this; a person must look.

    :ivar values: of the job, for what helps them to decide
    """

    def __init__(self, message, **values):
        super().__init__(message)
        self.message = message
        self.values = values


class NothingToSend(Exception):
    """There is nothing to send, and that is right; ``message`` says why."""

    def __init__(self, message=""):
        super().__init__(message)
        self.message = message


class WaitsFor(Exception):
    """Another record must be in Fiken first, or another part of the same."""

    def __init__(self, strategy, record, vendor, part=None):
        super().__init__()
        self.strategy = strategy
        self.record = record
        self.vendor = vendor
        self.part = part
