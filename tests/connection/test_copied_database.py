"""A database is copied, in the ways in which people copy databases: the copy sends
nothing and asks; the original goes on.

Real copies: what tells them apart is PostgreSQL's, and cannot be made up.
"""

import json
import os
import subprocess
import tempfile
from pathlib import Path

import pytest

from odoo.tests import BaseCase, tagged

from ..outbox.servers import ODOO, Database
from ..sandbox import Sandbox

AT_WORK = Path(__file__).with_name("copies_at_work.py")
QUESTION = "Was this database moved or copied?"
# An administrator logs in by the server's IP, then by its name.
ADDRESSES = ("http://10.0.0.7:8069", "https://www.example.com")


@pytest.mark.slow
@tagged("post_install", "-at_install")
class TestCopiedDatabase(BaseCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.sandbox = Sandbox()
        cls.addClassCleanup(cls.sandbox.stop)
        cls.sandbox.reset()
        cls.database = Database(cls.sandbox)
        cls.addClassCleanup(cls.database.drop)
        # PostgreSQL copies no database that somebody is connected to.
        cls.database.disconnect()
        name = cls.database.name
        dump = Path(cls.enterClassContext(tempfile.TemporaryDirectory())) / "dump"
        cls.dev(f'pg_dump -Fc -f "{dump}" "{name}"')
        cls.template, cls.template_neutralised, cls.original = cls.at_work(
            {"name": cls.template_copy("copy")},
            {"name": cls.template_copy("test"), "neutralised": True},
            {"name": name, "addresses": ADDRESSES},
        )
        cls.dev(f'dropdb --force "{name}" && createdb -T template0 "{name}"')
        cls.dev(f'pg_restore -j 2 --no-owner -d "{name}" "{dump}"')
        cls.restored, cls.restored_neutralised = cls.at_work(
            {"name": name}, {"name": name, "neutralised": True}
        )

    @classmethod
    def dev(cls, command):
        cls.database._dev(command)

    @classmethod
    def template_copy(cls, suffix):
        name = f"{cls.database.name}_{suffix}"
        drop = f'db_drop "{name}"'
        cls.dev(f'{drop} && createdb -T "{cls.database.name}" -S file_copy "{name}"')
        cls.addClassCleanup(cls.dev, drop)
        return name

    @classmethod
    def at_work(cls, *databases):
        """What came of it when each database's scheduled actions had run."""
        done = subprocess.run(
            [*ODOO, "shell", "--no-http", "-d", databases[0]["name"]]
            + ["--log-level", "error"],
            input=AT_WORK.read_text(),
            capture_output=True,
            text=True,
            env={
                **os.environ,
                "SANDBOX_URL": cls.sandbox.url,
                "DATABASES": json.dumps(databases),
            },
        )
        for line in done.stdout.splitlines():
            if line.startswith("SEEN "):
                return json.loads(line.removeprefix("SEEN "))
        raise RuntimeError(f"It did not work:\n{done.stdout}\n{done.stderr}")

    def assertNothingSent(self, seen):
        self.assertGreater(seen["due"], 0)
        self.assertEqual(seen["requests"], 0)
        self.assertEqual(seen["still_due"], seen["due"], "Nothing is lost either")
        self.assertTrue(seen["is_elsewhere"])

    def test_the_original_sends(self):
        """Else it would say nothing that the copies do not."""
        self.assertGreater(self.original["due"], 0)
        self.assertGreater(self.original["requests"], 0)
        self.assertEqual(self.original["still_due"], 0)
        self.assertFalse(self.original["is_elsewhere"])

    def test_a_login_by_another_address_is_a_warning(self):
        self.assertEqual(self.original["base_url"], ADDRESSES[-1])
        self.assertTrue(self.original["has_other_address"])
        self.assertNotIn(QUESTION, self.original["todos"])

    def test_a_template_copy_asks(self):
        self.assertNothingSent(self.template)
        self.assertEqual(self.template["todos"], [QUESTION])

    def test_a_dump_that_is_restored_under_the_same_name_asks(self):
        self.assertNothingSent(self.restored)
        self.assertEqual(self.restored["todos"], [QUESTION])

    def test_a_neutralised_copy_has_nothing_to_send_with(self):
        self.assertNothingSent(self.template_neutralised)
        self.assertEqual(self.template_neutralised["state"], "disconnected")

    def test_a_neutralised_dump_has_nothing_to_send_with(self):
        self.assertNothingSent(self.restored_neutralised)
        self.assertEqual(self.restored_neutralised["state"], "disconnected")
