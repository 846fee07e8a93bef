"""A request of OpenAI's Responses API as the chat completion that asks the same."""

from collections.abc import Mapping
from typing import Any, cast

from fluxgate_app.errors import Invalid
from fluxgate_app.gateway.words.responses import ResponsesWords

_ROLES = ("user", "assistant", "system", "developer")
_TEXTS = {"input_text": "text", "output_text": "text", "refusal": "refusal"}
# Said in the same words by both; what is neither here nor below is OpenAI's own business.
_SAME = ("model", "stream", "temperature", "top_p", "parallel_tool_calls")


def as_chat_completion(body: Mapping[str, Any]) -> dict[str, Any]:
    """The body of that chat completion. Raises Invalid for what has no words there, naming the field."""
    if lost := sorted(name for name in ResponsesWords.untranslatable if body.get(name)):
        raise Invalid(f"'{lost[0]}' cannot be translated for '{body['model']}': use a model of OpenAI's own")
    chat = {name: body[name] for name in _SAME if body.get(name) is not None}
    chat["messages"] = [*_instructions(body.get("instructions")), *_messages(body.get("input"))]
    if body.get("max_output_tokens") is not None:
        chat["max_completion_tokens"] = body["max_output_tokens"]
    if body.get("tools"):
        chat["tools"] = [_tool(tool, f"'tools[{index}]'") for index, tool in enumerate(_list(body["tools"], "'tools'"))]
    if body.get("tool_choice") is not None:
        chat["tool_choice"] = _tool_choice(body["tool_choice"])
    if (form := _fields(body.get("text")).get("format")) is not None:
        chat["response_format"] = _response_format(_fields(form))
    return chat


def _instructions(value: Any) -> list[dict[str, Any]]:
    if value is None:
        return []
    if not isinstance(value, str):
        raise Invalid("'instructions' must be text")
    return [{"role": "system", "content": value}]


def _messages(value: Any) -> list[dict[str, Any]]:
    if isinstance(value, str):
        return [{"role": "user", "content": value}]
    messages: list[dict[str, Any]] = []
    for index, item in enumerate(_list(value, "'input'")):
        _add(messages, _fields(item), f"'input[{index}]'")
    if not any(message["role"] == "user" for message in messages):
        raise Invalid("'input' must be a text, or hold at least one item with the role user")
    return messages


def _add(messages: list[dict[str, Any]], item: Mapping[str, Any], where: str) -> None:
    match item.get("type", "message"):
        case "message":
            messages.append({"role": _role(item, where), "content": _content(item.get("content"), where)})
        case "function_call":
            # A chat completion has the calls in the message that they follow.
            if not messages or messages[-1]["role"] != "assistant":
                messages.append({"role": "assistant", "content": None})
            messages[-1].setdefault("tool_calls", []).append(_call(item, where))
        case "function_call_output":
            content = _content(item.get("output"), where)
            messages.append({"role": "tool", "tool_call_id": _text(item, "call_id", where), "content": content})
        case "reasoning":
            # Sealed by the model that thought it: no other can read it.
            pass
        case _:
            raise Invalid(f"{where}: only messages, function calls and their outputs can be translated for this model")


def _role(item: Mapping[str, Any], where: str) -> str:
    role = item.get("role")
    if role not in _ROLES:
        raise Invalid(f"{where}.role must be one of {', '.join(_ROLES)}")
    return role


def _call(item: Mapping[str, Any], where: str) -> dict[str, Any]:
    function = {name: _text(item, name, where) for name in ("name", "arguments")}
    return {"id": _text(item, "call_id", where), "type": "function", "function": function}


def _text(item: Mapping[str, Any], name: str, where: str) -> str:
    if not isinstance(item.get(name), str):
        raise Invalid(f"{where}.{name} must be text")
    return item[name]


def _content(value: Any, where: str) -> Any:
    if isinstance(value, str):
        return value
    return [_part(_fields(part), where) for part in _list(value, where)]


def _part(part: Mapping[str, Any], where: str) -> dict[str, Any]:
    kind = part.get("type")
    if isinstance(kind, str) and kind in _TEXTS:
        return {"type": "text", "text": _text(part, _TEXTS[kind], where)}
    if kind == "input_image" and isinstance(part.get("image_url"), str):
        return {"type": "image_url", "image_url": {"url": part["image_url"]}}
    raise Invalid(f"{where}: only texts, and images by their image_url, can be translated for this model")


def _tool(tool: Any, where: str) -> dict[str, Any]:
    fields = _fields(tool)
    if fields.get("type") != "function":
        raise Invalid(f"{where}: only functions can be translated for this model, no tools of OpenAI's own")
    names = ("name", "description", "parameters", "strict")
    return {"type": "function", "function": {name: fields[name] for name in names if fields.get(name) is not None}}


def _tool_choice(choice: Any) -> Any:
    if not isinstance(choice, dict):
        return choice
    fields = _fields(cast("Any", choice))
    if fields.get("type") != "function":
        raise Invalid("'tool_choice': only functions can be translated for this model, no tools of OpenAI's own")
    return {"type": "function", "function": {"name": _text(fields, "name", "'tool_choice'")}}


def _response_format(form: Mapping[str, Any]) -> dict[str, Any]:
    if form.get("type") != "json_schema":
        return {"type": form.get("type")}
    return {"type": "json_schema", "json_schema": {name: form[name] for name in form if name != "type"}}


def _list(value: Any, where: str) -> list[Any]:
    if not isinstance(value, list):
        raise Invalid(f"{where} must be text or a list")
    return cast("list[Any]", value)


def _fields(value: Any) -> Mapping[str, Any]:
    return cast("Mapping[str, Any]", value) if isinstance(value, dict) else {}
