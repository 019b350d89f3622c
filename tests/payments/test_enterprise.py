"""All tests of payments once more, with Odoo Enterprise's accounting."""

from . import (
    test_bank_line,
    test_bank_line_from_fiken,
    test_branch,
    test_payment_from_fiken,
    test_payment_from_fiken_unclear,
    test_payment_to_fiken,
    test_payment_to_fiken_undone,
    test_till,
)
from .enterprise import EnterpriseMixin
from .paying import PaymentCase

ODOO_FILES = (
    test_bank_line,
    test_bank_line_from_fiken,
    test_branch,
    test_payment_from_fiken,
    test_payment_from_fiken_unclear,
    test_payment_to_fiken,
    test_payment_to_fiken_undone,
    test_till,
)


def made():
    """{name: class} of each class of those files, on Enterprise."""
    cases = [
        case
        for file in ODOO_FILES
        for case in vars(file).values()
        if isinstance(case, type)
        and issubclass(case, PaymentCase)
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
