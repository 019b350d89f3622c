"""The state: records as JSON documents in SQLite, plus postings, the chart of accounts
and number series.
"""

import json
import sqlite3
import time
from decimal import Decimal

from .dates import today

# Fiken's ids are beyond 32 bits since long; one sequence for everything, so that no id
# ever fits two kinds.
FIRST_ID = 14_463_888_105

SCHEMA = """
CREATE TABLE IF NOT EXISTS sequence (value INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS record (
    id INTEGER PRIMARY KEY, company TEXT NOT NULL, kind TEXT NOT NULL,
    created TEXT NOT NULL, modified TEXT NOT NULL, born REAL NOT NULL,
    body TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS record_kind ON record (company, kind, id);
CREATE TABLE IF NOT EXISTS company (slug TEXT PRIMARY KEY, body TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS account (
    company TEXT, code TEXT, name TEXT NOT NULL, PRIMARY KEY (company, code)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS counter (
    company TEXT, name TEXT, value INTEGER NOT NULL, PRIMARY KEY (company, name)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS posting (
    entry INTEGER NOT NULL, company TEXT NOT NULL, account TEXT NOT NULL,
    date TEXT NOT NULL, amount INTEGER NOT NULL, vat_code TEXT
);
CREATE INDEX IF NOT EXISTS posting_account ON posting (company, account, date, amount);
CREATE INDEX IF NOT EXISTS posting_entry ON posting (entry);
CREATE TABLE IF NOT EXISTS file (
    uuid TEXT PRIMARY KEY, company TEXT, filename TEXT, content BLOB NOT NULL
);
CREATE TABLE IF NOT EXISTS user (email TEXT PRIMARY KEY, name TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS consent (
    id INTEGER PRIMARY KEY, user TEXT, client TEXT, companies TEXT NOT NULL,
    UNIQUE (user, client)
);
CREATE TABLE IF NOT EXISTS code (
    code TEXT PRIMARY KEY, consent INTEGER, redirect TEXT, expires REAL,
    used INTEGER DEFAULT 0
);
CREATE TABLE IF NOT EXISTS access (
    token TEXT PRIMARY KEY, consent INTEGER NOT NULL, expires REAL
);
CREATE TABLE IF NOT EXISTS refresh (
    token TEXT PRIMARY KEY, consent INTEGER NOT NULL
);
"""

# Fields by which clients find their records again: each lookup must stay quick with
# many thousand records.
KEYS = (
    "name",
    "email",
    "organizationNumber",
    "memberNumberString",
    "productNumber",
    "number",
    "uuid",
    "invoiceDraftUuid",
    "creditNoteDraftUuid",
    "orderReference",
    "saleNumber",
    "transactionId",
    "saleId",
    "date",
)
FOLDED = ("name", "email", "organizationNumber")

TABLES = (
    "record company account counter posting file "
    "user consent code access refresh sequence"
).split()


def field(name: str) -> str:
    """SQL for one field of a record's document."""
    return f"json_extract(body, '$.{name}')"


def folded(name: str) -> str:
    return f"fold({field(name)})"


def _plain(value):
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    raise TypeError(type(value))


dumps = json.JSONEncoder(
    default=_plain, ensure_ascii=False, separators=(",", ":")
).encode

# Decimals stay exact on their way through.
loads = json.JSONDecoder(parse_float=Decimal).decode


def _number(text: str) -> Decimal:
    number = Decimal(text)
    if abs(number.adjusted()) > 300:
        raise ValueError(f"{text} is out of range")
    return number


def _constant(name: str):
    raise ValueError(f"{name} is no JSON")


_foreign = json.JSONDecoder(parse_float=_number, parse_constant=_constant).decode


def read_json(raw: bytes):
    """What a client sent.

    :raise ValueError: not JSON, or nothing that could be kept: too large, too deep,
        half of a surrogate pair
    """
    try:
        data = _foreign(raw.decode())
        json.dumps(data, ensure_ascii=False, default=str).encode()
    except (ArithmeticError, RecursionError) as error:
        raise ValueError(str(error)) from None
    return data


