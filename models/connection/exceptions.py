"""Why Fiken was not asked at all: nothing of the request went out."""


class GateBusy(Exception):
    """Somebody else's request held the gate for too long."""


class NeedsConsent(Exception):
    """The Fiken user must connect again; nothing can be sent until then."""
