"""What a provider streams, made fit to be stored and sent: its text alone, or all that it says."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any, Protocol, TypeVar

from fluxgate_app.chat.dialects import Dialect
from fluxgate_app.chat.parts import CallArguments, CallStart, Delta, Reasoning, Said, Text, ToolCall
from fluxgate_app.chat.text import DeltaCleaner

D_co = TypeVar("D_co", covariant=True)


class Deltas(Protocol[D_co]):
    """Reads one stream."""

    def feed(self, chunk: Any) -> Iterable[D_co]:
        """What can be told after this chunk."""
        ...

    def rest(self) -> Iterable[D_co]:
        """What was held back."""
        ...


class TextDeltas:
    """The text that people read."""

    def __init__(self, dialect: Dialect):
        self._delta = dialect.delta
        self._cleaner = DeltaCleaner()

    def feed(self, chunk: Any) -> tuple[str, ...]:
        """One text or none."""
        text = self._cleaner.feed(self._delta(chunk))
        return (text,) if text else ()

    def rest(self) -> tuple[str, ...]:
        """Half a character."""
        text = self._cleaner.rest()
        return (text,) if text else ()


class AllDeltas:
    """Text, reasoning and tool calls."""

    def __init__(self, dialect: Dialect):
        self._read = dialect.reader()
        self._cleaners: dict[Delta, DeltaCleaner] = {}

    def feed(self, chunk: Any) -> Iterator[Delta]:
        """Each delta, what it adds to cleaned."""
        for delta in self._read(chunk):
            if isinstance(delta, CallStart):
                yield replace(delta, id=clean(delta.id), name=clean(delta.name))
            elif text := self._cleaner(delta).feed(delta.text):
                yield replace(delta, text=text)

    def rest(self) -> Iterator[Delta]:
        """Halves of characters."""
        for delta, cleaner in self._cleaners.items():
            if not isinstance(delta, CallStart) and (text := cleaner.rest()):
                yield replace(delta, text=text)

    def _cleaner(self, delta: Text | Reasoning | CallArguments) -> DeltaCleaner:
        return self._cleaners.setdefault(replace(delta, text=""), DeltaCleaner())


def clean(text: str) -> str:
    """A whole text, fit to be stored and sent."""
    cleaner = DeltaCleaner()
    return cleaner.feed(text) + cleaner.rest()


def cleaned(part: Said) -> Said:
    """A part of a whole answer, likewise."""
    if isinstance(part, ToolCall):
        return ToolCall(clean(part.id), clean(part.name), clean(part.arguments))
    return replace(part, text=clean(part.text))
