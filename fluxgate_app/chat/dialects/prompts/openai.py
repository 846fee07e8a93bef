"""A prompt as `chat.completions.create` takes it."""

from collections.abc import Iterable, Iterator
from hashlib import sha256
from typing import Any

from fluxgate_app.chat.messages import ChatMessage
from fluxgate_app.chat.parts import Image, Part, Text, ToolCall, ToolResult, joined
from fluxgate_app.chat.prompt import Prompt
from fluxgate_app.chat.tools import JsonFormat, Tools

# OpenAI refuses longer ids of tool calls.
_LONGEST_ID = 40


def arguments(prompt: Prompt, host: str) -> dict[str, Any]:
    """The arguments, for the server on this host."""
    system = [{"role": "system", "content": prompt.system}] if prompt.system else []
    turns = [message for turn in prompt.turns for message in _messages(turn)]
    arguments: dict[str, Any] = {"model": prompt.model, "messages": [*system, *turns]}
    if prompt.temperature is not None:
        arguments["temperature"] = prompt.temperature
    if prompt.top_p is not None:
        arguments["top_p"] = prompt.top_p
    if prompt.max_tokens is not None:
        # OpenAI's reasoning models refuse the old name, most compatible servers do not know the new one.
        name = "max_completion_tokens" if host == "api.openai.com" else "max_tokens"
        arguments[name] = prompt.max_tokens
    if prompt.stop:
        arguments["stop"] = list(prompt.stop)
    if prompt.json_format is not None:
        arguments["response_format"] = _response_format(prompt.json_format)
    return arguments | _tools(prompt.tools)


def _messages(turn: ChatMessage) -> Iterator[dict[str, Any]]:
    """One turn's: each tool result is a message of its own, which holds no images; so they follow as the user's."""
    if isinstance(turn.content, str):
        yield {"role": turn.role, "content": turn.content}
        return
    if turn.role == "assistant":
        yield _said(turn.content)
        return
    results = [part for part in turn.content if isinstance(part, ToolResult)]
    for result in results:
        yield {"role": "tool", "tool_call_id": _id(result.call_id), "content": result.text}
    images = [part for result in results for part in result.content if isinstance(part, Image)]
    if shown := [*images, *(part for part in turn.content if isinstance(part, Text | Image))]:
        yield {"role": "user", "content": _content(shown)}


def _said(parts: tuple[Part, ...]) -> dict[str, Any]:
    message: dict[str, Any] = {"role": "assistant", "content": joined(parts) or None}
    if calls := [_call(part) for part in parts if isinstance(part, ToolCall)]:
        message["tool_calls"] = calls
    return message


def _call(call: ToolCall) -> dict[str, Any]:
    function = {"name": call.name, "arguments": call.arguments}
    return {"id": _id(call.id), "type": "function", "function": function}


def _content(parts: Iterable[Text | Image]) -> str | list[dict[str, Any]]:
    """Many compatible servers take nothing but a text where a text will do."""
    parts = tuple(parts)
    if not any(isinstance(part, Image) for part in parts):
        return joined(parts)
    return [
        {"type": "text", "text": part.text}
        if isinstance(part, Text)
        else {"type": "image_url", "image_url": {"url": part.url or f"data:{part.media_type};base64,{part.data}"}}
        for part in parts
    ]


def _id(id: str) -> str:
    return id if len(id) <= _LONGEST_ID else f"call_{sha256(id.encode()).hexdigest()[:32]}"


def _tools(tools: Tools) -> dict[str, Any]:
    if not tools.offered:
        return {}
    offered: list[dict[str, Any]] = []
    for tool in tools.offered:
        told = {"description": tool.description, "strict": tool.strict}
        function = {name: value for name, value in told.items() if value is not None}
        offered.append({"type": "function", "function": {"name": tool.name, "parameters": tool.parameters, **function}})
    arguments: dict[str, Any] = {"tools": offered}
    if tools.only is not None:
        arguments["tool_choice"] = {"type": "function", "function": {"name": tools.only}}
    elif tools.choice != "auto":
        arguments["tool_choice"] = tools.choice
    if not tools.parallel:
        arguments["parallel_tool_calls"] = False
    return arguments


def _response_format(json: JsonFormat) -> dict[str, Any]:
    if json.schema is None:
        return {"type": "json_object"}
    strict = {} if json.strict is None else {"strict": json.strict}
    return {"type": "json_schema", "json_schema": {"name": json.name, "schema": json.schema, **strict}}
