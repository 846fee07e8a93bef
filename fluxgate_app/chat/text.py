"""The text of an answer as it grows, addressed the way a browser counts: in UTF-16 code units."""

from bisect import bisect_right
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a text and where it begins, in UTF-16 code units: what `String.length` and `slice` count in JavaScript.

    A reader keeps a buffer and does `buffer = buffer.slice(0, offset) + text`; a piece that comes twice heals itself.
    """

    offset: int
    text: str

    @property
    def end(self) -> int:
        """Where the next piece begins."""
        return self.offset + utf16_length(self.text)


def utf16_length(text: str) -> int:
    """How long JavaScript says this text is."""
    return len(text) + sum(character > "\uffff" for character in text)


def is_storable(text: str) -> bool:
    """Whether a database takes it: PostgreSQL takes no NUL, and half a surrogate pair has no UTF-8 form."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return "\0" not in text


class GrowingText:
    """A text that is only ever added to, and can be read from any offset on."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._starts: list[int] = []
        self.length = 0

    def add(self, text: str) -> None:
        """Put this at the end."""
        if text:
            self._parts.append(text)
            self._starts.append(self.length)
            self.length += utf16_length(text)

    def since(self, offset: int) -> Piece:
        """Everything from this offset on. One that cuts a character in two reads from that character's beginning."""
        if not self._parts or offset >= self.length:
            return Piece(self.length, "")
        first = max(bisect_right(self._starts, offset) - 1, 0)
        position, begun = self._starts[first], 0
        for character in self._parts[first]:
            width = 2 if character > "\uffff" else 1
            if position + width > offset:
                break
            position, begun = position + width, begun + 1
        return Piece(position, self._parts[first][begun:] + "".join(self._parts[first + 1 :]))

    def __str__(self) -> str:
        return "".join(self._parts)


class DeltaCleaner:
    """Makes what a provider streams fit to be stored and sent: whole characters, no NUL.

    A provider may send the two halves of an emoji in two deltas; the first half is held back until the second is there.
    """

    def __init__(self) -> None:
        self._held = ""

    def feed(self, delta: str) -> str:
        """The part of the text that is complete now."""
        text = self._held + delta
        self._held = text[-1:] if "\ud800" <= text[-1:] <= "\udbff" else ""
        return _whole(text[: len(text) - len(self._held)])

    def rest(self) -> str:
        """What was held back and never completed."""
        held, self._held = self._held, ""
        return _whole(held)


def _whole(text: str) -> str:
    text = text.replace("\0", "\ufffd")
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text
