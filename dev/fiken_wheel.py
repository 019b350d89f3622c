"""Builds the package: whool's wheel of what an Odoo needs, without our workshop.

whool takes the addon's name from its folder and all of the folder's content. A
clone may have any name, and tests and sandbox stay at home: hence a copy.
"""

import os
import shutil
import tempfile
from contextlib import contextmanager
from pathlib import Path

from whool import buildapi

ADDON = "fiken_connector"
NOT_SHIPPED = (
    "bench",
    "build",
    "dev",
    "dist",
    "docs",
    "node_modules",
    "sandbox",
    "tests",
    "CONTRIBUTING.md",
    "requirements-dev.txt",
)


@contextmanager
def shipped():
    """Work in a folder that holds what is shipped, named like the addon."""
    home = Path.cwd()

    def left_out(folder, names):
        top = NOT_SHIPPED if Path(folder) == home else ()
        return [
            name for name in names if name in ("__pycache__", *top) or name[0] == "."
        ]

    with tempfile.TemporaryDirectory() as tmp:
        os.chdir(shutil.copytree(home, Path(tmp, ADDON), ignore=left_out))
        try:
            yield
        finally:
            os.chdir(home)


def build_wheel(wheel_directory, config_settings=None, metadata_directory=None):
    wheel_directory = os.path.abspath(wheel_directory)
    with shipped():
        return buildapi.build_wheel(wheel_directory, config_settings)


def build_sdist(sdist_directory, config_settings=None):
    sdist_directory = Path(sdist_directory).resolve()
    with shipped():
        return buildapi.build_sdist(sdist_directory, config_settings)
