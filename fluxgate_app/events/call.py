"""A recorded call as one line of JSON, the form in which it waits for the database."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import msgspec

from fluxgate_app.tracking.record import CallEnd, CallStart


@dataclass(frozen=True, slots=True)
class Call:
    """A call that left and, unless `end` is None, how it ended."""

    start: CallStart
    end: CallEnd | None = None


# Several times as fast as pydantic where, as before a first token, little of either is in the processor's cache.
_ENCODER = msgspec.json.Encoder(enc_hook=str)
_DECODER = msgspec.json.Decoder(Call, strict=False)
# How the line of a call begins that is known by its id, and how one ends that is still open.
_BEGINNING, _OPEN = b'{"start":{"tracking_id":"', b',"end":null}'


def to_json(call: Call) -> bytes:
    """The call as one line of UTF-8 without its line end. What is no JSON in its metadata becomes text."""
    try:
        return _ENCODER.encode(call)
    except Exception:
        return _salvaged(call)


def from_json(line: bytes) -> Call:
    """The call that `to_json` wrote. Raises ValueError for anything else."""
    try:
        return _DECODER.decode(line)
    except msgspec.DecodeError as error:
        raise ValueError(f"not a recorded call: {error}") from None


def from_lines(lines: Sequence[bytes]) -> list[Call]:
    """The calls in these lines; of one that starts and ends among them only the end is read, as that says it all.

    Raises ValueError for a line that `to_json` did not write.
    """
    ended = {_id(line) for line in lines if not line.endswith(_OPEN)}
    return [from_json(line) for line in lines if not line.endswith(_OPEN) or _id(line) not in ended]


def start_to_dict(start: CallStart) -> dict[str, Any]:
    """The start of a call in JSON's types."""
    return msgspec.to_builtins(start, enc_hook=str)


def start_from_dict(value: dict[str, Any]) -> CallStart:
    """The start that `start_to_dict` wrote. Raises ValueError for anything else."""
    try:
        return msgspec.convert(value, CallStart, strict=False)
    except msgspec.ValidationError as error:
        raise ValueError(f"not the start of a call: {error}") from None


def _id(line: bytes) -> bytes | None:
    return line[len(_BEGINNING) : line.find(b'"', len(_BEGINNING))] if line.startswith(_BEGINNING) else None


def _salvaged(call: Call) -> bytes:
    # Half a surrogate pair, data that contain themselves, a str() that raises: lose that, but keep the call.
    try:
        plain = msgspec.to_builtins(call, enc_hook=str)
        return json.dumps(plain, default=str, ensure_ascii=False).encode("utf-8", "replace")
    except Exception:
        start = replace(call.start, context=replace(call.start.context, metadata={}))
        return to_json(Call(start, call.end and replace(call.end, raw_usage=None)))
