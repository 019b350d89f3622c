"""Loaded by every Python that dev/test --at starts.

libfaketime takes the time at which time.sleep shall end, by the monotonic clock that it
leaves alone, for one of the changed date, and refuses it. A span it takes as it is.
"""

import select
import time


def sleep(seconds):
    if seconds < 0:
        raise ValueError("sleep length must be non-negative")
    end = time.monotonic() + seconds
    while (left := end - time.monotonic()) > 0:
        select.select([], [], [], left)


time.sleep = sleep
