"""What went wrong at Fiken, in words that say what to do."""

from ...fiken_api import errors
from .exceptions import GateBusy, NeedsConsent
from .sentence import _lt, joined

# {cause of a refusal, as fiken_api/errors.py tells it: what a person can do}
CAUSES = {
    "api_module": _lt(
        "The company has not ordered Fiken's API module. In Fiken: Foretak ›"
        " Tilleggstjenester › API. Then press Test Connection on the connection."
    ),
    "module": _lt(
        "The company has not ordered the Fiken module that this needs. In"
        " Fiken: Foretak › Tilleggstjenester."
    ),
    "number_series": _lt(
        "The number series has not been started in Fiken. Start it in Fiken"
        " by choosing the first number, then try again."
    ),
    "bank_account_missing": _lt(
        "Fiken wants a bank account number on the invoice. Choose the bank"
        " account on the shop."
    ),
    "bank_account_unverified": _lt(
        "Fiken has not verified the bank account. Issue one invoice from this"
        " bank account in Fiken, then try again."
    ),
    "vat_registration": _lt(
        "The company is not registered for VAT in Fiken, so only lines"
        " outside the VAT act can be booked."
    ),
    "closed_period": _lt(
        "The period is closed in Fiken, so nothing can be booked on this date."
        " Open the period there and try again, or give the document a later"
        " date in Odoo. The connector never moves a date."
    ),
    "before_start": _lt(
        "The books in Fiken start after this date. What is older was booked in"
        " the former system: mark it Do not send."
    ),
    "account": _lt(
        "Fiken wants an income account on every line. Check the account mapping."
    ),
}


def explain(error):
    """Fiken's refusal in words that say what to do."""
    if isinstance(error, errors.InvalidGrant):
        return _explain_grant(error)
    cause = errors.cause_of(error)
    if cause in CAUSES:
        return joined(CAUSES[cause], fiken_said(error))
    if isinstance(error, errors.NotSent):
        return _lt(
            "Fiken could not be reached. Check the server's internet connection."
            " (%(reason)s)",
            reason=error.message,
        )
    if isinstance(error, errors.Busy) and error.status == 200:
        return _lt(
            "What answered was not Fiken, or its answer was damaged (%(reason)s). If it"
            " stays so, look for a proxy or log-in page in the server's network. It is"
            " tried again later.",
            reason=error.message,
        )
    if isinstance(error, errors.Busy):
        return _lt("Fiken is busy right now. It is tried again later.")
    if isinstance(error, errors.OutcomeUnknown) and not error.status:
        return _lt("No answer came from Fiken. (%(reason)s)", reason=error.message)
    if isinstance(error, errors.Forbidden):
        return _lt(
            "Fiken does not let us in: the company was not ticked at consent, or"
            " the Fiken user lacks the right. Press Reconnect on the connection and"
            " tick the company. Fiken said: %(message)s",
            message=error.message,
        )
    return fiken_said(error)


def explain_to_user(error):
    """Why a click did not work: nobody repeats it but the user."""
    if isinstance(error, GateBusy):
        return _lt(
            "Fiken takes one request at a time and is busy with another one. Try"
            " again in a few seconds."
        )
    if isinstance(error, NeedsConsent):
        return _lt(
            "Fiken no longer accepts our consent. Press Reconnect on the connection to"
            " give it again. (%(reason)s)",
            reason=error.reason,
        )
    if isinstance(error, errors.Busy):
        return _lt(
            "Fiken is busy or did not answer in time. Try again in a minute."
            " (%(reason)s)",
            reason=error.message,
        )
    return explain(error)


def _explain_grant(error):
    if error.status == 401:
        return _lt(
            "Fiken does not know the client id and secret under Settings › Fiken."
            " Copy them anew from your Fiken app. (%(reason)s)",
            reason=error.message,
        )
    return _lt(
        "The consent was withdrawn in Fiken or has expired. (%(reason)s)",
        reason=error.message,
    )


def fiken_said(error):
    return _lt(
        "Fiken said: %(message)s (%(status)s)",
        message=error.message,
        status=error.status or "-",
    )
