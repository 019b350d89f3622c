"""What the tests of lost answers share: somebody else in Fiken, and what Odoo sent."""

import time
from unittest.mock import patch

import requests

from ...models.outbox import fiken_worker_recovery
from .common import OutboxCase


class LostCase(OutboxCase):
    def setUp(self):
        super().setUp()
        # Five seconds lie between two looks; nobody needs to wait for them here. One
        # would be too few: the clock has whole seconds, and the next may begin at once.
        self.startPatcher(patch.object(fiken_worker_recovery, "LOOK_APART", 2))
        self.by_hand = 0

    def listed(self, path, **wanted):
        rows = self.sandbox.get(f"/companies/{self.slug}/{path}", pageSize=100)
        return [row for row in rows if wanted.items() <= row.items()]

    def fiken(self, method, path, body=None, **params):
        """Somebody else than Odoo writes to Fiken."""
        answer = requests.request(
            method,
            f"{self.sandbox.url}/api/v2/companies/{self.slug}{path}",
            json=body,
            params=params,
            headers={"Authorization": "Bearer sandbox-token"},
            timeout=10,
        )
        answer.raise_for_status()
        self.by_hand += method == "POST"

    def writes(self, path):
        """How many POST requests a path got from Odoo, answered or not."""
        return self.sandbox.count("POST", path.rstrip("$")) - self.by_hand

    def wait_until(self, is_so, seconds=5):
        deadline = time.monotonic() + seconds
        while not is_so():
            self.assertLess(time.monotonic(), deadline, "It never happened")
            time.sleep(0.05)
