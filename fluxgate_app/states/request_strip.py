"""What the list adds up to: requests, cost and time, over time."""

from dataclasses import dataclass, field
from datetime import UTC, datetime

import reflex as rx

from fluxgate_app import wiring
from fluxgate_app.errors import Invalid
from fluxgate_app.events.metrics.answer import Metrics, Point, answer
from fluxgate_app.events.metrics.question import Question, parse
from fluxgate_app.states import figures
from fluxgate_app.states.person import identity_of, zone_of
from fluxgate_app.states.request_filters import Pairs, pairs_of, scope_of


@dataclass(frozen=True)
class Bar:
    """One interval from `start` (ISO) on: numbers for its height, words for its hover. `time` in ms."""

    start: str
    requests: int
    errors: int
    cost: float
    cost_words: str
    time: float
    time_words: str


@dataclass(frozen=True)
class Strip:
    """The sums in words, and the bars; `since` and `until` are ISO, `trouble` says why there are none."""

    query: str = ""
    requests: str = ""
    cost: str = ""
    time: str = ""
    since: str = ""
    until: str = ""
    bars: list[Bar] = field(default_factory=list)
    trouble: str = ""


class RequestStrip(rx.State):
    """The strip above the list; `is_loading` until the first is there."""

    is_loading: bool = True
    strip: Strip = Strip()

    @rx.event
    async def load(self):
        """Add up what the address asks for; without a time, the last 7 days."""
        identity = await identity_of(self)
        pairs = pairs_of(self)
        try:
            question = parse(_asked(pairs), datetime.now(UTC), zone_of(self).key)
            self.strip = _strip(question, await wiring.current().db.read(answer, scope_of(identity), question))
        except Invalid as error:
            self.strip = Strip(trouble=error.message)
        self.is_loading = False


def _asked(pairs: Pairs) -> Pairs:
    # The list shows calls of any origin, so they all count.
    origin = [] if any(name.partition(".")[0] == "origin" for name, _ in pairs) else [("origin", "all")]
    return [*(pair for pair in pairs if pair[0] != "sort"), *origin, ("interval", "auto")]


def _strip(question: Question, found: Metrics) -> Strip:
    totals = found.totals
    return Strip(
        requests=figures.exact_count(totals.requests),
        cost=figures.money(totals.cost),
        time=figures.duration(totals.duration_in_ms.p95) if totals.duration_in_ms else "",
        since=found.period.since.isoformat(),
        until=min(found.period.until, max(question.now, found.period.since)).isoformat(),
        bars=list(map(_bar, found.series)),
    )


def _bar(point: Point) -> Bar:
    of = point.figures
    p95 = of.duration_in_ms.p95 if of.duration_in_ms else None
    return Bar(
        start=point.start.isoformat(),
        requests=of.requests,
        errors=of.errors,
        cost=float(of.cost),
        cost_words=figures.money(of.cost),
        time=p95 or 0.0,
        time_words=figures.duration(p95),
    )
