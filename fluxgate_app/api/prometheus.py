"""Totals for Prometheus, and how this process is (spec section 5)."""

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from ipaddress import ip_address

from fastapi import APIRouter, Request, Response
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Metric, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily
from prometheus_client.registry import Collector
from sqlalchemy.exc import SQLAlchemyError

from fluxgate_app.api.deps import Wired, event_reader
from fluxgate_app.api.document import READER, STRING, TEXT, answers
from fluxgate_app.errors import Forbidden
from fluxgate_app.events.metrics.counters import TOKENS, Counter, counters, spreads
from fluxgate_app.wiring import Wiring

router = APIRouter(tags=["Health"])

_KIND = ("provider", "model", "feature", "status", "origin")
_SECONDS = (0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 120.0, 300.0)
_FORWARDED = ("forwarded", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "x-real-ip", "via")


@router.get("/metrics", response_class=Response, openapi_extra=answers(content={TEXT: STRING}, guard=READER))
async def prometheus(request: Request, wiring: Wired) -> Response:
    """Counters over all recorded calls, in Prometheus' text format.

    For an admin, or a key of one with the scope `events:read`; from this machine itself, without.
    """
    if not _from_this_machine(request):
        identity = await event_reader(request, wiring)
        if not identity.is_admin:
            raise Forbidden
    try:
        counted = await wiring.db.read(counters)
    except SQLAlchemyError:
        counted = None
    return Response(await asyncio.to_thread(_text, wiring, counted), media_type=CONTENT_TYPE_LATEST)


def _from_this_machine(request: Request) -> bool:
    """The socket's other end is here, nothing says that it speaks for somebody else, and no page was led here."""
    if request.client is None or any(name in request.headers for name in _FORWARDED):
        return False
    return _is_loopback(request.client.host) and _is_loopback(request.url.hostname or "")


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def _text(wiring: Wiring, counted: list[Counter] | None) -> bytes:
    registry = CollectorRegistry()
    registry.register(_Figures(wiring, counted))
    return generate_latest(registry)


@dataclass(frozen=True, eq=False)
class _Figures(Collector):
    wiring: Wiring
    counted: list[Counter] | None

    def collect(self) -> Iterator[Metric]:
        yield _gauge("fluxgate_database_up", "Whether the database answers", int(self.counted is not None))
        yield _gauge("fluxgate_open_generations", "Answers being written", self.wiring.generations.open)
        yield _gauge("fluxgate_journal_backlog_bytes", "Recorded, not yet stored", self.wiring.recorder.backlog)
        refused = CounterMetricFamily("fluxgate_rate_limited", "Requests refused by a limit a minute")
        refused.add_metric([], self.wiring.limits.refused)
        yield refused
        if self.counted is not None:
            yield from _calls(self.counted)


def _gauge(name: str, meaning: str, value: int) -> Metric:
    return GaugeMetricFamily(name, f"{meaning}, of this process", value=value)


def _calls(counted: list[Counter]) -> Iterator[Metric]:
    yield _counter(counted, "fluxgate_requests", "Calls to providers", lambda each: each.requests)
    yield _counter(counted, "fluxgate_errors", "Calls that failed", lambda each: each.errors)
    yield _counter(counted, "fluxgate_unpriced", "Calls whose price is not known", lambda each: each.unpriced)
    yield _counter(counted, "fluxgate_cost_usd", "What calls cost, in USD", lambda each: float(each.cost))
    tokens = CounterMetricFamily("fluxgate_tokens", "Tokens; totals include their parts", labels=[*_KIND, "kind"])
    for each in counted:
        for kind, number in zip(TOKENS, each.tokens, strict=True):
            tokens.add_metric([*_labels(each), kind], number)
    yield tokens
    yield _distribution("fluxgate_latency_seconds", "Until the first token", counted, lambda each: each.latency)
    yield _distribution("fluxgate_duration_seconds", "Whole calls", counted, lambda each: each.duration)


def _counter(counted: list[Counter], name: str, meaning: str, value: Callable[[Counter], float]) -> Metric:
    family = CounterMetricFamily(name, meaning, labels=_KIND)
    for each in counted:
        family.add_metric(_labels(each), value(each))
    return family


def _labels(counter: Counter) -> list[str]:
    return [counter.provider, counter.model, counter.feature, counter.status, counter.origin]


def _distribution(name: str, meaning: str, counted: list[Counter], histogram: Callable[[Counter], bytes]) -> Metric:
    family = HistogramMetricFamily(name, f"{meaning}, to 4 %", labels=["provider", "model", "origin"])
    for spread in spreads(counted, histogram, [1000 * bound for bound in _SECONDS]):
        pairs = zip(_SECONDS, spread.at_most, strict=True)
        buckets = [*((str(bound), float(count)) for bound, count in pairs), ("+Inf", float(spread.total))]
        family.add_metric(spread.labels, buckets, spread.sum / 1000)
    return family
