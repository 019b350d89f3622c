"""Loaded by every Python that dev/test --at starts.

libfaketime takes the time at which time.sleep shall end, by the monotonic clock that it
leaves alone, for one of the changed date, and refuses it. A span it takes as it is.
"""

import select
import time


def sleep(seconds, monotonic=time.monotonic):
    # As it is now: a test may freeze the clocks later, and sleeps all the same.
    if seconds < 0:
        raise ValueError("sleep length must be non-negative")
    end = monotonic() + seconds
    while (left := end - monotonic()) > 0:
        select.select([], [], [], left)


time.sleep = sleep
