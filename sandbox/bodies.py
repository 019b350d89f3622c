"""What request bodies are made of, and what is wrong with one."""

import re
from decimal import Decimal
from typing import Annotated, Any, Literal

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


def _account(code):
    """Clients send 3000 as a number too."""
    return str(code) if type(code) is int else code


def _whole(amount):
    """Fractions of unit prices are ignored."""
    return int(amount) if isinstance(amount, Decimal) and amount.is_finite() else amount


class Body(BaseModel):
    """A request body. Its names are Fiken's; what a model does not name is dropped, or
    refused in strict mode.
    """

    model_config = ConfigDict(extra="ignore", strict=True)


Date = Annotated[str, AfterValidator(_date)]
Currency = Annotated[str, AfterValidator(_currency)]
Kid = Annotated[str, AfterValidator(_kid)]
Ore = Annotated[int, Field(ge=-(2**53), le=2**53)]
UnitPrice = Annotated[Ore, BeforeValidator(_whole)]
Account = Annotated[str, BeforeValidator(_account)]
Id = Annotated[int, Field(ge=0, lt=2**63)]
Number = Annotated[Decimal, Field(strict=False, allow_inf_nan=False)]
Percent = Annotated[Decimal, Field(strict=False, ge=0, le=100)]
Text200 = Annotated[str, StringConstraints(max_length=200)]
Text500 = Annotated[str, StringConstraints(max_length=500)]
RoundingType = Literal[
    "none", "round_half", "round_whole", "round_down_half", "round_down_whole"
]
# Read-only fields, which clients that read, merge and write send back.
Ignored = Any


def unknown_fields(model: type[BaseModel], data: dict, prefix: str = "") -> set[str]:
    fields = {info.alias or name: info for name, info in model.model_fields.items()}
    unknown = {prefix + name for name in data if name not in fields}
    for name, info in fields.items():
        inner = _inner_model(info.annotation)
        if inner is None:
            continue
        value = data.get(name)
        if isinstance(value, dict):
            unknown |= unknown_fields(inner, value, f"{prefix}{name}.")
        for index, item in enumerate(value if isinstance(value, list) else ()):
            if isinstance(item, dict):
                unknown |= unknown_fields(inner, item, f"{prefix}{name}[{index}].")
    return unknown


def _inner_model(annotation) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
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
