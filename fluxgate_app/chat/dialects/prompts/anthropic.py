"""A prompt as `messages.create` takes it."""

import re
from collections.abc import Iterable
from hashlib import sha256
from typing import Any

from fluxgate_app.chat.messages import ChatMessage
from fluxgate_app.chat.parts import Image, Part, Reasoning, Text, ToolCall, ToolResult
from fluxgate_app.chat.prompt import Prompt
from fluxgate_app.chat.tools import Tool, Tools

# The vendor requires a limit; this is the highest that every one of its models takes.
MAX_TOKENS = 4096

_ID = re.compile(r"[a-zA-Z0-9_-]+")


def arguments(prompt: Prompt) -> dict[str, Any]:
    """The arguments."""
    arguments: dict[str, Any] = {
        "model": prompt.model,
        "messages": [{"role": turn.role, "content": _content(turn)} for turn in prompt.turns],
        "max_tokens": prompt.max_tokens or MAX_TOKENS,
    }
    if prompt.system:
        arguments["system"] = prompt.system
    if prompt.stop:
        arguments["stop_sequences"] = list(prompt.stop)
    if prompt.json_format is not None:
        arguments["output_config"] = {"format": {"type": "json_schema", "schema": prompt.json_format.schema}}
    # The SDK has dropped these arguments, as the newest models have; those before still take them.
    sampling = {"temperature": prompt.temperature, "top_p": prompt.top_p}
    if extra := {name: value for name, value in sampling.items() if value is not None}:
        arguments["extra_body"] = extra
    return arguments | _tools(prompt.tools)


def _content(turn: ChatMessage) -> str | list[dict[str, Any]]:
    if isinstance(turn.content, str):
        return turn.content
    # Results come first, or they are refused.
    parts = sorted(turn.content, key=lambda part: not isinstance(part, ToolResult))
    return _blocks(parts)


def _blocks(parts: Iterable[Part]) -> list[dict[str, Any]]:
    blocks: list[dict[str, Any]] = []
    for part in parts:
        match part:
            case Text(text):
                blocks.append({"type": "text", "text": text})
            case Image():
                blocks.append({"type": "image", "source": _source(part)})
            case ToolCall():
                blocks.append({"type": "tool_use", "id": _id(part.id), "name": part.name, "input": part.input})
            case ToolResult():
                blocks.append(_result(part))
            case Reasoning():
                # Without the signature that only its author can give, it would be refused.
                pass
    return blocks


def _source(image: Image) -> dict[str, str]:
    if image.url is not None:
        return {"type": "url", "url": image.url}
    return {"type": "base64", "media_type": image.media_type, "data": image.data}


def _result(result: ToolResult) -> dict[str, Any]:
    block: dict[str, Any] = {"type": "tool_result", "tool_use_id": _id(result.call_id)}
    if content := _blocks(result.content):
        block["content"] = content
    if result.is_error:
        block["is_error"] = True
    return block


def _id(id: str) -> str:
    return id if _ID.fullmatch(id) else f"toolu_{sha256(id.encode()).hexdigest()[:32]}"


def _tools(tools: Tools) -> dict[str, Any]:
    if not tools.offered:
        return {}
    arguments: dict[str, Any] = {"tools": [_tool(tool) for tool in tools.offered]}
    kind = {"auto": "auto", "none": "none", "required": "any"}[tools.choice]
    choice: dict[str, Any] = {"type": kind} if tools.only is None else {"type": "tool", "name": tools.only}
    if not tools.parallel and tools.choice != "none":
        choice["disable_parallel_tool_use"] = True
    if choice != {"type": "auto"}:
        arguments["tool_choice"] = choice
    return arguments


def _tool(tool: Tool) -> dict[str, Any]:
    told = {"description": tool.description, "strict": tool.strict}
    # The type is required here, and elsewhere often left out.
    schema = {"type": "object", **tool.parameters}
    return {"name": tool.name, "input_schema": schema, **{k: v for k, v in told.items() if v is not None}}
