"""Everything about one recorded call, in words."""

import json
from dataclasses import dataclass
from typing import Any

from fluxgate_app.events.event_row import EventRow
from fluxgate_app.events.queries import EventDetail
from fluxgate_app.states import figures
from fluxgate_app.states.request_filters import link
from fluxgate_app.states.request_lines import about

_KNOWN_BY = {
    "reported": "reported by the provider",
    "computed": "computed from the exact token counts",
    "estimated": "estimated: the stream ended before its usage arrived",
    "unpriced": "no price is known for this model",
}


@dataclass(frozen=True)
class Fact:
    """A name and its value; `link` is where the value leads, `exact` and `note` are said beside it."""

    name: str
    value: str
    link: str = ""
    exact: str = ""
    note: str = ""
    tone: str = ""


def summary(event: EventRow) -> list[Fact]:
    """The figures that matter most."""
    speed = figures.tokens_per_second(event.output_tokens, event.latency_in_ms, event.streaming_duration_in_ms)
    said = [
        Fact("Cost", figures.money(event.cost, event.cost_source), exact=figures.exact_money(event.cost)),
        Fact("Tokens in", figures.count(event.input_tokens), exact=figures.exact_count(event.input_tokens)),
        Fact(
            "Tokens out",
            f"{about(event)}{figures.count(event.output_tokens)}",
            exact=figures.exact_count(event.output_tokens),
        ),
        Fact("First token", figures.duration(event.latency_in_ms)) if event.is_streamed else None,
        Fact("Duration", figures.duration(event.duration_in_ms)),
        Fact("Speed", speed) if speed else None,
    ]
    return [fact for fact in said if fact]


def timeline(event: EventRow) -> tuple[str, str, list[Fact]]:
    """How wide waiting and writing are, as percentages, and the words below; nothing when no time is known."""
    whole = event.duration_in_ms
    if whole is None or whole <= 0:
        return "0%", "0%", []
    if not event.is_streamed:
        return "100%", "0%", [Fact("Waited for the whole answer", figures.duration(whole), tone="wait")]
    first = whole if event.latency_in_ms is None else min(event.latency_in_ms, whole)
    words = [Fact("First token after", figures.duration(event.latency_in_ms), tone="wait")]
    words.append(Fact("then wrote for", figures.duration(whole - first), tone="write"))
    return f"{100 * first / whole:.2f}%", f"{100 - 100 * first / whole:.2f}%", words


def tokens(event: EventRow) -> list[Fact]:
    """The counts by kind; a part that is unknown or empty is left out."""
    kinds = [
        ("Input", event.input_tokens),
        ("of it cached", event.cached_tokens),
        ("of it written to the cache", event.cache_write_tokens),
        ("of it for an hour", event.cache_write_1h_tokens),
        ("Output", event.output_tokens),
        ("of it reasoning", event.reasoning_tokens),
        ("Audio", event.audio_tokens),
    ]
    return [Fact(name, figures.exact_count(number)) for name, number in kinds if number or name in ("Input", "Output")]


def cost(event: EventRow) -> list[Fact]:
    """What it cost and how that is known."""
    return _known(
        ("Cost", figures.exact_money(event.cost) or "unpriced"),
        ("How it is known", _KNOWN_BY.get(event.cost_source, event.cost_source)),
        ("Price version", event.price_version),
    )


def context(detail: EventDetail) -> list[Fact]:
    """What it was for and whose it is; what can be looked for leads to the list."""
    event, person = detail.event, detail.end_user
    user = " · ".join(filter(None, (person.name, person.email, event.user))) if person else event.user
    return [
        *_searchable("Feature", "feature", event.feature),
        *_searchable("Step", "step", event.step),
        *_searchable("User", "user", event.user, user),
        *_searchable("Session", "sessionId", event.session_id),
        *_searchable("Conversation", "conversationId", event.conversation_id),
        *_searchable("Account", "account", event.account),
        *_searchable("API key", "apiKey", event.api_key),
    ]


def call(event: EventRow) -> list[Fact]:
    """What was called and how it ended."""
    return _known(
        ("Tracking id", event.tracking_id),
        ("Provider", event.provider),
        ("Host", event.endpoint_host),
        ("Model asked", event.model),
        ("Model that answered", event.model_used),
        ("Kind", f"{event.kind}, {'streamed' if event.is_streamed else 'whole'}"),
        ("Origin", event.origin),
        ("Finish reason", event.finish_reason),
        ("Attempt", str(event.attempt) if event.attempt > 1 else None),
    )


def error(event: EventRow) -> str:
    """Why it failed, in the provider's words where they were kept."""
    return ": ".join(filter(None, (event.error_type, event.error_message)))


def pretty(value: dict[str, Any] | None) -> str:
    """JSON for reading; nothing for nothing."""
    return json.dumps(value, indent=2, ensure_ascii=False, default=str) if value else ""


def _known(*facts: tuple[str, str | None]) -> list[Fact]:
    return [Fact(name, value) for name, value in facts if value]


def _searchable(name: str, column: str, value: str | None, said: str | None = None) -> list[Fact]:
    return [Fact(name, said or value, link=link(((column, value),)))] if value else []
