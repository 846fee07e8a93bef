"""A span as it was sent, in plain Python."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

Attributes = Mapping[str, Any]
SpanId = tuple[bytes, bytes]


@dataclass(frozen=True, slots=True)
class Happened:
    """An event of a span; `at` is nanoseconds since 1970."""

    name: str
    at: int
    attributes: Attributes


@dataclass(frozen=True, slots=True)
class Span:
    """What of a span bears on a call. Times are nanoseconds since 1970, 0 for unknown.

    `id` is the trace's and its own, `trace_state` what the trace says to all it passes through
    (https://www.w3.org/TR/trace-context/); `attributes` are its own laid over those of its resource.
    """

    id: SpanId
    parent: SpanId
    trace_state: str
    name: str
    start: int
    end: int
    failed: bool
    message: str
    attributes: Attributes
    events: tuple[Happened, ...]
