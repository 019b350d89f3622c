"""What request bodies are made of, and what is wrong with one."""

import re
from decimal import Decimal
from typing import Annotated, Any, ClassVar, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
)

from .dates import is_date
from .money import RATES

# More than any company has, and small enough that sums of thousands still are numbers
# that SQLite and JSON's readers know.
MOST = 10**13
MANY = 10**9
MOST_DECIMALS = 30


def _date(text: str) -> str:
    if not is_date(text):
        raise ValueError("expected a date yyyy-MM-dd")
    return text


def _currency(code: str) -> str:
    if not re.fullmatch("[A-Z]{3}", code) or code not in RATES:
        raise ValueError(f"unknown currency {code}")
    return code


def _kid(text: str) -> str:
    if not re.fullmatch(r"\d{2,25}", text):
        raise ValueError("a KID has 2 to 25 digits")
    return text


def _uuid(text: str) -> str:
    if not is_uuid(text):
        raise ValueError("expected 8-4-4-4-12 hexadecimal digits")
    return text


def is_uuid(text: str) -> bool:
    return bool(
        re.fullmatch(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}", text)
    )


def _number(value):
    """A JSON number, with or without fractions; pydantic would take texts as well."""
    if type(value) in (int, float):
        value = Decimal(str(value))
    if not isinstance(value, Decimal) or not value.is_finite():
        raise ValueError("expected a number")
    if value.as_tuple().exponent < -MOST_DECIMALS:
        raise ValueError("expected fewer decimals")
    return value


def _account(code):
    """Clients send 3000 as a number too."""
    return str(code) if type(code) is int else code


def _whole(amount):
    """Fractions of unit prices are ignored."""
    if isinstance(amount, Decimal | float) and abs(amount) <= MOST:
        return int(amount)
    return amount


class Body(BaseModel):
    """A request body. Its names are Fiken's; what a model does not name is dropped, or
    refused in strict mode.
    """

    model_config = ConfigDict(extra="ignore", strict=True)

    # optional fields that may be null
    nullable: ClassVar[frozenset[str]] = frozenset()


Date = Annotated[str, AfterValidator(_date)]
Currency = Annotated[str, AfterValidator(_currency)]
Kid = Annotated[str, AfterValidator(_kid)]
Ore = Annotated[int, Field(ge=-MOST, le=MOST)]
UnitPrice = Annotated[Ore, BeforeValidator(_whole)]
Account = Annotated[str, BeforeValidator(_account)]
Uuid = Annotated[str, AfterValidator(_uuid)]
Id = Annotated[int, Field(ge=0, lt=2**63)]
Int32 = Annotated[int, Field(ge=-(2**31), lt=2**31)]
Number = Annotated[Decimal, BeforeValidator(_number), Field(ge=-MANY, le=MANY)]
Percent = Annotated[Decimal, BeforeValidator(_number), Field(ge=0, le=100)]
Text200 = Annotated[str, StringConstraints(max_length=200)]
Text500 = Annotated[str, StringConstraints(max_length=500)]
RoundingType = Literal[
    "none", "round_half", "round_whole", "round_down_half", "round_down_whole"
]
# Read-only fields, which clients that read, merge and write send back.
Ignored = Any


def unknown_fields(model: type[Body], data: dict) -> list[str]:
    return [
        where + name
        for where, of, part in _parts(model, data)
        for name in part
        if name not in _fields(of)
    ]


def null_fields(model: type[Body], data: dict) -> list[str]:
    """What is null although Fiken's document does not say that it may be."""
    return [
        where + name
        for where, of, part in _parts(model, data)
        for name, info in _fields(of).items()
        if part.get(name, name) is None
        and name not in of.nullable
        and info.annotation is not Ignored
    ]


def _parts(model: type[Body], data: dict, where: str = ""):
    """The body and the objects in it: (where it is, its model, the object)."""
    yield where, model, data
    for name, info in _fields(model).items():
        inner = _inner_model(info.annotation)
        value = data.get(name)
        if inner and isinstance(value, dict):
            yield from _parts(inner, value, f"{where}{name}.")
        for index, item in enumerate(value if isinstance(value, list) else ()):
            if inner and isinstance(item, dict):
                yield from _parts(inner, item, f"{where}{name}[{index}].")


def _fields(model: type[Body]) -> dict:
    return {info.alias or name: info for name, info in model.model_fields.items()}


def _inner_model(annotation) -> type[Body] | None:
    if isinstance(annotation, type) and issubclass(annotation, Body):
        return annotation
    for part in getattr(annotation, "__args__", ()):
        inner = _inner_model(part)
        if inner:
            return inner
    return None


def problems(error: ValidationError) -> list[str]:
    found = error.errors(include_url=False, include_context=False)
    return [_in_words(problem) for problem in found]


def _in_words(problem) -> str:
    where = ""
    for part in problem["loc"]:
        where += (
            f"[{part}]" if isinstance(part, int) else f".{part}" if where else str(part)
        )
    if problem["type"] == "missing":
        return f"'{where}' er påkrevd"
    return f"Invalid value for '{where}': {problem['msg']}"