class Record(dict):
    """One document with its identity. The dict is what is stored; the attributes are
    Fiken's own.
    """

    __slots__ = ("id", "company", "kind", "created", "modified")

    def __init__(self, row, body):
        super().__init__(body)
        self.id, self.company, self.kind, self.created, self.modified = row


class Store:
    def __init__(self, path: str | None = None):
        self.db = sqlite3.connect(
            path or ":memory:",
            isolation_level=None,
            check_same_thread=False,
            cached_statements=500,
        )
        self.db.create_function(
            "fold", 1, lambda text: text and str(text).casefold(), deterministic=True
        )
        if path:
            self.db.execute("PRAGMA journal_mode = WAL")
            self.db.execute("PRAGMA synchronous = OFF")
        self.db.executescript(SCHEMA)
        for name in KEYS:
            expression = folded(name) if name in FOLDED else field(name)
            self.db.execute(
                f"CREATE INDEX IF NOT EXISTS record_{name} "
                f"ON record (company, kind, {expression}) "
                f"WHERE {expression} IS NOT NULL"
            )

    # -- transactions ------------------------------------------------------------------

    def begin(self) -> None:
        self.db.execute("BEGIN")

    def commit(self) -> None:
        self.db.execute("COMMIT")

    def rollback(self) -> None:
        self.db.execute("ROLLBACK")

    def empty(self, keep: tuple = ()) -> None:
        for table in TABLES:
            if table not in keep:
                self.db.execute(f"DELETE FROM {table}")

    def is_empty(self) -> bool:
        return self.db.execute("SELECT 1 FROM company").fetchone() is None

    # -- numbers -----------------------------------------------------------------------

    def next_id(self) -> int:
        row = self.db.execute(
            "UPDATE sequence SET value = value + 1 RETURNING value"
        ).fetchone()
        if row is None:
            self.db.execute("INSERT INTO sequence VALUES (?)", (FIRST_ID,))
            return FIRST_ID
        return row[0]

    def counter(self, company: str, name: str) -> int | None:
        row = self.db.execute(
            "SELECT value FROM counter WHERE company = ? AND name = ?", (company, name)
        ).fetchone()
        return row and row[0]

    def set_counter(self, company: str, name: str, value: int) -> None:
        self.db.execute(
            "INSERT OR REPLACE INTO counter VALUES (?, ?, ?)", (company, name, value)
        )

    def next_number(self, company: str, name: str) -> int:
        return self.db.execute(
            "UPDATE counter SET value = value + 1 "
            "WHERE company = ? AND name = ? RETURNING value",
            (company, name),
        ).fetchone()[0]

    # -- records -----------------------------------------------------------------------

    _COLUMNS = "id, company, kind, created, modified, body"

    def insert(
        self, company: str, kind: str, body: dict, identity: int | None = None
    ) -> Record:
        day = today()
        row = (identity or self.next_id(), company, kind, day, day)
        self.db.execute(
            "INSERT INTO record VALUES (?, ?, ?, ?, ?, ?, ?)",
            (*row, time.time(), dumps(body)),
        )
        return Record(row, body)

    def get(self, company: str, kind: str, identity: int) -> Record | None:
        if identity is None or identity >= 2**63:
            return None
        row = self.db.execute(
            f"SELECT {self._COLUMNS} FROM record "
            "WHERE id = ? AND company = ? AND kind = ?",
            (identity, company, kind),
        ).fetchone()
        return row and self._record(row)

    def save(self, record: Record) -> None:
        record.modified = today()
        self.db.execute(
            "UPDATE record SET created = ?, modified = ?, body = ? WHERE id = ?",
            (record.created, record.modified, dumps(record), record.id),
        )

    def redate(self, record: Record, created: str, modified: str) -> None:
        self.db.execute(
            "UPDATE record SET created = ?, modified = ? WHERE id = ?",
            (created, modified, record.id),
        )

    def delete(self, record: Record) -> None:
        self.db.execute("DELETE FROM record WHERE id = ?", (record.id,))

    def find(
        self, company: str, kind: str, where: str = "1", values=(), order: str = "id"
    ) -> list[Record]:
        return self.page(company, kind, where, values, order, 0, -1)

    def page(self, company, kind, where, values, order, page, size) -> list[Record]:
        rows = self.db.execute(
            f"SELECT {self._COLUMNS} FROM record WHERE company = ? AND kind = ? "
            f"AND {where} ORDER BY {order} LIMIT ? OFFSET ?",
            (company, kind, *values, size, max(page * size, 0)),
        )
        return [self._record(row) for row in rows]

    def count(self, company: str, kind: str, where: str = "1", values=()) -> int:
        return self.db.execute(
            f"SELECT COUNT(*) FROM record WHERE company = ? AND kind = ? AND {where}",
            (company, kind, *values),
        ).fetchone()[0]

    @staticmethod
    def _record(row) -> Record:
        return Record(row[:5], loads(row[5]))

    # -- companies and accounts --------------------------------------------------------

    def companies(self) -> list[dict]:
        return [
            loads(body)
            for (body,) in self.db.execute("SELECT body FROM company ORDER BY rowid")
        ]

    def company(self, slug: str) -> dict | None:
        row = self.db.execute(
            "SELECT body FROM company WHERE slug = ?", (slug,)
        ).fetchone()
        return row and loads(row[0])

    def save_company(self, company: dict) -> None:
        self.db.execute(
            "INSERT INTO company VALUES (?, ?) "
            "ON CONFLICT (slug) DO UPDATE SET body = excluded.body",
            (company["slug"], dumps(company)),
        )

    def add_account(self, company: str, code: str, name: str) -> None:
        self.db.execute(
            "INSERT OR REPLACE INTO account VALUES (?, ?, ?)", (company, code, name)
        )

    def account_name(self, company: str, code: str) -> str | None:
        row = self.db.execute(
            "SELECT name FROM account WHERE company = ? AND code = ?", (company, code)
        ).fetchone()
        return row and row[0]

    def accounts(self, company: str) -> list[tuple[str, str]]:
        return self.db.execute(
            "SELECT code, name FROM account WHERE company = ? ORDER BY code", (company,)
        ).fetchall()

    # -- postings ----------------------------------------------------------------------

    def add_postings(self, rows) -> None:
        self.db.executemany("INSERT INTO posting VALUES (?, ?, ?, ?, ?, ?)", rows)

    def drop_postings(self, entry: int) -> None:
        self.db.execute("DELETE FROM posting WHERE entry = ?", (entry,))

    def balance(self, company: str, account: str, date: str) -> int:
        return self.db.execute(
            "SELECT COALESCE(SUM(amount), 0) FROM posting "
            "WHERE company = ? AND account = ? AND date <= ?",
            (company, account, date),
        ).fetchone()[0]

    def balances(self, company: str, date: str = "9999-12-31") -> dict[str, int]:
        return dict(
            self.db.execute(
                "SELECT account, SUM(amount) FROM posting "
                "WHERE company = ? AND date <= ? GROUP BY account",
                (company, date),
            ).fetchall()
        )

    def has_postings(self, company: str, account: str | None) -> bool:
        query = "SELECT 1 FROM posting WHERE company = ? AND account = ? LIMIT 1"
        return self.db.execute(query, (company, account)).fetchone() is not None

    # -- files -------------------------------------------------------------------------

    def add_file(self, uuid: str, company: str, filename: str, content: bytes) -> None:
        self.db.execute(
            "INSERT INTO file VALUES (?, ?, ?, ?)", (uuid, company, filename, content)
        )

    def file(self, uuid: str) -> tuple[str, str, bytes] | None:
        return self.db.execute(
            "SELECT company, filename, content FROM file WHERE uuid = ?", (uuid,)
        ).fetchone()
