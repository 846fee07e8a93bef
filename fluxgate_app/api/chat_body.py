"""What a chat route is asked: its JSON body becomes a ChatRequest (spec section 5)."""

from collections.abc import Mapping
from typing import Any, cast

from fluxgate_app.accounts.identity import Identity
from fluxgate_app.api.deps import owner
from fluxgate_app.chat.messages import MOST_MESSAGES, read_messages
from fluxgate_app.chat.request import ChatRequest
from fluxgate_app.chat.text import is_storable
from fluxgate_app.errors import Invalid
from fluxgate_app.tracking import Context, User

MAX_LABEL = 200
MAX_EXTRA_BYTES = 4096
MOST_TOKENS = 999_999_999

_STRING = {"type": "string"}
_LABEL = {"type": ["string", "null"], "maxLength": MAX_LABEL}
# Something else than white space; how much, FLUXGATE_MAX_MESSAGE_CHARS says.
SAID = {"type": "string", "pattern": r"\S"}
_SAID_IN_PARTS = {
    "type": "array",
    "contains": {
        "type": "object",
        "required": ["type", "text"],
        "properties": {"type": {"const": "text"}, "text": SAID},
    },
}


def _turn(roles: list[str], content: dict[str, Any], parts: dict[str, Any]) -> list[dict[str, Any]]:
    role = {"enum": roles}
    return [
        {"required": ["role", "content"], "properties": {"role": role, "content": content, "parts": False}},
        {"required": ["role", "parts"], "properties": {"role": role, "parts": parts}},
    ]


_TURN = {
    "type": "object",
    "anyOf": [
        *_turn(["user"], SAID, _SAID_IN_PARTS),
        *_turn(["system", "developer", "assistant"], _STRING, {"type": "array"}),
    ],
}
_ASKED = {"type": "object", "required": ["role"], "properties": {"role": {"const": "user"}}}
FIELDS: dict[str, dict[str, Any]] = {
    "message": SAID,
    "messages": {"type": "array", "items": _TURN, "contains": _ASKED, "minItems": 1, "maxItems": MOST_MESSAGES},
    "model": _LABEL,
    "provider": _LABEL,
    "system": {"type": ["string", "null"]},
    "persona": _LABEL,
    "temperature": {"type": ["number", "null"], "minimum": 0, "maximum": 2},
    "maxTokens": {"type": ["integer", "null"], "minimum": 1, "maximum": MOST_TOKENS},
    "feature": _LABEL,
    "step": _LABEL,
    "user": _LABEL,
    "sessionId": _LABEL,
    "conversationId": _LABEL,
    "metadata": {"type": ["object", "null"]},
}
ABOUT = {name: schema for name, schema in FIELDS.items() if name not in ("message", "messages")}
SCHEMA: dict[str, Any] = {
    "type": "object",
    "anyOf": [
        {"required": ["message"], "properties": {"message": SAID, "messages": False}},
        {"required": ["messages"], "properties": {"messages": FIELDS["messages"]}},
    ],
    "properties": ABOUT | {"id": _LABEL},
}


def read_chat(body: Mapping[str, Any], identity: Identity, max_message_chars: int) -> ChatRequest:
    """The question of this body, on the account of who asks. Raises Invalid."""
    label(body, "id")  # Used only for UI messages, but always of one kind.
    return ChatRequest(
        messages=read_messages(body, max_message_chars),
        model=label(body, "model"),
        provider=label(body, "provider"),
        system=text(body, "system") or None,
        temperature=_temperature(body),
        max_tokens=_max_tokens(body),
        persona=label(body, "persona"),
        context=read_context(body, identity),
        owner=owner(identity),
    )


def read_context(body: Mapping[str, Any], identity: Identity) -> Context:
    """What this body says that the call is for. Raises Invalid."""
    return Context(
        feature=label(body, "feature"),
        step=label(body, "step"),
        user=_user(body, identity),
        session_id=label(body, "sessionId"),
        conversation_id=label(body, "conversationId"),
        metadata=_extras(body) | _metadata(body),
    )


def is_of_ai_sdk(body: Mapping[str, Any]) -> bool:
    """Whether the AI SDK's chat transport sent this: its messages have parts."""
    given = body.get("messages")
    turns = cast(list[Any], given if isinstance(given, list) else [])
    return "trigger" in body or any(isinstance(turn, dict) and "parts" in turn for turn in turns)


def _user(body: Mapping[str, Any], identity: Identity) -> User:
    named = label(body, "user")
    return User(named) if named else User(identity.account_id, identity.name or None, identity.email)


def text(body: Mapping[str, Any], name: str) -> str | None:
    """The text under this name, None where there is none. Raises Invalid for anything else."""
    value = body.get(name)
    if value is not None and not (isinstance(value, str) and is_storable(value)):
        raise Invalid(f"Invalid {name}")
    return value


def label(body: Mapping[str, Any], name: str) -> str | None:
    """The same, of at most 200 characters."""
    value = text(body, name)
    if value is not None and len(value) > MAX_LABEL:
        raise Invalid(f"Invalid {name}")
    return value


def _temperature(body: Mapping[str, Any]) -> float | None:
    value = body.get("temperature")
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 2:
        raise Invalid("Invalid temperature")
    return float(value)


def _max_tokens(body: Mapping[str, Any]) -> int | None:
    value = body.get("maxTokens")
    if isinstance(value, float) and value.is_integer():
        value = int(value)  # 10.0 is a whole number in JSON.
    if value is not None and (isinstance(value, bool) or not isinstance(value, int) or not 0 < value <= MOST_TOKENS):
        raise Invalid("Invalid maxTokens")
    return value


def _metadata(body: Mapping[str, Any]) -> dict[str, Any]:
    value = body.get("metadata")
    if value is not None and not isinstance(value, dict):
        raise Invalid("Invalid metadata")
    return cast(dict[str, Any], value or {})


def _extras(body: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in body.items() if name not in FIELDS and _is_short_scalar(value)}


def _is_short_scalar(value: Any) -> bool:
    if isinstance(value, str):
        return len(value.encode()) <= MAX_EXTRA_BYTES
    return isinstance(value, bool | int | float)
