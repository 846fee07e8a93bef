"""A message as Anthropic's clients ask for it."""

from collections.abc import Mapping
from typing import Any

from pydantic_core import to_json

from fluxgate_app.chat.messages import ChatMessage
from fluxgate_app.chat.parts import Image, Part, Text, ToolCall, ToolResult
from fluxgate_app.chat.request import ChatRequest
from fluxgate_app.chat.tools import NO_TOOLS, JsonFormat, Tool, Tools
from fluxgate_app.errors import Invalid
from fluxgate_app.gateway.asked import Asked
from fluxgate_app.gateway.questions import fields
from fluxgate_app.gateway.questions.fields import Target
from fluxgate_app.providers.catalogue import Model

_LOST = frozenset(("mcp_servers", "container", "output_format"))
# What only its author can read.
_THOUGHTS = ("thinking", "redacted_thinking")


def read(asked: Asked, model: Model) -> ChatRequest:
    """The question. Raises Invalid for what this model's vendor cannot be told, naming it."""
    body, target = asked.body, Target(model)
    target.refuse(body, _LOST)
    return ChatRequest(
        system="",
        messages=[*_system(body, target), *fields.conversation(_Messages(target).read(body.get("messages")))],
        temperature=fields.number(body, "temperature"),
        max_tokens=fields.limit(body, "max_tokens"),
        context=asked.context,
        owner=asked.owner,
        top_p=fields.number(body, "top_p", 1),
        stop=fields.texts(body.get("stop_sequences"), "stop_sequences"),
        tools=_tools(body, target),
        json_format=_json_format(body.get("output_config"), target),
    )


def _system(body: Mapping[str, Any], target: Target) -> list[ChatMessage]:
    value = body.get("system")
    return [] if value is None else [ChatMessage("system", _text(value, "system", target))]


def _text(value: Any, where: str, target: Target) -> str:
    """A text, or the texts of a list of text blocks."""
    if not isinstance(value, list):
        return fields.text(value, where)
    blocks = fields.objects(value, where)
    if other := next((at for at, block in blocks if block.get("type") != "text"), None):
        raise target.refused(other)
    return "\n".join(fields.text(block.get("text"), f"{at}.text") for at, block in blocks)


class _Messages:
    """Reads one conversation; remembers which tool each call was for."""

    def __init__(self, target: Target):
        self._target = target
        self._names: dict[str, str] = {}

    def read(self, value: Any) -> list[ChatMessage]:
        given = fields.objects(fields.items(value, "messages"), "messages")
        return [self._message(message, where) for where, message in given]

    def _message(self, message: Mapping[str, Any], where: str) -> ChatMessage:
        content, at = message.get("content"), f"{where}.content"
        match message.get("role"):
            case "system":
                return ChatMessage("system", _text(content, at, self._target))
            case "user" | "assistant" as role:
                return ChatMessage(role, fields.content(self._parts(content, at, role)))
            case _:
                raise Invalid(f"'{where}.role' must be user or assistant")

    def _parts(self, value: Any, where: str, role: str) -> list[Part]:
        if not isinstance(value, list):
            return [Text(fields.text(value, where))]
        blocks = fields.objects(value, where)
        parts = [self._part(block, at, role) for at, block in blocks if block.get("type") not in _THOUGHTS]
        return [part for part in parts if not isinstance(part, Text) or part.text.strip()]

    def _part(self, block: Mapping[str, Any], where: str, role: str) -> Part:
        match block.get("type"), role:
            case "tool_use", "assistant":
                return self._call(block, where)
            case "tool_result", "user":
                return self._result(block, where)
            case ("image", "user") | ("text", _):
                return self._shown(block, where)
            case _:
                raise self._target.refused(where)

    def _shown(self, block: Mapping[str, Any], where: str) -> Text | Image:
        match block.get("type"):
            case "text":
                return Text(fields.text(block.get("text"), f"{where}.text"))
            case "image":
                return _image(block.get("source"), f"{where}.source", self._target)
            case _:
                raise self._target.refused(where)

    def _call(self, block: Mapping[str, Any], where: str) -> ToolCall:
        id, name = fields.text(block.get("id"), f"{where}.id"), fields.text(block.get("name"), f"{where}.name")
        self._names[id] = name
        return ToolCall(id, name, to_json(fields.fields(block.get("input"), f"{where}.input")).decode())

    def _result(self, block: Mapping[str, Any], where: str) -> ToolResult:
        id, content = block.get("tool_use_id"), block.get("content")
        if not isinstance(id, str) or id not in self._names:
            raise Invalid(f"'{where}.tool_use_id' must be the id of a tool_use before it")
        at = f"{where}.content"
        if content is None or isinstance(content, str):
            shown = (Text(fields.text(content or "", at)),)
        else:
            shown = tuple(self._shown(inner, inner_at) for inner_at, inner in fields.objects(content, at))
        failed = fields.flag(block.get("is_error"), f"{where}.is_error") is True
        return ToolResult(id, self._names[id], shown, failed)


def _image(value: Any, where: str, target: Target) -> Image:
    source = fields.fields(value, where)
    match source.get("type"):
        case "base64":
            return fields.image(source.get("media_type"), source.get("data"), where)
        case "url":
            return target.image_by_url(fields.text(source.get("url"), f"{where}.url"), where)
        case _:
            raise target.refused(where)


def _tools(body: Mapping[str, Any], target: Target) -> Tools:
    offered = tuple(_tool(tool, where, target) for where, tool in fields.objects(body.get("tools"), "tools"))
    if not offered:
        return NO_TOOLS
    given = body.get("tool_choice")
    choice: Mapping[str, Any] = {"type": "auto"} if given is None else fields.fields(given, "tool_choice")
    parallel = not fields.flag(choice.get("disable_parallel_tool_use"), "tool_choice.disable_parallel_tool_use")
    if not parallel:
        target.one_call_at_a_time("tool_choice.disable_parallel_tool_use")
    match choice.get("type"):
        case "auto" | "none" as kind:
            return Tools(offered, kind, parallel=parallel)
        case "any":
            return Tools(offered, "required", parallel=parallel)
        case "tool":
            return Tools(offered, "required", fields.text(choice.get("name"), "tool_choice.name"), parallel)
        case _:
            raise target.refused("tool_choice")


def _tool(tool: Mapping[str, Any], where: str, target: Target) -> Tool:
    if tool.get("type") not in (None, "custom"):
        raise target.refused(where)
    description = tool.get("description")
    return Tool(
        name=fields.text(tool.get("name"), f"{where}.name"),
        description=None if description is None else fields.text(description, f"{where}.description"),
        parameters=fields.fields(tool.get("input_schema"), f"{where}.input_schema"),
        strict=fields.flag(tool.get("strict"), f"{where}.strict"),
    )


def _json_format(value: Any, target: Target) -> JsonFormat | None:
    config = {} if value is None else fields.fields(value, "output_config")
    if config.get("format") is None:
        return None
    where = "output_config.format"
    form = fields.fields(config["format"], where)
    if form.get("type") != "json_schema":
        raise target.refused(where)
    return JsonFormat(fields.fields(form.get("schema"), f"{where}.schema"))
