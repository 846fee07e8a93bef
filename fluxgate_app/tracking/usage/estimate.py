"""Estimate tokens from text, where the vendor did not get to count them."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, cast

from fluxgate_app.tracking.usage.vocabulary import counted

_CHARACTERS_PER_TOKEN = 4
# What stands beside the words of a request: names of things, addresses, and media, which no length of theirs bills.
_NAMES = frozenset(("type", "role", "id", "tool_call_id", "tool_use_id", "cache_control", "mime_type", "media_type"))
_MEDIA = frozenset(("url", "image_url", "file_uri", "data", "input_audio", "file_data", "inline_data"))
_NO_TEXT = _NAMES | _MEDIA | {"thought_signature"}


def tokens(characters: int) -> int:
    """About how many tokens so many characters are: four to a token, never less than one for any text."""
    return -(-characters // _CHARACTERS_PER_TOKEN)


def tokens_in(text: str, model: str) -> int:
    """About how many tokens this text is to this model, by its vocabulary where there is one, else by characters."""
    known = counted(text, model) if text else 0
    return tokens(len(text)) if known is None else known


def texts(value: Any) -> Iterator[str]:
    """Every piece of text in (a part of) a request: dicts, lists and the SDKs' own objects, at any depth."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for name, inner in cast("Mapping[str, Any]", value).items():
            if name not in _NO_TEXT:
                yield from texts(inner)
    elif isinstance(value, list | tuple):
        for inner in cast("Iterable[Any]", value):
            yield from texts(inner)
    elif hasattr(value, "model_dump"):
        yield from texts(value.model_dump(exclude_none=True))
