"""Which of the hues of charts something has: providers fixed ones, all else by its name, so that it keeps it."""

from collections.abc import Sequence
from zlib import crc32

HUES = 8
_PROVIDERS: dict[tuple[str, ...], int] = {
    ("google",): 0,
    ("anthropic",): 1,
    ("openai",): 2,
    ("demo",): 3,
    ("mistral",): 4,
    ("local",): 5,
    ("ollama",): 6,
    ("groq",): 7,
}


def hues(keys: Sequence[tuple[str, ...]]) -> list[int]:
    """The number of each one's hue (`--hue-0` on in the stylesheet), no two the same where there are enough.

    Where two names mean the same hue, the later one in the alphabet takes the next that is free.
    """
    taken: dict[tuple[str, ...], int] = {}
    for key in sorted(keys, key=lambda key: (key not in _PROVIDERS, key)):
        wanted = _PROVIDERS.get(key, crc32("\0".join(key).encode()))
        choices = [(wanted + step) % HUES for step in range(HUES)]
        taken[key] = next((hue for hue in choices if hue not in taken.values()), choices[0])
    return [taken[key] for key in keys]
