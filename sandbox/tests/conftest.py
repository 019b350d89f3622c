"""A sandbox for the tests: started once a file, its books fresh for each."""

import os
import sys
import warnings
from pathlib import Path

import pytest

# The folder is no package: the packages above it need Odoo.
sys.path.insert(0, str(Path(__file__).parent))

from contract import OLD_DIFFERENCES, Contract, Unavailable, read_document  # noqa: E402
from sandbox_client import KAFFE, Client, Control, start_sandbox  # noqa: E402


@pytest.fixture(scope="module")
def sandbox_url():
    """Not for longer: Odoo ends every child process at the end of a test class."""
    process, url = start_sandbox()
    yield url
    process.terminate()
    process.wait(10)


@pytest.fixture(scope="session")
def openapi():
    """Fiken's document, or None where it cannot be had."""
    try:
        return read_document()
    except Unavailable as error:
        if os.environ.get("FIKEN_OPENAPI_REQUIRED"):
            pytest.fail(str(error))
        warnings.warn(f"The contract is not checked. {error}", stacklevel=1)
        return None


@pytest.fixture(scope="session")
def contracts(openapi):
    """What answers are held against, by the switches `spec` and `absent_fields`."""
    if openapi is None:
        return {}
    return {
        "2026-09": Contract(openapi),
        "2026-05": Contract(openapi, OLD_DIFFERENCES),
        "null": Contract(openapi, absent="null"),
        "empty": Contract(openapi, absent="empty"),
    }


@pytest.fixture
def control(sandbox_url):
    control = Control(sandbox_url)
    control.post("reset").raise_for_status()
    return control


@pytest.fixture
def api(control, contracts):
    """The demo company, fresh books, number series not started."""
    return Client(control.url, contracts)


@pytest.fixture
def started(control, contracts):
    """The demo company with its number series started."""
    control.post("reset", {"counters": True}).raise_for_status()
    return Client(control.url, contracts)


@pytest.fixture
def client_for(control, contracts):
    def client(token="sandbox-token", company=KAFFE):
        return Client(control.url, contracts, company, token)

    return client
