"""Users, their consents to apps, and tokens."""

import secrets
import time
from dataclasses import dataclass

from .store import Store, dumps, loads

CLIENT_ID, CLIENT_SECRET = "sandbox-client", "sandbox-secret"
PERSONAL_TOKEN = "sandbox-token"


@dataclass(frozen=True)
class Caller:
    """Who stands behind a bearer token, and which companies the token opens (None:
    all).
    """

    token: str
    email: str
    name: str
    client: str
    companies: frozenset | None

    def may_see(self, slug: str) -> bool:
        return self.companies is None or slug in self.companies


class Auth:
    def __init__(self, store: Store):
        self.store = store
        self.db = store.db

    # -- users -------------------------------------------------------------------------

    def add_user(self, email: str, name: str) -> None:
        self.db.execute("INSERT OR REPLACE INTO user VALUES (?, ?)", (email, name))

    def user_name(self, email: str) -> str | None:
        row = self.db.execute(
            "SELECT name FROM user WHERE email = ?", (email,)
        ).fetchone()
        return row and row[0]

    def users(self) -> list[tuple[str, str]]:
        return self.db.execute("SELECT email, name FROM user ORDER BY email").fetchall()

    def add_personal_token(self, token: str, email: str) -> None:
        consent = self.consent(email, "personal", None)
        self.db.execute("INSERT INTO access VALUES (?, ?, NULL)", (token, consent))

    # -- consents ----------------------------------------------------------------------

    def consent(self, email: str, client: str, companies: list | None) -> int:
        """A user has one consent per app; a new one replaces its companies."""
        return self.db.execute(
            "INSERT INTO consent (user, client, companies) VALUES (?, ?, ?) "
            "ON CONFLICT (user, client) "
            "DO UPDATE SET companies = excluded.companies RETURNING id",
            (email, client, dumps(companies)),
        ).fetchone()[0]

    def withdraw(self, consent: int) -> None:
        for table in ("access", "refresh", "code"):
            self.db.execute(f"DELETE FROM {table} WHERE consent = ?", (consent,))
        self.db.execute("DELETE FROM consent WHERE id = ?", (consent,))

    def withdraw_of(self, email: str) -> int:
        consents = self.db.execute(
            "SELECT id FROM consent WHERE user = ? AND client != 'personal'", (email,)
        ).fetchall()
        for (consent,) in consents:
            self.withdraw(consent)
        return len(consents)

    # -- codes and tokens --------------------------------------------------------------

    def new_code(self, consent: int, redirect: str, ttl: int) -> str:
        code = secrets.token_urlsafe(24)
        self.db.execute(
            "INSERT INTO code VALUES (?, ?, ?, ?, 0)",
            (code, consent, redirect, time.time() + ttl),
        )
        return code

    def use_code(self, code: str, redirect: str) -> int | None:
        """The consent behind a code that was never used, is fresh, and belongs to this
        redirect.
        """
        row = self.db.execute(
            "UPDATE code SET used = 1 WHERE code = ? AND used = 0 AND expires > ? "
            "AND redirect = ? RETURNING consent",
            (code, time.time(), redirect),
        ).fetchone()
        return row and row[0]

    def new_access(self, consent: int, ttl: int) -> str:
        token = secrets.token_urlsafe(32)
        self.db.execute(
            "INSERT INTO access VALUES (?, ?, ?)", (token, consent, time.time() + ttl)
        )
        return token

    def new_refresh(self, consent: int) -> str:
        token = secrets.token_urlsafe(32)
        self.db.execute("INSERT INTO refresh VALUES (?, ?)", (token, consent))
        return token

    def consent_of_refresh(self, token: str) -> int | None:
        row = self.db.execute(
            "SELECT consent FROM refresh WHERE token = ?", (token,)
        ).fetchone()
        return row and row[0]

    def drop_refresh(self, token: str) -> None:
        self.db.execute("DELETE FROM refresh WHERE token = ?", (token,))

    def consent_of_access(self, token: str) -> int | None:
        row = self.db.execute(
            "SELECT consent FROM access WHERE token = ?", (token,)
        ).fetchone()
        return row and row[0]

    def expire_all(self) -> int:
        return self.db.execute(
            "UPDATE access SET expires = 0 WHERE expires > ?", (time.time(),)
        ).rowcount

    def caller(self, authorization: str) -> Caller | None:
        scheme, _, token = authorization.partition(" ")
        if scheme.lower() != "bearer":
            return None
        row = self.db.execute(
            "SELECT user.email, user.name, consent.client, consent.companies "
            "FROM access JOIN consent ON consent.id = access.consent "
            "JOIN user ON user.email = consent.user "
            "WHERE access.token = ? AND (access.expires IS NULL OR access.expires > ?)",
            (token.strip(), time.time()),
        ).fetchone()
        if row is None:
            return None
        email, name, client, companies = row
        companies = loads(companies)
        return Caller(
            token.strip(),
            email,
            name,
            client,
            companies if companies is None else frozenset(companies),
        )
