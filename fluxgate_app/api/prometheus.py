"""Totals for Prometheus, and how this process is (spec section 5)."""

import asyncio
from collections.abc import Callable, Iterator
from ipaddress import ip_address

from fastapi import APIRouter, Request, Response
from sqlalchemy.exc import SQLAlchemyError

from fluxgate_app.api import exposition
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
    return Response(await asyncio.to_thread(_text, wiring, counted), media_type=exposition.CONTENT_TYPE)


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


def _text(wiring: Wiring, counted: list[Counter] | None) -> str:
    refused = wiring.limits.refused
    families = [
        _gauge("fluxgate_database_up", "Whether the database answers", int(counted is not None)),
        _gauge("fluxgate_open_generations", "Answers being written", wiring.generations.open),
        _gauge("fluxgate_journal_backlog_bytes", "Recorded, not yet stored", wiring.recorder.backlog),
        exposition.counter("fluxgate_rate_limited", "Requests refused by a limit a minute", [("", refused)]),
    ]
    return "".join([*families, *(_calls(counted) if counted is not None else [])])


def _gauge(name: str, meaning: str, value: int) -> str:
    return exposition.gauge(name, f"{meaning}, of this process", value)


def _calls(counted: list[Counter]) -> Iterator[str]:
    labelled = [(_labels(each), each) for each in counted]
    tokens = [
        (f'{labels},kind="{kind}"', number)
        for labels, each in labelled
        for kind, number in zip(TOKENS, each.tokens, strict=True)
    ]
    counter = exposition.counter
    yield counter("fluxgate_requests", "Calls to providers", [(labels, each.requests) for labels, each in labelled])
    yield counter("fluxgate_errors", "Calls that failed", [(labels, each.errors) for labels, each in labelled])
    yield counter("fluxgate_unpriced", "Calls of unknown price", [(labels, each.unpriced) for labels, each in labelled])
    yield counter("fluxgate_cost_usd", "What calls cost", [(labels, float(each.cost)) for labels, each in labelled])
    yield counter("fluxgate_tokens", "Tokens; totals include their parts", tokens)
    yield _distribution("fluxgate_latency_seconds", "Until the first token", counted, lambda each: each.latency)
    yield _distribution("fluxgate_duration_seconds", "Whole calls", counted, lambda each: each.duration)


def _labels(counter: Counter) -> str:
    return exposition.labels({name: getattr(counter, name) for name in _KIND})


def _distribution(name: str, meaning: str, counted: list[Counter], histogram: Callable[[Counter], bytes]) -> str:
    samples = [
        (
            exposition.labels(dict(zip(("provider", "model", "origin"), spread.labels, strict=True))),
            zip(_SECONDS, spread.at_most, strict=True),
            spread.total,
            spread.sum / 1000,
        )
        for spread in spreads(counted, histogram, [1000 * bound for bound in _SECONDS])
    ]
    return exposition.histogram(name, f"{meaning}, to 4 %", samples)
