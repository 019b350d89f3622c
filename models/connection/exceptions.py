"""What ends before a request goes out, or before a consent is taken."""


class GateBusy(Exception):
    """Somebody else's request held the gate for too long."""


class NeedsConsent(Exception):
    """The Fiken user must connect again; nothing can be sent until then.

    :ivar reason: a sentence, or what Fiken said
    """

    def __init__(self, reason):
        super().__init__(reason)
        self.reason = reason


class WrongConsent(Exception):
    """It does not open the companies whose books are kept with it.

    :ivar connection: which goes on as it was
    """

    def __init__(self, message, connection):
        super().__init__(message)
        self.connection = connection
