"""Figures over recorded calls: what they cost, how slow they were, by any dimension, over time (spec section 7)."""

from datetime import UTC, datetime
from typing import Any

from fastapi import APIRouter, Request, Response

from fluxgate_app.api.deps import EventReader, Wired
from fluxgate_app.api.document import JSON, answers, parameter
from fluxgate_app.api.events import FILTERS, scope_of
from fluxgate_app.api.exact_json import JsonAnswer
from fluxgate_app.events.metrics.answer import Group, Metrics, Point, Rest, answer
from fluxgate_app.events.metrics.figures import Figures, Percentiles
from fluxgate_app.events.metrics.periods import INTERVALS, Period
from fluxgate_app.events.metrics.question import DIMENSIONS, MOST_GROUPS, ORDERS, Question, parse

router = APIRouter(prefix="/api/metrics", tags=["Metrics"])

_PARAMETERS = [
    parameter(
        "groupBy",
        f"One or two of {', '.join(DIMENSIONS)}, separated by a comma",
        type="string",
        example="model,feature",
    ),
    parameter("interval", "A series of figures, one for each", type="string", enum=[*INTERVALS, "auto"]),
    parameter("compare", "Also the period of equal length before", type="string", enum=["previous"]),
    parameter("order", "Which groups come first", type="string", enum=list(ORDERS), default="cost"),
    parameter(
        "limit", "How many groups; the rest becomes one", type="integer", minimum=1, maximum=MOST_GROUPS, default=10
    ),
    *(each for each in FILTERS if each["name"] != "timezone"),
    parameter("timezone", "Whose days, weeks and months; `FLUXGATE_TIMEZONE` if not given", type="string"),
]


_COUNT = {"type": "integer"}
_NUMBER = {"type": ["number", "null"]}
_OF = {"type": ["object", "null"], "properties": {share: {"type": "number"} for share in ("p50", "p95", "p99")}}
_COUNTS = ("requests", "errors", "unpriced")
_TOKENS = (*(f"{kind}Tokens" for kind in ("input", "output", "cached", "cacheWrite", "reasoning", "audio")),)
_SAID = {
    **dict.fromkeys((*_COUNTS, *_TOKENS), _COUNT),
    **dict.fromkeys(("errorRate", "cacheHitRate"), _NUMBER),
    "cost": {"type": "number", "description": "USD"},
    **dict.fromkeys(("latencyInMs", "durationInMs", "tokensPerSecond"), _OF),
}
_TOTALS = {"type": "object", "required": list(_SAID), "properties": _SAID}
_GROUP = {
    "type": "object",
    "required": ["key", "totals"],
    "properties": {"key": {"type": "object"}, "totals": _TOTALS, "previous": _TOTALS, "endUser": {"type": "object"}},
}
_TIME = {"type": "string", "format": "date-time"}
_POINT = {"type": "object", "required": ["start", *_SAID], "properties": {"start": _TIME, **_SAID}}
_ANSWER = {
    "type": "object",
    "required": ["from", "to", "timezone", "interval", "totals", "groups", "other", "series"],
    "properties": {
        "from": _TIME,
        "to": _TIME,
        "timezone": {"type": "string"},
        "interval": {"type": ["string", "null"]},
        "totals": _TOTALS,
        "previous": _TOTALS,
        "previousFrom": _TIME,
        "groups": {"type": "array", "items": _GROUP},
        "other": {"type": ["object", "null"], "properties": {"groups": _COUNT, "totals": _TOTALS}},
        "series": {"type": "array", "items": _POINT},
    },
}


@router.get("", openapi_extra={"parameters": _PARAMETERS} | answers(400, content={JSON: _ANSWER}))
async def metrics(request: Request, wiring: Wired, identity: EventReader) -> Response:
    """Totals of the calls that the filters let through, of groups of them, and over time.

    Only calls of origin `real` count, unless `origin` names others, or `all`. Money is USD, rates are shares of 1.
    """
    now = datetime.now(UTC)
    question = parse(request.query_params.multi_items(), now, wiring.settings.timezone)
    return JsonAnswer(_metrics(question, await wiring.db.read(answer, scope_of(identity), question)))


def _metrics(question: Question, found: Metrics) -> dict[str, Any]:
    return {
        **_period(question, found.period),
        "timezone": question.zone.key,
        "interval": question.interval,
        "totals": _figures(found.totals),
        **_previous(found.previous),
        **({"previousFrom": found.previous_period.since} if found.previous_period else {}),
        "groups": [_group(question, group) for group in found.groups],
        "other": _rest(found.rest) if found.rest else None,
        "series": [_point(question, point) for point in found.series],
    }


def _period(question: Question, period: Period) -> dict[str, datetime]:
    return {"from": period.since, "to": min(period.until, max(question.now, period.since))}


def _group(question: Question, group: Group) -> dict[str, Any]:
    said = {"key": _key(question, group.key), "totals": _figures(group.totals), **_previous(group.previous)}
    if group.end_user:
        said["endUser"] = {"name": group.end_user.name, "monthlyRevenue": group.end_user.monthly_revenue}
    return said


def _rest(rest: Rest) -> dict[str, Any]:
    return {"groups": rest.groups, "totals": _figures(rest.totals), **_previous(rest.previous)}


def _point(question: Question, point: Point) -> dict[str, Any]:
    key = {} if point.key is None else {"key": _key(question, point.key) if point.key else None}
    return {"start": point.start, **key, **_figures(point.figures)}


def _key(question: Question, values: tuple[str, ...]) -> dict[str, str | None]:
    return {name: value or None for name, value in zip(question.dimensions, values, strict=True)}


def _previous(figures: Figures | None) -> dict[str, Any]:
    return {"previous": _figures(figures)} if figures else {}


def _figures(figures: Figures) -> dict[str, Any]:
    return {
        "requests": figures.requests,
        "errors": figures.errors,
        "errorRate": figures.error_rate,
        "unpriced": figures.unpriced,
        "cost": figures.cost,
        "inputTokens": figures.input_tokens,
        "outputTokens": figures.output_tokens,
        "cachedTokens": figures.cached_tokens,
        "cacheWriteTokens": figures.cache_write_tokens,
        "reasoningTokens": figures.reasoning_tokens,
        "audioTokens": figures.audio_tokens,
        "cacheHitRate": figures.cache_hit_rate,
        "latencyInMs": _percentiles(figures.latency_in_ms),
        "durationInMs": _percentiles(figures.duration_in_ms),
        "tokensPerSecond": _percentiles(figures.tokens_per_second),
    }


def _percentiles(of: Percentiles | None) -> dict[str, float] | None:
    return {"p50": round(of.p50, 3), "p95": round(of.p95, 3), "p99": round(of.p99, 3)} if of else None
