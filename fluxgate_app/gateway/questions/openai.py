"""A chat completion as OpenAI's clients ask for it."""

from collections.abc import Mapping
from typing import Any

from pydantic_core import from_json

from fluxgate_app.chat.messages import ChatMessage
from fluxgate_app.chat.parts import Image, Part, Text, ToolCall, ToolResult
from fluxgate_app.chat.request import ChatRequest
from fluxgate_app.chat.tools import NO_TOOLS, JsonFormat, Tool, Tools
from fluxgate_app.errors import Invalid
from fluxgate_app.gateway.asked import Asked
from fluxgate_app.gateway.questions import fields
from fluxgate_app.gateway.questions.fields import Target
from fluxgate_app.providers.catalogue import Model

_LOST = frozenset(("functions", "function_call", "audio", "logprobs", "prediction", "web_search_options"))


def read(asked: Asked, model: Model) -> ChatRequest:
    """The question. Raises Invalid for what this model's vendor cannot be told, naming it."""
    body, target = asked.body, Target(model)
    target.refuse(body, _LOST)
    if body.get("n") not in (None, 1):
        raise target.refused("n")
    stop = body.get("stop")
    return ChatRequest(
        system="",
        messages=fields.conversation(_Messages(target).read(body.get("messages"))),
        temperature=fields.number(body, "temperature"),
        max_tokens=fields.limit(body, "max_completion_tokens", "max_tokens"),
        context=asked.context,
        owner=asked.owner,
        top_p=fields.number(body, "top_p", 1),
        stop=fields.texts([stop] if isinstance(stop, str) else stop, "stop"),
        tools=_tools(body, target),
        json_format=_json_format(body.get("response_format"), target),
    )


class _Messages:
    """Reads one conversation; remembers which tool each call was for."""

    def __init__(self, target: Target):
        self._target = target
        self._names: dict[str, str] = {}

    def read(self, value: Any) -> list[ChatMessage]:
        messages: list[ChatMessage] = []
        for where, message in fields.objects(fields.items(value, "messages"), "messages"):
            if message.get("role") != "tool":
                messages.append(self._message(message, where))
            else:
                add_result(messages, self._result(message, where))
        return messages

    def _message(self, message: Mapping[str, Any], where: str) -> ChatMessage:
        content = message.get("content")
        match message.get("role"):
            case "system" | "developer":
                return ChatMessage("system", "\n".join(part.text for part in self._texts(content, where)))
            case "user":
                return ChatMessage("user", fields.content(self._parts(content, where)))
            case "assistant":
                return ChatMessage("assistant", fields.content(self._said(message, where)))
            case _:
                raise Invalid(f"'{where}.role' must be system, user, assistant or tool")

    def _said(self, message: Mapping[str, Any], where: str) -> list[Part]:
        for name in ("function_call", "audio"):
            if message.get(name):
                raise self._target.refused(f"{where}.{name}")
        content = message.get("content")
        if content is None:
            content = message.get("refusal") or ""
        calls = [self._call(call, at) for at, call in fields.objects(message.get("tool_calls"), f"{where}.tool_calls")]
        return [*self._texts(content, where), *calls]

    def _call(self, call: Mapping[str, Any], where: str) -> ToolCall:
        if call.get("type", "function") != "function":
            raise self._target.refused(where)
        function = fields.fields(call.get("function"), f"{where}.function")
        id, name = (
            fields.text(call.get("id"), f"{where}.id"),
            fields.text(function.get("name"), f"{where}.function.name"),
        )
        self._names[id] = name
        return ToolCall(id, name, arguments(function.get("arguments"), f"{where}.function.arguments"))

    def _result(self, message: Mapping[str, Any], where: str) -> ToolResult:
        id = message.get("tool_call_id")
        if not isinstance(id, str) or id not in self._names:
            raise Invalid(f"'{where}.tool_call_id' must be the id of a tool call before it")
        return ToolResult(id, self._names[id], tuple(self._texts(message.get("content"), where)))

    def _texts(self, value: Any, where: str) -> list[Text]:
        parts = self._parts(value, where)
        texts = [part for part in parts if isinstance(part, Text)]
        if len(texts) < len(parts):
            raise self._target.refused(f"{where}.content")
        return texts

    def _parts(self, value: Any, where: str) -> list[Text | Image]:
        where = f"{where}.content"
        if isinstance(value, list):
            parts = [self._part(part, at) for at, part in fields.objects(value, where)]
        else:
            parts = [Text(fields.text(value, where))]
        return [part for part in parts if isinstance(part, Image) or part.text.strip()]

    def _part(self, part: Mapping[str, Any], where: str) -> Text | Image:
        match part.get("type"):
            case "text":
                return Text(fields.text(part.get("text"), f"{where}.text"))
            case "refusal":
                return Text(fields.text(part.get("refusal"), f"{where}.refusal"))
            case "image_url":
                shown = fields.fields(part.get("image_url"), f"{where}.image_url")
                return image(shown.get("url"), f"{where}.image_url.url", self._target)
            case _:
                raise self._target.refused(where)


