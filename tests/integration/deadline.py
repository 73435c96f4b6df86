"""Waiting for a condition, and not for ever."""

import time

DEADLINE = 30


def until(what, condition, seconds=DEADLINE):
    """The first true value of the condition; fails after the deadline."""
    deadline = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > deadline:
            raise AssertionError(f"no {what} within {seconds} s")
        time.sleep(0.005)
