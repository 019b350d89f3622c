"""What can go wrong between us and Fiken, sorted by what it means for a write.

The one question that matters after a failed write is whether Fiken booked it
(fiken-api.md §2.1, §9): each class below answers it.
"""


class FikenError(Exception):
    """Any failure of a call. ``message`` is Fiken's own sentence where it gave one.

    :ivar bool may_still_run: our own time-out: Fiken may be working on it yet
    """

    may_still_run = False

    def __init__(self, message, status=None, request_id=None):
        super().__init__(message)
        self.message = message
        self.status = status
        self.request_id = request_id


class NotSent(FikenError):
    """No connection was made: nothing reached Fiken, trying again is safe."""


class Busy(FikenError):
    """429 or 423, or a read without a usable answer: nothing was done, ask later."""


class NotReady(Busy):
    """What was asked for is not there yet, though Fiken answers well: ask later."""


class OutcomeUnknown(FikenError):
    """The request went out and no trustworthy answer came back.

    Time-outs, broken connections, 408, 425 and every 5xx: Fiken answers some plain
    refusals with 500, and may have booked before a 500 (fiken-api.md §2.1).
    """


class Refused(FikenError):
    """A plain 4xx: Fiken did nothing and will answer the same again."""


class NotFound(Refused):
    """404: the record, or the company, is not there (any more)."""


class Unauthorized(Refused):
    """401: token expired, withdrawn or wrong, or a number series never started."""


class Forbidden(Refused):
    """403: the API module is missing, a right is missing, a bank account unverified."""


class ApiModuleMissing(Forbidden):
    """403 on every path of a company that has not ordered Fiken's API module."""


class ModuleMissing(Refused):
    """402: an add-on module, such as projects, is not ordered."""


class InvalidGrant(FikenError):
    """The OAuth code or refresh token is used up, too old or withdrawn (§1.3)."""


# Fragments of Fiken's refusals that are known from real companies (§2.2) and the
# cause they stand for. Only status and fragment are relied on, never the sentence.
CAUSES = (
    (403, "api module not activated", "api_module"),
    (402, "module not activated", "module"),
    (401, "counter not initialized", "number_series"),
    (400, "missing number series", "number_series"),
    (409, "counter", "number_series"),
    (500, "kontonummer mangler", "bank_account_missing"),
    (403, "bank account number null", "bank_account_missing"),
    (403, "has not been verified", "bank_account_unverified"),
    (400, "company is not vat registered", "vat_registration"),
    (400, "incomeaccount is required", "account"),
    # How Fiken words these two is not known (§13 no. 9): what it said is always shown.
    (400, "er lukket", "closed_period"),
    (400, "er låst", "closed_period"),
    (400, "er avsluttet", "closed_period"),
    (400, "period is closed", "closed_period"),
    (400, "period is locked", "closed_period"),
    (400, "før regnskapet starter", "before_start"),
)


def cause_of(error):
    """The known cause of a refusal, or '' (fiken-api.md §2.2).

    :param FikenError error:
    :return: one of the words in ``CAUSES``, or an empty string
    """
    text = str(error.message or "").lower()
    for status, fragment, cause in CAUSES:
        if error.status == status and fragment in text:
            return cause
    return ""


def error_for(status, message, request_id=None, writing=True):
    """The exception for an HTTP status that is not a success.

    :param int status: what Fiken answered
    :param str message: Fiken's sentence
    :param bool writing: whether the request may have changed something at Fiken
    :return: an instance of the matching :class:`FikenError`
    """
    classes = {
        401: Unauthorized,
        402: ModuleMissing,
        403: Forbidden,
        404: NotFound,
        423: Busy,
        429: Busy,
    }
    if status == 403 and "api module not activated" in (message or "").lower():
        error_class = ApiModuleMissing
    elif status in classes:
        error_class = classes[status]
    elif status in (408, 425) or status >= 500:
        error_class = OutcomeUnknown if writing else Busy
    else:
        error_class = Refused
    return error_class(message, status=status, request_id=request_id)
