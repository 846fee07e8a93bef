"""How often a server looks for garbage."""

import gc


def collect_seldom() -> None:
    """Keep what is here now for good, and look for garbage thirty times as seldom as Python usually does.

    What a request leaves is nearly all gone by itself, and one alone makes the seven hundred objects that are usual; to
    look through what stays took a tenth of a busy server's time, and held up everybody while it lasted.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)
