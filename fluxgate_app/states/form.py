"""What a form sends, and how what it asked for ended."""

from collections.abc import Awaitable
from dataclasses import dataclass
from typing import Any

from fluxgate_app.errors import FluxGateError, Invalid

# By name; a list where several may be chosen. A browser may send anything else as well. No class of ours, as Reflex
# logs what does not fit one, and there are passwords among it.
Values = dict[str, Any]


@dataclass(frozen=True)
class Outcome:
    """Why it was refused, or what to say of it; `number` tells it from the one before."""

    number: int = 0
    trouble: str = ""
    said: str = ""

    async def then(self, work: Awaitable[object], said: str = "") -> "Outcome":
        """How this ends: in the words of what FluxGate refuses, or in these."""
        try:
            await work
        except FluxGateError as error:
            return Outcome(self.number + 1, trouble=error.message)
        return Outcome(self.number + 1, said=said)


def text(values: Values, name: str) -> str:
    """What was written there; nothing when nothing was."""
    value = values.get(name, "")
    return value if isinstance(value, str) else ""


def chosen(values: Values, name: str) -> list[str]:
    """What was ticked there."""
    value = values.get(name)
    return [one for one in value if isinstance(one, str)] if isinstance(value, list) else []


def whole(values: Values, name: str, title: str) -> int | None:
    """The number written there, None when the field is empty. Raises Invalid that names the field."""
    written = text(values, name).strip()
    if not written:
        return None
    if not (written.isascii() and written.isdecimal() and len(written) <= 9):
        raise Invalid(f"{title}: write a whole number, or nothing")
    return int(written)
