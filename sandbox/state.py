"""Everything the sandbox remembers, in one place that the parts share."""

from . import seed
from .auth import Auth
from .faults import Faults
from .stats import Stats
from .store import Store
from .unknowns import Unknowns


class Sandbox:
    def __init__(
        self,
        database: str | None = None,
        strict: bool = False,
        preset: str | None = None,
    ):
        self.store = Store(database)
        self.auth = Auth(self.store)
        self.switches = Unknowns(strict, preset)
        self.faults = Faults()
        self.stats = Stats()
        # browser session → e-mail
        self.sessions: dict[str, str] = {}
        if self.store.is_empty():
            self.store.begin()
            seed.fill(self.store, self.auth)
            self.store.commit()

    def reset(
        self,
        counters: bool = False,
        bank_verified: bool = True,
        keep_grants: bool = False,
    ) -> None:
        """Fresh books. Ids go on counting: an id once given out never comes back."""
        grants = ("user", "consent", "code", "access", "refresh")
        self.store.empty(keep=("sequence", *grants) if keep_grants else ("sequence",))
        seed.fill(
            self.store,
            self.auth,
            counters=counters,
            bank_verified=bank_verified,
            users=not keep_grants,
        )
        self.switches.reset()
        self.faults.clear()
        self.stats.reset()
        self.stats.requests.clear()
        self.sessions.clear()
