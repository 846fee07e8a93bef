"""A prompt as `generate_content` takes it."""

import re
from base64 import b64decode, urlsafe_b64decode
from collections.abc import Iterator
from typing import Any

from fluxgate_app.chat.dialects import gemini_ids
from fluxgate_app.chat.messages import ChatMessage
from fluxgate_app.chat.parts import Image, Part, Reasoning, Text, ToolCall, ToolResult
from fluxgate_app.chat.prompt import Prompt
from fluxgate_app.chat.tools import JsonFormat, Tool, Tools

_ROLES = {"user": "user", "assistant": "model"}
# Gemini 3 and later refuse calls without a signature; this one says that they come from another model.
# https://ai.google.dev/gemini-api/docs/thought-signatures
_FOREIGN = urlsafe_b64decode("skip_thought_signature_validator")
_UNSIGNED = re.compile(r"gemini-[12]\b|gemma-")


def arguments(prompt: Prompt) -> dict[str, Any]:
    """The arguments."""
    told = {
        "system_instruction": prompt.system or None,
        "temperature": prompt.temperature,
        "max_output_tokens": prompt.max_tokens,
        "top_p": prompt.top_p,
        "stop_sequences": list(prompt.stop) or None,
    }
    config: dict[str, Any] = {name: value for name, value in told.items() if value is not None}
    if prompt.json_format is not None:
        config |= _json(prompt.json_format)
    signs = _UNSIGNED.match(prompt.model) is None
    contents = [_content(turn, signs) for turn in prompt.turns]
    return {"model": prompt.model, "contents": contents, "config": config | _tools(prompt.tools)}


def _content(turn: ChatMessage, signs: bool) -> dict[str, Any]:
    parts = [told for part in turn.parts for told in _parts(part)]
    calls = [part for part in parts if "function_call" in part]
    if signs and calls and not any("thought_signature" in call for call in calls):
        calls[0]["thought_signature"] = _FOREIGN
    return {"role": _ROLES[turn.role], "parts": parts}


def _parts(part: Part) -> Iterator[dict[str, Any]]:
    match part:
        case Text(text):
            yield {"text": text}
        case Image():
            yield {"inline_data": {"mime_type": part.media_type, "data": b64decode(part.data)}}
        case ToolCall():
            yield _call(part)
        case ToolResult():
            yield _result(part)
            # A response is JSON; pictures stand beside it.
            for image in part.content:
                if isinstance(image, Image):
                    yield from _parts(image)
        case Reasoning():
            pass


def _call(call: ToolCall) -> dict[str, Any]:
    id, signature = gemini_ids.read(call.id)
    signed = {"thought_signature": signature} if signature else {}
    return {"function_call": {**_named(id, call.name), "args": call.input}, **signed}


def _result(result: ToolResult) -> dict[str, Any]:
    id, _ = gemini_ids.read(result.call_id)
    response = {"error" if result.is_error else "output": result.text}
    return {"function_response": {**_named(id, result.name), "response": response}}


def _named(id: str | None, name: str) -> dict[str, Any]:
    return {"name": name} if id is None else {"id": id, "name": name}


def _json(json: JsonFormat) -> dict[str, Any]:
    schema = {} if json.schema is None else {"response_json_schema": json.schema}
    return {"response_mime_type": "application/json", **schema}


def _tools(tools: Tools) -> dict[str, Any]:
    if not tools.offered:
        return {}
    config: dict[str, Any] = {
        "tools": [{"function_declarations": [_declaration(tool) for tool in tools.offered]}],
        "automatic_function_calling": {"disable": True},
    }
    if tools.choice != "auto":
        mode: dict[str, Any] = {"mode": {"none": "NONE", "required": "ANY"}[tools.choice]}
        if tools.only is not None:
            mode["allowed_function_names"] = [tools.only]
        config["tool_config"] = {"function_calling_config": mode}
    return config


def _declaration(tool: Tool) -> dict[str, Any]:
    declaration: dict[str, Any] = {"name": tool.name}
    if tool.description is not None:
        declaration["description"] = tool.description
    if tool.parameters.get("properties"):
        declaration["parameters_json_schema"] = {"type": "object", **tool.parameters}
    return declaration
