"""How Fiken says no."""

import uuid
from collections.abc import Sequence


class Refusal(Exception):
    """A status and a message.

    :param problems: what is wrong with a body, one by one; the message is the first
    """

    def __init__(self, status: int, message: str, problems: Sequence[str] = ()):
        super().__init__(message)
        self.status = status
        self.message = message
        self.problems = problems


def bad_request(message: str) -> Refusal:
    return Refusal(400, message)


def invalid(problems: Sequence[str]) -> Refusal:
    return Refusal(400, problems[0], problems)


def not_found(what: str, identity) -> Refusal:
    return Refusal(404, f"No {what} found with provided id: {identity}")


def required(field: str) -> Refusal:
    return bad_request(f"'{field}' er påkrevd")


def error_body(message: str, shape: str, problems: Sequence[str] = ()):
    """The body of a refusal: ``{"message": …}``, or a list of one with a ``logref``,
    whose message names every problem.
    """
    if shape == "object":
        return {"message": message}
    if problems:
        message = "Feil ved validering av data: " + "".join(
            f"{problem}. " for problem in problems
        )
    return [{"logref": str(uuid.uuid4()), "message": message}]
