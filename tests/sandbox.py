"""The sandbox as a process of its own, reached over a real socket."""

import atexit
import os
import re
import subprocess
import sys
import threading
from pathlib import Path

import requests

ROOT = Path(__file__).resolve().parent.parent


class Sandbox:
    """One running sandbox, steered by its control interface (architecture.md §6)."""

    def __init__(self, *arguments):
        python = os.environ.get("SANDBOX_PYTHON") or str(
            ROOT / ".dev/sandbox-venv/bin/python"
        )
        if not Path(python).exists():
            python = sys.executable
        self._process = subprocess.Popen(
            [python, "-m", "sandbox", "--port", "0", *arguments],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        atexit.register(self.stop)
        said = []
        for line in self._process.stdout:
            said.append(line)
            match = re.search(r"(http://[\d.]+:\d+)", line)
            if match:
                self.url = match.group(1)
                break
        else:
            raise RuntimeError("The sandbox did not start:\n" + "".join(said))
        # Nobody reads its log, but a full pipe would stop it.
        threading.Thread(target=self._process.stdout.read, daemon=True).start()

    def is_running(self):
        return self._process.poll() is None

    def stop(self):
        if self.is_running():
            self._process.terminate()
            self._process.wait(10)

    # Steering

    def reset(self, **options):
        self._control("POST", "reset", {"counters": True, **options})

    def fault(self, method, path, do, times=1):
        """The next ``times`` matching requests fail in the given way."""
        self._control(
            "POST",
            "faults",
            [{"match": {"method": method, "path": path}, "times": times, "do": do}],
        )

    def no_faults(self):
        self._control("POST", "faults", [])

    def unknowns(self, **switches):
        self._control("POST", "unknowns", switches)

    def switches(self):
        return self._control("GET", "unknowns")

    def company(self, slug, **changes):
        self._control("POST", "company", {"slug": slug, **changes})

    def stats(self):
        return self._control("GET", "stats")

    def reset_stats(self):
        self._control("POST", "stats/reset", {})

    def requests(self, clear=0):
        return self._control("GET", f"requests?clear={clear}")

    def revoke(self, email="kari@example.com"):
        self._control("POST", "revoke", {"user": email})

    def expire_tokens(self):
        self._control("POST", "expire-tokens", {})

    def fill(self, slug, resource, records):
        """Make many contacts or products; :return: their ids."""
        body = {"slug": slug, "resource": resource, "records": records}
        return self._control("POST", "fill", body)

    def books(self, slug):
        return self._control("GET", f"books?company={slug}")

    def count(self, method, template_end):
        """How many requests of a kind were made since the last reset."""
        return sum(
            number
            for name, number in self.stats()["requests"].items()
            if name.startswith(f"{method} ") and name.endswith(template_end)
        )

    def get(self, path, **params):
        """What Fiken's API answers to somebody else with the same rights; without the
        fields that have no value, however Fiken writes those.
        """
        answer = requests.get(
            f"{self.url}/api/v2{path}",
            params=params,
            headers={"Authorization": "Bearer sandbox-token"},
            timeout=10,
        )
        answer.raise_for_status()
        return _present(answer.json())

    def call(self, method, path, body=None, **files):
        """What somebody else does in Fiken; returns the id at the end of Location."""
        answer = requests.request(
            method,
            f"{self.url}/api/v2{path}",
            headers={"Authorization": "Bearer sandbox-token"},
            timeout=10,
            **files or {"json": body or None},
        )
        if answer.status_code >= 300:
            raise AssertionError(f"{method} {path}: {answer.status_code} {answer.text}")
        return answer.headers.get("Location", "").rstrip("/").rsplit("/", 1)[-1]

    def _control(self, method, path, body=None):
        answer = requests.request(
            method, f"{self.url}/_control/{path}", json=body, timeout=30
        )
        if answer.status_code >= 400:
            raise AssertionError(f"{method} {path}: {answer.status_code} {answer.text}")
        return answer.json() if answer.content else None


def _present(value):
    if isinstance(value, list):
        return [_present(item) for item in value]
    if isinstance(value, dict):
        return {
            name: _present(item)
            for name, item in value.items()
            if item is not None and item != ""
        }
    return value


_running = None


def shared_sandbox():
    """The sandbox of this test process, started when it is needed.

    Odoo ends every child process at the end of a test class.
    """
    global _running
    if _running is None or not _running.is_running():
        _running = Sandbox()
    return _running
