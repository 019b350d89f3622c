"""A column of sentences: kept as source and values, read in the reader's language."""

import json
from datetime import datetime

from psycopg2.extras import Json

from odoo import fields
from odoo.fields import Domain
from odoo.tools import SQL
from odoo.tools.misc import get_lang
from odoo.tools.translate import code_translations

from .sentence import SOURCE_LANG, Said, stored

MODULE = "fiken_connector"
# What of a stored sentence nobody reads: names of values, and whose sentence it is.
UNREAD = rf'%\(\w+\)[sd]|"\w+": |"{MODULE}"'


# What stands around an amount in a sentence, and is no part of it.
AROUND = "()“”«»,.;:?!"


class SentenceField(fields.Field):
    """Takes sentences and texts; for who reads it, it is a text like any other.

    Sorted by the source. Searched word by word: in the source, in the values, and in
    what the reader sees of both.
    """

    type = "text"
    _column_type = ("jsonb", "jsonb")
    falsy_value = ""

    # Equal are only those with the same values: no group would be worth its line.
    def _description_groupable(self, env):
        return False

    def convert_to_cache(self, value, record, validate=True):
        return value if isinstance(value, list) else stored(value)

    def convert_to_column(self, value, record, values=None, validate=True):
        return self.to_column(value)

    @staticmethod
    def to_column(value):
        """As a parameter of SQL."""
        value = value if isinstance(value, list) else stored(value)
        return Json(value) if value else None

    def convert_to_record(self, value, record):
        return Said(record.env, value) if value else False

    def convert_to_read(self, value, record, use_display_name=True):
        # A plain text: XML-RPC takes no other.
        return str.__str__(value) if value else False

    def convert_to_write(self, value, record):
        return self.convert_to_cache(value, record) or False

    def _condition_to_sql(self, field_expr, operator, value, model, alias, query):
        column = model._field_to_sql(alias, field_expr, query)
        positive = Domain.NEGATIVE_OPERATORS.get(operator, operator)
        if positive == "in":
            found = self._is_one_of(column, value)
        elif positive.endswith("like"):
            found = self._has_words(model.env, column, str(value))
        else:
            raise ValueError(f"{self} is a sentence: it is not {operator} another")
        if positive == operator:
            return found
        return SQL("NOT COALESCE(%s, FALSE)", found)

    def _is_one_of(self, column, values):
        """Those with these sources; False stands for none."""
        texts = [str(value) for value in values if value]
        parts = [SQL("%s->>0 = ANY(%s)", column, texts)] if texts else []
        if len(texts) < len(values):
            parts.append(SQL("%s IS NULL", column))
        return SQL("(%s)", SQL(" OR ").join(parts)) if parts else SQL("FALSE")

    def _has_words(self, env, column, text):
        """A text that was seen may go from the sentence into a value and back."""
        conditions = [
            self._has_word(env, column, word) for word in text.replace("%", " ").split()
        ]
        if not conditions:
            return SQL("%s IS NOT NULL", column)
        return SQL("(%s)", SQL(" AND ").join(conditions))

    def _has_word(self, env, column, word):
        unaccent = env.registry.unaccent
        kept = unaccent(SQL("regexp_replace(%s::text, %s, '', 'g')", column, UNREAD))
        parts = [
            SQL("%s ILIKE %s", kept, unaccent(SQL("%s", f"%{self._escaped(one)}%")))
            for one in self._writings(env, word)
        ]
        sources = self._sources(env, word)
        if sources:
            parts.append(
                SQL(
                    """EXISTS (SELECT FROM jsonb_path_query(
                           %s, 'strict $.** ? (@.type() == "string")') part
                        WHERE part #>> '{}' = ANY(%s))""",
                    column,
                    sources,
                )
            )
        return SQL("(%s)", SQL(" OR ").join(parts))

    def _escaped(self, word):
        """As it stands in JSON, and in a pattern."""
        quoted = json.dumps(word, ensure_ascii=False)[1:-1]
        return quoted.replace("\\", "\\\\").replace("_", "\\_")

    def _writings(self, env, word):
        """A word, and the amount or the date that it may be in the reader's format."""
        lang = get_lang(env)
        yield word
        number = word.strip(AROUND)
        for separator, here in ((lang.thousands_sep, ""), (lang.decimal_point, ".")):
            number = number.replace(separator, here) if separator else number
        number = number.replace("\N{NO-BREAK SPACE}", "")
        if number != word and number.lstrip("-").replace(".", "").isdigit():
            yield number
        try:
            yield str(datetime.strptime(word, lang.date_format).date())
        except ValueError:
            return

    def _sources(self, env, word):
        """The sources whose translation the reader sees with this word in it."""
        if (env.lang or SOURCE_LANG) == SOURCE_LANG:
            return []
        plain = env.registry.unaccent_python
        sought = plain(word.lower())
        terms = code_translations.get_python_translations(MODULE, env.lang)
        return [
            source for source, term in terms.items() if sought in plain(term.lower())
        ]
