"""What others install: the wheel that whool builds of this repository."""

import json
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

import odoo.release
from odoo.tests import BaseCase

ROOT = Path(__file__).resolve().parent.parent
WORKSHOP = {"bench", "dev", "docs", "sandbox", "tests", "pyproject.toml"}
# Odoo's own way to a module, with nothing on its addons path but what it brings.
ASK_ODOO = """
import importlib, json, sys
from odoo.modules.module import Manifest, initialize_sys_path
from odoo.tools import config
config["addons_path"] = []
initialize_sys_path()
manifest = Manifest.for_addon("fiken_connector")
importlib.import_module("odoo.addons.fiken_connector")
json.dump([str(manifest.path), manifest.version, manifest["data"]], sys.stdout)
"""


class TestWheel(BaseCase):
    """The package, built and installed into a folder that has nothing else."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.site = Path(folder.name, "site")
        wheels = Path(folder.name, "wheels")
        cls._pip("wheel", "--no-build-isolation", "-w", str(wheels), str(ROOT))
        (cls.wheel,) = wheels.iterdir()
        cls._pip("install", "--target", str(cls.site), str(cls.wheel))
        cls.addon = cls.site / "odoo/addons/fiken_connector"

    @classmethod
    def _pip(cls, command, *arguments):
        cls._run("-m", "pip", command, "-q", "--no-deps", "--no-index", *arguments)

    @classmethod
    def _run(cls, *arguments, **environment):
        done = subprocess.run(
            [sys.executable, *arguments],
            capture_output=True,
            text=True,
            check=False,
            cwd=tempfile.gettempdir(),
            env={**os.environ, **environment},
        )
        if done.returncode:
            raise AssertionError(f"{arguments}:\n{done.stdout}\n{done.stderr}")
        return done.stdout

    def test_odoo_finds_it_without_an_addons_path(self):
        home = Path(odoo.release.__file__).parent.parent
        path = os.pathsep.join((str(self.site), str(home)))
        said = self._run("-c", ASK_ODOO, PYTHONPATH=path, ODOO_RC=os.devnull)
        where, version, data = json.loads(said.splitlines()[-1])
        self.assertEqual(Path(where), self.addon)
        self.assertEqual(
            len([one for one in data if (self.addon / one).exists()]), len(data)
        )
        self.assertIn(f"-{version}-", self.wheel.name)

    def test_it_brings_translations_browser_code_and_pictures(self):
        for pattern in (
            "i18n/nb.po",
            "static/src/*.js",
            "static/src/*.xml",
            "static/description/icon.png",
            "static/description/index.html",
            "LICENSE",
        ):
            with self.subTest(pattern):
                self.assertTrue([*self.addon.glob(pattern)])

    def test_the_workshop_stays_at_home(self):
        shipped = {path.name for path in self.addon.iterdir()}
        self.assertFalse(shipped & WORKSHOP)
        self.assertFalse([name for name in shipped if name.startswith(".")])

    def test_nobody_takes_it_for_a_product_of_fiken(self):
        manifest = (self.addon / "__manifest__.py").read_text()
        page = (self.addon / "static/description/index.html").read_text()
        self.assertNotIn("fiken.no", manifest)
        self.assertIn("Not made by Fiken", manifest)
        self.assertIn("not made, sold or supported by", page)

    def test_the_page_shows_pictures_that_are_shipped(self):
        """Odoo's app page takes no script, no style, no picture from elsewhere."""
        description = self.addon / "static/description"
        page = (description / "index.html").read_text()
        self.assertFalse(
            re.findall(r"<(?:script|link|style|iframe)\b|javascript:", page)
        )
        pictures = re.findall(r'<img[^>]* src="([^"]+)"', page)
        self.assertTrue(pictures)
        self.assertNotIn("://", page)
        for picture in pictures:
            self.assertTrue((description / picture).is_file(), picture)
