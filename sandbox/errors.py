"""How Fiken says no: a status and ``{"message": …}``."""


class Refusal(Exception):
    def __init__(self, status: int, message: str):
        super().__init__(message)
        self.status = status
        self.message = message


def bad_request(message: str) -> Refusal:
    return Refusal(400, message)


def not_found(what: str, identity) -> Refusal:
    return Refusal(404, f"No {what} found with provided id: {identity}")


def required(field: str) -> Refusal:
    return bad_request(f"'{field}' er påkrevd")