def add_result(messages: list[ChatMessage], result: ToolResult) -> None:
    """All results of one answer go back together."""
    last = messages[-1] if messages else None
    if last is not None and any(isinstance(part, ToolResult) for part in last.parts):
        messages[-1] = ChatMessage("user", (*last.parts, result))
    else:
        messages.append(ChatMessage("user", (result,)))


def image(value: Any, where: str, target: Target) -> Image:
    """An image by its address, which may be all of it."""
    url = fields.text(value, where)
    if not url.startswith("data:"):
        return target.image_by_url(url, where)
    described, _, data = url.removeprefix("data:").partition(",")
    media_type, _, encoding = described.partition(";")
    if encoding != "base64":
        raise Invalid(f"'{where}' must be an image in base64")
    return fields.image(media_type, data, where)


def arguments(value: Any, where: str) -> str:
    """The arguments of a call: a JSON object, as text."""
    told = fields.text(value, where) or "{}"
    try:
        if isinstance(from_json(told, allow_inf_nan=False), dict):
            return told
    except ValueError:
        pass
    raise Invalid(f"'{where}' must be a JSON object")


def _tools(body: Mapping[str, Any], target: Target) -> Tools:
    given = fields.objects(body.get("tools"), "tools")
    choice = body.get("tool_choice")
    match choice:
        case {"type": "function", "function": {"name": str()} as only}:
            choice = {"type": "function", **only}
        case _:
            pass
    return tools(tuple(_tool(tool, where, target) for where, tool in given), choice, body, target)


def tools(offered: tuple[Tool, ...], choice: Any, body: Mapping[str, Any], target: Target) -> Tools:
    """These tools, and which of them to call, of which a chat completion says it in a way of its own."""
    if not offered:
        return NO_TOOLS
    parallel = fields.flag(body.get("parallel_tool_calls"), "parallel_tool_calls") is not False
    if not parallel:
        target.one_call_at_a_time("parallel_tool_calls")
    match choice:
        case None | "auto":
            return Tools(offered, parallel=parallel)
        case "none" | "required":
            return Tools(offered, choice, parallel=parallel)
        case {"type": "function", "name": str(name)}:
            return Tools(offered, "required", name, parallel)
        case _:
            raise target.refused("tool_choice")


def _tool(tool: Mapping[str, Any], where: str, target: Target) -> Tool:
    if tool.get("type") != "function":
        raise target.refused(where)
    where = f"{where}.function"
    return function(fields.fields(tool.get("function"), where), where)


def function(told: Mapping[str, Any], where: str) -> Tool:
    """One function."""
    description, parameters = told.get("description"), told.get("parameters")
    return Tool(
        name=fields.text(told.get("name"), f"{where}.name"),
        description=None if description is None else fields.text(description, f"{where}.description"),
        parameters=_NO_PARAMETERS if not parameters else fields.fields(parameters, f"{where}.parameters"),
        strict=fields.flag(told.get("strict"), f"{where}.strict"),
    )


_NO_PARAMETERS: Mapping[str, Any] = {"type": "object", "properties": {}}


def _json_format(value: Any, target: Target) -> JsonFormat | None:
    where = "response_format"
    if value is None:
        return None
    format = fields.fields(value, where)
    match format.get("type"):
        case "text":
            return None
        case "json_object":
            target.json_without_schema(where)
            return JsonFormat()
        case "json_schema":
            where = f"{where}.json_schema"
            return json_schema(fields.fields(format.get("json_schema"), where), where)
        case _:
            raise target.refused(where)


def json_schema(told: Mapping[str, Any], where: str) -> JsonFormat:
    """A form that the answer must have."""
    return JsonFormat(
        schema=fields.fields(told.get("schema"), f"{where}.schema"),
        name=fields.text(told.get("name"), f"{where}.name"),
        strict=fields.flag(told.get("strict"), f"{where}.strict"),
    )
