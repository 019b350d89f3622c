"""Sentences that are kept, and said in the language of who reads them.

    raise NeedsReview(_lt("%(name)s is %(sum)s.", name=move.name, sum=Amount(1250)))

What is kept is the source sentence and its values. Dates and amounts among these are
written in the reader's format; another sentence among them is said in their language.
"""

from datetime import date, datetime
from typing import NamedTuple

from odoo.fields import Date, Datetime
from odoo.tools import LazyTranslate, format_date, format_datetime
from odoo.tools.misc import get_lang
from odoo.tools.translate import LazyGettext, get_translation

SOURCE_LANG = "en_US"


class Amount(NamedTuple):
    """A sum of money; as a value of a sentence it is written as its reader does.

    :ivar ore: in 1/100 of the currency
    :ivar symbol: of the currency, where the sentence does not name it
    """

    ore: int
    symbol: str = ""
    symbol_before: bool = False
    digits: int = 2

    @classmethod
    def of(cls, currency, amount):
        """An amount of a currency, with its symbol."""
        return cls(
            round(amount * 100),
            currency.symbol or currency.name,
            currency.position == "before",
            currency.decimal_places,
        )


class Moment(NamedTuple):
    """A time of day as it is in a time zone, else in the reader's."""

    at: datetime
    tz: str = ""


class Sentence(LazyGettext):
    """A source sentence and its values; ``say`` translates it."""

    __slots__ = ("source", "values")

    def __init__(self, source, /, *args, **kwargs):
        super().__init__(source, *args, **kwargs)
        self.source = source
        self.values = self._args

    @property
    def stored(self):
        """As it is kept: of a fixed length, so that the source comes first in order."""
        args = self.values
        if isinstance(args, dict):
            args = {name: _value_stored(value) for name, value in args.items()}
        else:
            args = [_value_stored(value) for value in args]
        return [_clean(self.source), args or None, self._module]

    def _translate(self, lang=""):
        """For Odoo's own ``env._``, which knows no formats."""
        return say(None, self, lang or SOURCE_LANG)

    def __add__(self, other):
        """Added to a text it would be translated already: use ``joined``."""
        return NotImplemented

    __radd__ = __add__


class Sentences:
    """Several of them, one after the other."""

    def __init__(self, parts, separator):
        self.parts, self.separator = parts, separator

    @property
    def stored(self):
        parts = [stored(part) for part in self.parts]
        return [parts[0][0], parts, {"joined": self.separator}]

    def __str__(self):
        return say(None, self)


class Said(str):
    """What was kept, in its reader's words; written again, it is kept as it was."""

    __slots__ = ("stored",)

    def __new__(cls, env, kept):
        said = super().__new__(cls, say(env, kept))
        said.stored = kept
        return said


class LazySentence(LazyTranslate):
    """Makes sentences of a module: ``_lt = LazySentence(__name__)``."""

    def __call__(self, source, /, *args, **kwargs):
        return Sentence(
            source,
            *args,
            _module=self.module,
            _default_lang=self.default_lang,
            **kwargs,
        )


# What the texts of this addon are written with; Odoo's export looks for this name.
_lt = LazySentence(__name__)


def joined(*parts, separator="\n"):
    """What there is of these sentences as one; '' of none."""
    parts = [part for part in parts if part]
    if len(parts) < 2:
        return parts[0] if parts else ""
    return Sentences(parts, separator)


def stored(sentence):
    """A sentence, or a plain text, as JSON; None of nothing."""
    if hasattr(sentence, "stored"):
        return sentence.stored
    if isinstance(sentence, Amount | Moment | date):
        return ["%s", [_value_stored(sentence)], _lt.module]
    return [_clean(str(sentence)), None, None] if sentence else None


def say(env, sentence, lang=""):
    """A sentence, a text, or what was stored of one, in the language of an environment.

    :param env: whose formats hold; None for values as they are kept
    """
    kept = sentence if isinstance(sentence, list) else stored(sentence)
    if not kept:
        return ""
    lang = (env and env.lang) or lang or SOURCE_LANG
    # A value at its end may be empty.
    return _say(env, kept, lang).strip()


def _say(env, kept, lang):
    source, args, kind = kept
    if kind is None:
        return source
    if isinstance(kind, dict):
        return kind["joined"].join(_say(env, part, lang) for part in args)
    if isinstance(args, dict):
        args = {name: _value_said(env, value, lang) for name, value in args.items()}
    else:
        args = tuple(_value_said(env, value, lang) for value in args or ())
    return get_translation(kind, lang, source, args)


def _clean(text):
    """PostgreSQL keeps neither NUL nor half a character."""
    return text.replace("\0", "").encode("utf-8", "replace").decode()


def _value_stored(value):
    if isinstance(value, Amount):
        return {"amount": f"{value.ore / 100:.2f}", "format": list(value[1:])}
    if isinstance(value, Moment):
        return {"at": Datetime.to_string(value.at), "tz": value.tz}
    if hasattr(value, "stored"):
        return value.stored
    if isinstance(value, datetime):
        return {"at": Datetime.to_string(value), "tz": ""}
    if isinstance(value, date):
        return {"date": Date.to_string(value)}
    if isinstance(value, list | tuple | set):
        return {"list": [_value_stored(one) for one in value]}
    if isinstance(value, bool | int | float):
        return value
    return _clean(str(value))


def _value_said(env, value, lang):
    if isinstance(value, list):
        return _say(env, value, lang)
    if not isinstance(value, dict):
        return value
    if "list" in value:
        # Odoo joins a list as the language does.
        return [str(_value_said(env, one, lang)) for one in value["list"]]
    if "amount" in value:
        return _amount_said(env, value, lang)
    if "date" in value:
        return format_date(env, value["date"], lang) if env else value["date"]
    if not env:
        return value["at"]
    at = Datetime.to_datetime(value["at"])
    return format_datetime(env, at, value["tz"] or False, "short", lang)


def _amount_said(env, value, lang):
    symbol, is_before, digits = value["format"]
    amount = float(value["amount"])
    if env:
        reader = env["res.lang"].browse(get_lang(env, lang).id)
        number = reader.format(f"%.{digits}f", amount, grouping=True)
    else:
        number = f"{amount:.{digits}f}"
    # An amount is one word, whatever separates its thousands.
    number = number.replace(" ", "\N{NO-BREAK SPACE}")
    if not symbol:
        return number
    parts = (symbol, number) if is_before else (number, symbol)
    return "\N{NO-BREAK SPACE}".join(parts)
