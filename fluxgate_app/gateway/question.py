"""A request in OpenAI's or Anthropic's form as a question to any vendor: its text, or a refusal."""

from collections.abc import Mapping
from typing import Any, cast

from fluxgate_app.chat.completion import ChatRequest
from fluxgate_app.chat.messages import ChatMessage, Role
from fluxgate_app.chat.text import is_storable
from fluxgate_app.errors import Invalid
from fluxgate_app.gateway.asked import Asked
from fluxgate_app.gateway.words import WORDS, Words

_ROLES: dict[Any, Role] = {"system": "system", "developer": "system", "user": "user", "assistant": "assistant"}
_HOTTEST = 2


def read_question(asked: Asked) -> ChatRequest:
    """The question. Raises Invalid for what another vendor cannot be told, naming it."""
    body, words = asked.body, WORDS[asked.route.form.dialect]
    _refuse_what_is_lost(body, words)
    messages = [*_system(body.get("system")), *_messages(body.get("messages"))]
    if not any(message.role == "user" for message in messages):
        raise Invalid("'messages' must hold at least one with the role user")
    return ChatRequest(
        messages=messages,
        temperature=_temperature(body.get("temperature")),
        max_tokens=next(filter(None, (_limit(name, body.get(name)) for name in words.limits)), None),
        context=asked.context,
        owner=asked.owner,
    )


def _refuse_what_is_lost(body: Mapping[str, Any], words: type[Words]) -> None:
    lost = sorted(name for name in words.untranslatable if body.get(name))
    if body.get("n") not in (None, 1):
        lost.append("n")
    if _kind(body.get("response_format"), "text") != "text":
        lost.append("response_format")
    if _kind(body.get("thinking"), "disabled") != "disabled":
        lost.append("thinking")
    if lost:
        raise _untranslatable(f"'{lost[0]}'", body)


def _untranslatable(what: str, body: Mapping[str, Any]) -> Invalid:
    return Invalid(f"{what} cannot be translated for '{body['model']}': use a model of this API's own vendor")


def _kind(value: Any, default: str) -> Any:
    return cast("dict[str, Any]", value).get("type") if isinstance(value, dict) else default


def _system(value: Any) -> list[ChatMessage]:
    return [] if value is None else [ChatMessage("system", _text(value, "'system'"))]


def _messages(value: Any) -> list[ChatMessage]:
    if not isinstance(value, list):
        raise Invalid("'messages' must be a list")
    return [_message(item, f"'messages[{index}]'") for index, item in enumerate(cast("list[Any]", value))]


def _message(value: Any, where: str) -> ChatMessage:
    if not isinstance(value, dict):
        raise Invalid(f"{where} must be an object")
    fields = cast("dict[str, Any]", value)
    role = _ROLES.get(fields.get("role")) if isinstance(fields.get("role"), str) else None
    if role is None or fields.get("tool_calls"):
        raise Invalid(f"{where}: only text of system, user and assistant can be translated for this model")
    return ChatMessage(role, _text(fields.get("content"), where))


def _text(value: Any, where: str) -> str:
    """A text, or the texts of a list of text blocks."""
    if isinstance(value, list):
        return "\n".join(_text(_block(item, where), where) for item in cast("list[Any]", value))
    if not isinstance(value, str) or not is_storable(value):
        raise Invalid(f"{where} must be text, which is all that can be translated for this model")
    return value


def _block(value: Any, where: str) -> Any:
    return cast("dict[str, Any]", value).get("text") if _kind(value, "") == "text" else None


def _temperature(value: Any) -> float | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= _HOTTEST:
        raise Invalid(f"'temperature' must be a number from 0 to {_HOTTEST}")
    return float(value)


def _limit(name: str, value: Any) -> int | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int) or not 0 < value < 10**9:
        raise Invalid(f"'{name}' must be a whole number above 0")
    return value
