"""Say what takes seconds, and how many it has taken."""

import sys
import threading
import time
from collections.abc import Generator
from contextlib import contextmanager


@contextmanager
def progress(what: str) -> Generator[None]:
    """Count the seconds on one line of a terminal; elsewhere say it when it begins and when it is done."""
    begun = time.monotonic()
    done = threading.Event()

    def say(end: str) -> None:
        print(f"{what}: {time.monotonic() - begun:.0f} s", end=end, flush=True)

    def count() -> None:
        while not done.wait(1):
            say("\r")

    counter = threading.Thread(target=count, daemon=True)
    if sys.stdout.isatty():
        counter.start()
    else:
        print(f"{what} …", flush=True)
    try:
        yield
    finally:
        done.set()
        if counter.is_alive():
            counter.join()
        say("\n")
