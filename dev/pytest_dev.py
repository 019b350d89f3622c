"""How dev/test runs tests in several processes, and in which order; a pytest plugin."""

import os
import shutil
from collections import Counter
from contextlib import contextmanager
from pathlib import Path

import pytest
import pytest_odoo

from odoo.tools import config as odoo_config


def pytest_addoption(parser):
    parser.addoption("--reverse", action="store_true", help="the last test first")


def pytest_configure():
    pytest_odoo._shared_filestore = _own_filestore


@contextmanager
def _own_filestore(original, database):
    """A process's database is a copy, and so are its files.

    pytest-odoo lets all processes share the original's: what one of them cleans away
    another may still read.
    """
    if original == database:
        yield
        return
    folder = Path(odoo_config["data_dir"]) / "filestore"
    shutil.rmtree(folder / database, ignore_errors=True)
    if (folder / original).exists():
        shutil.copytree(folder / original, folder / database, copy_function=os.link)
    try:
        yield
    finally:
        shutil.rmtree(folder / database, ignore_errors=True)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config, items):
    if config.getoption("reverse"):
        items.reverse()
    elif hasattr(config, "workerinput"):
        # Several processes: what takes long comes first, so that all end together.
        size = Counter(map(_scope, items))
        items.sort(key=lambda item: (not _is_slow(item), -size[_scope(item)]))


def _scope(item):
    """What stays in one process: a class, or a file's functions."""
    return item.nodeid.rpartition("::")[0]


def _is_slow(item):
    return item.get_closest_marker("slow") or item.get_closest_marker("browser")
