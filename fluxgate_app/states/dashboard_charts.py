"""What the charts of the dashboard draw, as `charts.jsx` takes it."""

from datetime import datetime, timedelta
from typing import Any

from fluxgate_app.events.metrics.answer import Key
from fluxgate_app.events.metrics.figures import Figures, Percentiles
from fluxgate_app.events.metrics.overview import Overview
from fluxgate_app.states.dashboard_links import behind_group, behind_points
from fluxgate_app.states.dashboard_words import group_name
from fluxgate_app.states.hues import hues

_OTHERS: Key = ()


def charts(shown: Overview) -> dict[str, Any]:
    """`groups` are the layers of the stack, `points` the intervals with a figure for each layer and the percentiles.

    `whole` has the percentiles of the whole period. Money is USD, times are ms; what is unknown is null.
    """
    totals = shown.whole.totals
    return {"groups": _groups(shown), "points": _points(shown), "whole": _percentiles(totals)}


def _groups(shown: Overview) -> list[dict[str, Any]]:
    groups = shown.grouped.groups
    layers = [
        {"name": group_name(group.key), "hue": str(hue), "link": behind_group(shown.question, group.key)}
        | _sums(group.totals)
        for group, hue in zip(groups, hues([group.key for group in groups]), strict=True)
    ]
    if rest := shown.grouped.rest:
        layers.append(
            {"name": f"{rest.groups} {'others' if rest.groups > 1 else 'other'}", "hue": "rest", "link": ""}
            | _sums(rest.totals)
        )
    return layers


def _points(shown: Overview) -> list[dict[str, Any]]:
    layers: list[Key] = [*(group.key for group in shown.grouped.groups), *([_OTHERS] if shown.grouped.rest else [])]
    drawn = {(point.start, point.key): _sums(point.figures) for point in shown.grouped.series}
    nothing = {"cost": 0.0, "requests": 0, "errors": 0}
    starts = [point.start for point in shown.whole.series]
    links = behind_points(shown.question, shown.whole)
    return [
        {
            "label": _label(point.start.astimezone(shown.question.zone), starts),
            "title": _title(point.start.astimezone(shown.question.zone), starts),
            "link": link,
            "layers": [drawn.get((point.start, key), nothing) for key in layers],
            **_percentiles(point.figures),
        }
        for point, link in zip(shown.whole.series, links, strict=True)
    ]


def _sums(figures: Figures) -> dict[str, Any]:
    return {"cost": float(figures.cost), "requests": figures.requests, "errors": figures.errors}


def _percentiles(figures: Figures) -> dict[str, list[float] | None]:
    return {
        "latency": _three(figures.latency_in_ms),
        "duration": _three(figures.duration_in_ms),
        "speed": _three(figures.tokens_per_second),
    }


def _three(of: Percentiles | None) -> list[float] | None:
    return [round(of.p50, 1), round(of.p95, 1), round(of.p99, 1)] if of else None


def _label(start: datetime, starts: list[datetime]) -> str:
    """Short, for an axis."""
    if _step(starts) >= timedelta(days=28):
        return f"{start:%b %Y}"
    if _step(starts) >= timedelta(hours=23):
        return f"{start:%-d %b}"
    if starts[-1] - starts[0] <= timedelta(days=1):
        return f"{start:%H:%M}"
    return f"{start:%-d %b %H:%M}"


def _title(start: datetime, starts: list[datetime]) -> str:
    """Whole, for the hover and the table."""
    if _step(starts) >= timedelta(days=28):
        return f"{start:%B %Y}"
    if _step(starts) >= timedelta(days=6):
        return f"Week of {start:%-d %b %Y}"
    if _step(starts) >= timedelta(hours=23):
        return f"{start:%a, %-d %b %Y}"
    return f"{start:%a, %-d %b %Y, %H:%M}"


def _step(starts: list[datetime]) -> timedelta:
    return starts[1] - starts[0] if len(starts) > 1 else timedelta()
