"""Numbers and names as they are compared, here and in the database."""

import re

from odoo.tools import SQL

# What is no part of a company's name, and tells that it is one.
LEGAL_FORMS = (
    "as|asa|ans|da|ba|sa|enk|nuf|ks|iks|kf|sf|ab|oy|aps|gmbh|ltd|limited|inc|llc|bv"
)
# PostgreSQL knows only English capitals where that is how it was set up.
CAPITALS, SMALL = "ÆØÅÄÖÜÉÈ", "æøåäöüéè"


def number_key(text):
    """A number as it is compared: without spaces, dots, *NO*, *MVA*; None if empty."""
    key = re.sub(r"[^A-Z0-9]", "", (text or "").upper())
    return re.sub(r"^NO(?=\d)|(?<=\d)MVA$", "", key) or None


def number_key_sql(column):
    """The same in the database."""
    return SQL(
        r"NULLIF(regexp_replace(regexp_replace(upper(%s), '[^A-Z0-9]', '', 'g'),"
        r" '^NO(?=\d)|(?<=\d)MVA$', '', 'g'), '')",
        column,
    )


def name_key(text):
    """A name as it is compared: case and spaces make no difference; None if empty."""
    return " ".join((text or "").lower().split()) or None


def name_key_sql(name):
    """A name as it is compared in the database: without capitals and signs."""
    return SQL(
        r"""NULLIF(btrim(regexp_replace(regexp_replace(
                lower(translate(normalize(%s, NFKC), %s, %s)),
                '[./´`’'']', '', 'g'), '[\s,;:&+"()_–-]+', ' ', 'g')), '')""",
        name,
        CAPITALS,
        SMALL,
    )


def company_key_sql(name):
    """The same of who may be a company: *Kaffe AS* is *KAFFE A/S*."""
    return SQL("regexp_replace(%s, %s, '')", name_key_sql(name), f" ({LEGAL_FORMS})$")


def is_company_name(name):
    """Whether a name says that it is a company's."""
    signs = re.sub(r"[./]", "", name or "").lower()
    return bool(re.search(rf"\s({LEGAL_FORMS})\s*$", signs))


def is_company_name_sql(name):
    """The same in the database."""
    return SQL("COALESCE(%s ~ %s, FALSE)", name_key_sql(name), f" ({LEGAL_FORMS})$")
