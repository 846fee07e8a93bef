"""Where the figures of the dashboard lead: the requests behind them, as the list's address."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import pairwise

from fluxgate_app.events.event_row import FAILURES
from fluxgate_app.events.metrics.answer import Metrics
from fluxgate_app.events.metrics.question import Question
from fluxgate_app.events.time_ranges import ALWAYS
from fluxgate_app.events.values import Values
from fluxgate_app.states.request_filters import Pairs, link

USUAL_RANGE = "7d"
FAILED = [("status", status) for status in sorted(FAILURES)]


def behind(question: Question, more: Iterable[tuple[str, str]] = ()) -> str:
    """The requests that the question counts, or those of them that are also what `more` says."""
    return link([*_filters(question, more), *_time(question)])


def behind_group(question: Question, key: Sequence[str], dimensions: Sequence[str] | None = None) -> str:
    """The requests of one group."""
    return behind(question, of_group(dimensions or question.dimensions, key))


def of_group(dimensions: Sequence[str], key: Sequence[str]) -> Pairs:
    """What the requests of a group have in common, as filters."""
    named = zip(dimensions, key, strict=True)
    return [(name, value) if value else (f"{name}.empty", "true") for name, value in named]


def behind_points(question: Question, metrics: Metrics) -> list[str]:
    """The requests of each interval."""
    starts = [point.start for point in metrics.series]
    ends: list[datetime | None] = [*(later for _, later in pairwise(starts)), question.filters.until]
    return [
        link([*_filters(question, ()), *_between(max(start, metrics.period.since), end)])
        for start, end in zip(starts, ends, strict=True)
    ]


def _filters(question: Question, more: Iterable[tuple[str, str]]) -> Pairs:
    narrower = list(more)
    names = {name for name, _ in narrower}
    kept = replace(question.filters, time=ALWAYS).pairs
    return [*(pair for pair in kept if pair[0] not in names), *narrower]


def _time(question: Question) -> Pairs:
    time = question.filters.time
    said = [pair for pair in time.pairs if pair[0] != "timezone"] or [("range", USUAL_RANGE)]
    # Days begin where the viewer is; the last hours are the same everywhere.
    by_days = time.span is not None and not time.span[0].isdigit()
    return [*said, *([("timezone", question.zone.key)] if by_days else [])]


def _between(since: datetime, until: datetime | None) -> Pairs:
    return [("from", Values.TIME.write(since)), *([("to", Values.TIME.write(until))] if until else [])]
