"""The command line: ``python -m sandbox``."""

import argparse
import sys

from .server import PortTaken, serve


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
    options = parser.parse_args()
    try:
        serve(options)
    except PortTaken as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
