"""Spans by hand, in OTLP's JSON."""

from typing import Any

GPT: dict[str, Any] = {
    "gen_ai.operation.name": "chat",
    "gen_ai.provider.name": "openai",
    "gen_ai.request.model": "gpt-4o",
    "gen_ai.usage.input_tokens": 1000,
    "gen_ai.usage.output_tokens": 100,
    "gen_ai.usage.cache_read.input_tokens": 800,
}
BEGAN = 1_772_366_400_000_000_000


def request(*spans: dict[str, Any], **resource: Any) -> dict[str, Any]:
    """A request with these spans of a program with these attributes."""
    return {"resourceSpans": [{"resource": {"attributes": _pairs(resource)}, "scopeSpans": [{"spans": list(spans)}]}]}


def span(number: int = 1, attributes: dict[str, Any] = GPT, parent: int | None = None, **more: Any) -> dict[str, Any]:
    """A span of 1.5 s on 1 March 2026, 12:00 UTC. `number` and `parent` are ids, `more` what else OTLP has."""
    return {
        "traceId": "5b8efff798038103d269b633813fc60c",
        "spanId": f"{number:016x}",
        "parentSpanId": "" if parent is None else f"{parent:016x}",
        "name": "chat gpt-4o",
        "kind": 3,
        "startTimeUnixNano": str(BEGAN),
        "endTimeUnixNano": str(BEGAN + 1_500_000_000),
        "attributes": _pairs(attributes),
    } | more


def happened(name: str, after_ms: int, **attributes: Any) -> dict[str, Any]:
    """An event of a span, so long after it began."""
    return {
        "name": name,
        "timeUnixNano": str(BEGAN + after_ms * 1_000_000),
        "attributes": _pairs({key.replace("_", "."): value for key, value in attributes.items()}),
    }


def _pairs(attributes: dict[str, Any]) -> list[dict[str, Any]]:
    return [{"key": name, "value": _value(told)} for name, told in attributes.items()]


def _value(told: Any) -> dict[str, Any]:
    if isinstance(told, list):
        return {"arrayValue": {"values": [_value(one) for one in told]}}
    if isinstance(told, dict):
        return {"kvlistValue": {"values": _pairs(told)}}
    kinds = {bool: "boolValue", int: "intValue", float: "doubleValue", str: "stringValue"}
    return {kinds[type(told)]: str(told) if type(told) is int else told}
