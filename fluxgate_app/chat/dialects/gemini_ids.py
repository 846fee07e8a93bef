"""Ids for Gemini's tool calls, which carry what it must be told again: its own id and its thought's signature.

A client sends an id back as it is, whatever else it drops; so nothing need be remembered here.
https://ai.google.dev/gemini-api/docs/thought-signatures
"""

import binascii
import re
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode

_ID = re.compile(r"(?:call_[0-9a-f]{12}|gemini_(?P<own>[\w.-]+?))(?:__thought_(?P<signature>[\w-]+))?", re.ASCII)


def make(own: str | None, signature: bytes | None) -> str:
    """An id for a call that Gemini gave this id, or none, and this signature."""
    id = f"gemini_{own}" if own else f"call_{secrets.token_hex(6)}"
    return f"{id}__thought_{urlsafe_b64encode(signature).decode().rstrip('=')}" if signature else id


def read(id: str) -> tuple[str | None, bytes | None]:
    """Gemini's own id and the signature in it, None for what another vendor made."""
    made = _ID.fullmatch(id)
    if made is None:
        return None, None
    own, signature = made["own"], made["signature"] or ""
    try:
        return own, urlsafe_b64decode(signature + "=" * (-len(signature) % 4)) or None
    except binascii.Error:
        return own, None
