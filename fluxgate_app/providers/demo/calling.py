"""Which of the tools that a request offers the demo provider calls, and with what."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, cast

from fluxgate_app.providers.demo.answers import topic

Schema = Mapping[str, Any] | None
LEAD = "Let me look that up."


@dataclass(frozen=True, slots=True)
class Called:
    """One call of a tool."""

    name: str
    arguments: dict[str, Any]
    token: str = field(default_factory=lambda: secrets.token_hex(12))


@dataclass(frozen=True, slots=True)
class Tools:
    """What a request says of tools: the schema of each, the one that must be called, and what the last calls gave.

    `most` is how many may be called at once, `results` are None before any were.
    """

    offered: Mapping[str, Schema] = field(default_factory=dict[str, Schema])
    only: str | None = None
    most: int | None = None
    results: list[str] | None = None

    def calls(self, question: str) -> list[Called]:
        """The tools that the question names, else the first; none once there are results."""
        if self.results is not None:
            return []
        named = [name for name in self.offered if name in question] or [*self.offered][:1]
        chosen = named if self.only is None else [self.only]
        about = topic(question)
        return [Called(name, invented(self.offered.get(name), about)) for name in chosen][: self.most]


def invented(schema: Schema, about: str) -> dict[str, Any]:
    """A value for each property of an object with this JSON schema."""
    properties = cast("Mapping[str, Schema]", (schema or {}).get("properties") or {})
    return {name: _value(inner, about) for name, inner in properties.items()}


def _value(schema: Any, about: str) -> Any:
    match schema:
        case {"enum": [first, *_]}:
            return first
        case {"type": "integer" | "number"}:
            return 7
        case {"type": "boolean"}:
            return True
        case {"type": "array"}:
            return [_value(schema.get("items"), about)]
        case {"type": "object"}:
            return invented(schema, about)
        case _:
            return about
