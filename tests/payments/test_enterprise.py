"""All tests of payments once more, with Odoo Enterprise's accounting."""

from importlib import import_module
from pathlib import Path

from .enterprise import EnterpriseMixin
from .paying import PaymentCase


def files():
    """The modules beside this one: a new one is covered without being named here."""
    for path in sorted(Path(__file__).parent.glob("test_*.py")):
        if path.stem != Path(__file__).stem:
            yield import_module(f".{path.stem}", __package__)


def made():
    """{name: class} of each class of those files, on Enterprise."""
    cases = [
        case
        for file in files()
        for case in vars(file).values()
        if isinstance(case, type)
        and issubclass(case, PaymentCase)
        and not issubclass(case, EnterpriseMixin)
        and case.__module__ == file.__name__
    ]
    return {
        (name := f"{case.__name__}Enterprise"): type(
            name,
            (EnterpriseMixin, case),
            {"__module__": __name__, "__qualname__": name},
        )
        for case in cases
    }


globals().update(made())
