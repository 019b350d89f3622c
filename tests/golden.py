"""Golden payloads: what is sent to Fiken, word for word (tests/samples)."""

import json
import os
from collections import Counter
from pathlib import Path

SAMPLES = Path(__file__).parent / "samples"
# Different in every run; that they are right is what other tests look at.
VOLATILE = {
    "contactId",
    "customerId",
    "memberNumberString",
    "productId",
    "supplierId",
    "uuid",
}


class GoldenMixin:
    """For cases that talk to the sandbox, which keeps the requests it got."""

    def sent(self, method, path_end):
        """The JSON bodies of the requests of one kind, oldest first."""
        return [
            request["body"]
            for request in self.sandbox.requests()
            if request["method"] == method and request["path"].endswith(path_end)
        ]

    def written(self):
        """{verb: how often something was written in Fiken} since the last reset."""
        counted = Counter()
        for name, number in self.sandbox.stats()["requests"].items():
            counted[name.split()[0]] += number
        del counted["GET"]
        return dict(counted)

    def assert_sample(self, name, body):
        """``body`` is as in ``samples/<name>.json``.

        With ``FIKEN_UPDATE_SAMPLES`` set the file is written instead: read the
        difference before you commit it.
        """
        file = SAMPLES / f"{name}.json"
        body = _masked(body)
        if os.environ.get("FIKEN_UPDATE_SAMPLES"):
            text = json.dumps(body, indent=2, ensure_ascii=False, sort_keys=True)
            file.write_text(text + "\n", encoding="utf-8")
        self.assertEqual(body, json.loads(file.read_text(encoding="utf-8")), name)


def _masked(value):
    if isinstance(value, list):
        return [_masked(item) for item in value]
    if isinstance(value, dict):
        return {
            key: f"<{key}>" if key in VOLATILE else _masked(item)
            for key, item in value.items()
        }
    return value
