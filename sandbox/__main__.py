"""The command line: ``python -m sandbox``."""

import argparse
import os
import sys

from .server import PortTaken, serve
from .unknowns import PRESETS

PRESET = "SANDBOX_UNKNOWNS"


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="sandbox", description=__import__("sandbox").__doc__
    )
    parser.add_argument(
        "--port", type=int, default=9810, help="0 picks a free one (default 9810)"
    )
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument(
        "--latency-ms", type=float, default=0, help="added to every answer of the API"
    )
    parser.add_argument(
        "--strict",
        action="store_true",
        help="refuse unknown body fields and query parameters with 400",
    )
    parser.add_argument(
        "--db", metavar="FILE", help="keep the state in this file (default: in memory)"
    )
    parser.add_argument(
        "--unknowns",
        choices=PRESETS,
        # of the environment, so that it reaches a sandbox that a test suite starts
        default=os.environ.get(PRESET) or None,
        help=f"how Fiken is where nobody knows, also after a reset (${PRESET})",
    )
    options = parser.parse_args()
    if options.unknowns not in (None, *PRESETS):
        parser.error(f"{PRESET} is none of {', '.join(PRESETS)}: {options.unknowns}")
    try:
        serve(options)
    except PortTaken as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
