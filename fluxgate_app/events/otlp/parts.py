"""The parts of a protobuf message one after the other, none of them read: 32 MB may be sixteen million empty ones.

https://protobuf.dev/programming-guides/encoding/
"""

from collections.abc import Iterator

_FIXED = {1: 8, 5: 4}


def parts(message: bytes, number: int) -> Iterator[bytes]:
    """The bytes of each field of this number that has a length. Raises ValueError when this is no message."""
    at = 0
    while at < len(message):
        tag, at = _varint(message, at)
        kind = tag & 7
        if kind == 0:
            _, at = _varint(message, at)
        elif kind == 2:
            length, start = _varint(message, at)
            at = start + length
            if tag >> 3 == number and at <= len(message):
                yield message[start:at]
        elif kind in _FIXED:
            at += _FIXED[kind]
        else:
            raise ValueError("an unknown kind of field")
    if at > len(message):
        raise ValueError("the message was cut")


def _varint(message: bytes, at: int) -> tuple[int, int]:
    """The number that begins here, and where the next thing does."""
    value = 0
    for shift, byte in enumerate(message[at : at + 10]):
        value |= (byte & 127) << 7 * shift
        if byte < 128:
            return value, at + shift + 1
    raise ValueError("a number without an end")
