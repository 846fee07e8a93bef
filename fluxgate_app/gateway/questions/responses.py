"""A response as OpenAI's clients ask for it."""

from collections.abc import Mapping
from typing import Any

from fluxgate_app.chat.messages import ChatMessage
from fluxgate_app.chat.parts import Image, Part, Text, ToolCall, ToolResult
from fluxgate_app.chat.request import ChatRequest
from fluxgate_app.chat.tools import JsonFormat, Tool, Tools
from fluxgate_app.errors import Invalid
from fluxgate_app.gateway.asked import Asked
from fluxgate_app.gateway.questions import fields, openai
from fluxgate_app.gateway.questions.fields import Target
from fluxgate_app.providers.catalogue import Model

# What OpenAI keeps or runs itself.
_LOST = frozenset(("background", "conversation", "previous_response_id", "prompt", "store", "top_logprobs"))


def read(asked: Asked, model: Model) -> ChatRequest:
    """The question. Raises Invalid for what this model's vendor cannot be told, naming it."""
    body, target = asked.body, Target(model)
    target.refuse(body, _LOST)
    return ChatRequest(
        system="",
        messages=[*_instructions(body.get("instructions")), *_Input(target).read(body.get("input"))],
        temperature=fields.number(body, "temperature"),
        max_tokens=fields.limit(body, "max_output_tokens"),
        context=asked.context,
        owner=asked.owner,
        top_p=fields.number(body, "top_p", 1),
        tools=_tools(body, target),
        json_format=_json_format(body.get("text"), target),
    )


def _instructions(value: Any) -> list[ChatMessage]:
    return [] if value is None else [ChatMessage("system", fields.text(value, "instructions"))]


class _Input:
    """Reads one input: what is one turn to other vendors are several items here. Remembers what each call was for."""

    def __init__(self, target: Target):
        self._target = target
        self._names: dict[str, str] = {}
        self._messages: list[ChatMessage] = []

    def read(self, value: Any) -> list[ChatMessage]:
        if isinstance(value, str):
            return [ChatMessage("user", fields.text(value, "input"))]
        for where, item in fields.objects(fields.items(value, "input"), "input"):
            self._read(item, where)
        if not any(message.role == "user" for message in self._messages):
            raise Invalid("'input' must be a text, or hold at least one item with the role user")
        return self._messages

    def _read(self, item: Mapping[str, Any], where: str) -> None:
        match item.get("type", "message"):
            case "message":
                self._message(item, where)
            case "function_call":
                self._said(self._call(item, where))
            case "function_call_output":
                openai.add_result(self._messages, self._result(item, where))
            case "reasoning":
                # Sealed by the model that thought it.
                pass
            case _:
                raise self._target.refused(where)

    def _message(self, item: Mapping[str, Any], where: str) -> None:
        content, at = item.get("content"), f"{where}.content"
        match item.get("role"):
            case "system" | "developer":
                text = "\n".join(part.text for part in self._texts(content, at))
                self._messages.append(ChatMessage("system", text))
            case "user":
                self._messages.append(ChatMessage("user", fields.content(self._parts(content, at))))
            case "assistant":
                self._said(*self._texts(content, at))
            case _:
                raise Invalid(f"'{where}.role' must be system, developer, user or assistant")

    def _said(self, *parts: Part) -> None:
        """What the assistant said in one go is one message."""
        last = self._messages[-1] if self._messages else None
        if last is not None and last.role == "assistant":
            self._messages[-1] = ChatMessage("assistant", (*last.parts, *parts))
        else:
            self._messages.append(ChatMessage("assistant", fields.content(parts)))

    def _call(self, item: Mapping[str, Any], where: str) -> ToolCall:
        id, name = (fields.text(item.get(name), f"{where}.{name}") for name in ("call_id", "name"))
        self._names[id] = name
        return ToolCall(id, name, openai.arguments(item.get("arguments"), f"{where}.arguments"))

    def _result(self, item: Mapping[str, Any], where: str) -> ToolResult:
        id = item.get("call_id")
        if not isinstance(id, str) or id not in self._names:
            raise Invalid(f"'{where}.call_id' must be that of a function_call before it")
        return ToolResult(id, self._names[id], tuple(self._parts(item.get("output"), f"{where}.output")))

    def _texts(self, value: Any, where: str) -> list[Text]:
        parts = self._parts(value, where)
        texts = [part for part in parts if isinstance(part, Text)]
        if len(texts) < len(parts):
            raise self._target.refused(where)
        return texts

    def _parts(self, value: Any, where: str) -> list[Text | Image]:
        if isinstance(value, list):
            parts = [self._part(part, at) for at, part in fields.objects(value, where)]
        else:
            parts = [Text(fields.text(value, where))]
        return [part for part in parts if isinstance(part, Image) or part.text.strip()]

    def _part(self, part: Mapping[str, Any], where: str) -> Text | Image:
        match part.get("type"):
            case "input_text" | "output_text":
                return Text(fields.text(part.get("text"), f"{where}.text"))
            case "refusal":
                return Text(fields.text(part.get("refusal"), f"{where}.refusal"))
            case "input_image" if part.get("file_id") is None:
                return openai.image(part.get("image_url"), f"{where}.image_url", self._target)
            case _:
                raise self._target.refused(where)


def _tools(body: Mapping[str, Any], target: Target) -> Tools:
    given = fields.objects(body.get("tools"), "tools")
    offered = tuple(_tool(tool, where, target) for where, tool in given)
    return openai.tools(offered, body.get("tool_choice"), body, target)


def _tool(tool: Mapping[str, Any], where: str, target: Target) -> Tool:
    if tool.get("type") != "function":
        raise target.refused(where)
    return openai.function(tool, where)


def _json_format(value: Any, target: Target) -> JsonFormat | None:
    where = "text.format"
    form = None if value is None else fields.fields(value, "text").get("format")
    match form:
        case None | {"type": "text"}:
            return None
        case {"type": "json_object"}:
            target.json_without_schema(where)
            return JsonFormat()
        case {"type": "json_schema"}:
            return openai.json_schema(fields.fields(form, where), where)
        case _:
            raise target.refused(where)
