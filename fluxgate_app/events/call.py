"""A recorded call as one line of JSON, the form in which it waits for the database."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from pydantic import TypeAdapter

from fluxgate_app.tracking.record import CallEnd, CallStart


@dataclass(frozen=True, slots=True)
class Call:
    """A call that left and, unless `end` is None, how it ended."""

    start: CallStart
    end: CallEnd | None = None


_CALL = TypeAdapter(Call)
_START = TypeAdapter(CallStart)
# How the line of a call begins that is known by its id, and how one ends that is still open.
_BEGINNING, _OPEN = b'{"start":{"tracking_id":"', b',"end":null}'


def to_json(call: Call) -> bytes:
    """The call as one line of UTF-8 without its line end. What is no JSON in its metadata becomes text."""
    try:
        return _CALL.dump_json(call, fallback=str, warnings=False)
    except Exception:
        return _salvaged(call)


def from_json(line: bytes) -> Call:
    """The call that `to_json` wrote. Raises ValueError for anything else."""
    return _CALL.validate_json(line)


def from_lines(lines: Sequence[bytes]) -> list[Call]:
    """The calls in these lines; of one that starts and ends among them only the end is read, as that says it all.

    Raises ValueError for a line that `to_json` did not write.
    """
    ended = {_id(line) for line in lines if not line.endswith(_OPEN)}
    return [from_json(line) for line in lines if not line.endswith(_OPEN) or _id(line) not in ended]


def start_to_dict(start: CallStart) -> dict[str, Any]:
    """The start of a call in JSON's types."""
    return _START.dump_python(start, mode="json", fallback=str, warnings=False)


def start_from_dict(value: dict[str, Any]) -> CallStart:
    """The start that `start_to_dict` wrote. Raises ValueError for anything else."""
    return _START.validate_python(value)


def _id(line: bytes) -> bytes | None:
    return line[len(_BEGINNING) : line.find(b'"', len(_BEGINNING))] if line.startswith(_BEGINNING) else None


def _salvaged(call: Call) -> bytes:
    # Half a surrogate pair, data that contain themselves, a str() that raises: lose that, but keep the call.
    try:
        plain = _CALL.dump_python(call, fallback=str, warnings=False)
        return json.dumps(plain, default=str, ensure_ascii=False).encode("utf-8", "replace")
    except Exception:
        start = replace(call.start, context=replace(call.start.context, metadata={}))
        return to_json(Call(start, call.end and replace(call.end, raw_usage=None)))
