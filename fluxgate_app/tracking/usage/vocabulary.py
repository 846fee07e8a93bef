"""The vocabularies of models, which come with a package: read in on first use, beside whatever else goes on."""

import logging
import os
import re
from contextlib import suppress
from functools import lru_cache
from threading import Thread, main_thread
from typing import Any, NamedTuple

logger = logging.getLogger(__name__)


class Vocabulary(NamedTuple):
    """By which vocabulary a model's tokens are counted, and how many it makes of one there."""

    name: str
    factor: float = 1.0


# The first that is found in a model's name. Anthropic and Google publish none: OpenAI's comes near by a factor, which
# tests/benchmarks/estimates.py measures.
_VOCABULARIES = {
    r"claude": Vocabulary("o200k_base", 1.2),
    r"gemini": Vocabulary("o200k_base", 1.03),
    r"gpt-4o|gpt-4\.1|gpt-[5-9]|gpt-oss|chatgpt|\bo[134]\b": Vocabulary("o200k_base"),
    r"gpt-4|gpt-3\.5|text-embedding": Vocabulary("cl100k_base"),
    r"llama-?3": Vocabulary("llama3"),
    r"qwen": Vocabulary("qwen3"),
    r"deepseek": Vocabulary("deepseek_v3"),
    r"mistral|codestral|pixtral": Vocabulary("mistral_v3"),
}
# A long run of one letter takes a time that grows with its square, so texts are read in pieces, and some of them only.
_PIECE, _MOST_PIECES = 4000, 8
_asked: set[str] = set()
_read: dict[str, Any] = {}


def _after_fork() -> None:
    # The thread that was at it is not here.
    _asked.intersection_update(_read)


os.register_at_fork(after_in_child=_after_fork)


@lru_cache(maxsize=1024)
def vocabulary(model: str) -> Vocabulary | None:
    """The vocabulary of the model with this name, None where none is known."""
    name = model.lower()
    return next((found for pattern, found in _VOCABULARIES.items() if re.search(pattern, name)), None)


def prepare(model: str) -> None:
    """Begin to read in this model's vocabulary, in a thread; about a second later its tokens can be counted."""
    found = vocabulary(model)
    # A thread that is begun while the interpreter ends would be torn out of what it does.
    if found is None or found.name in _asked or not main_thread().is_alive():
        return
    _asked.add(found.name)
    with suppress(RuntimeError):
        Thread(target=read_in, args=(found.name,), name="fluxgate-vocabulary").start()


def read_in(name: str) -> None:
    """Read in this vocabulary, now."""
    _asked.add(name)
    try:
        from splintr import Tokenizer

        tokenizer: Any = Tokenizer.from_pretrained(name)
        # The first text that is hard to cut into words takes a while; where a list is encoded, other threads go on.
        tokenizer.encode_batch_flat(["Water boils at 200 °C, 東京 Ğ."])
        _read[name] = tokenizer
    except Exception:
        logger.debug("the vocabulary %s could not be read", name, exc_info=True)


def counted(text: str, model: str) -> int | None:
    """How many tokens this text is to this model; None where that is not known, or not yet."""
    prepare(model)
    found = vocabulary(model)
    tokenizer = None if found is None else _read.get(found.name)
    if found is None or tokenizer is None:
        return None
    pieces = _pieces(text)
    tokens = sum(len(tokenizer.encode_batch_flat([piece])[0]) // 4 for piece in pieces)
    return -int(-tokens * found.factor * len(text) / sum(map(len, pieces)) // 1)


def _pieces(text: str) -> list[str]:
    """The text in pieces; of a long one some of them, from all over it."""
    step = max(_PIECE, len(text) // _MOST_PIECES)
    return [text[start : start + _PIECE] for start in range(0, len(text), step)]
