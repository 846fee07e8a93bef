"""Everything about one recorded call, in words."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, fields
from decimal import Decimal
from shlex import quote
from typing import Any

from fluxgate_app.events.event_row import EventRow
from fluxgate_app.events.feedback import FeedbackView
from fluxgate_app.events.queries import EventDetail
from fluxgate_app.models.columns import to_money
from fluxgate_app.states import figures
from fluxgate_app.states.request_filters import link
from fluxgate_app.states.request_lines import about
from fluxgate_app.tracking.parts import Parts, parts
from fluxgate_app.tracking.price_list import version
from fluxgate_app.tracking.record import Usage

_KNOWN_BY = {
    "reported": "reported by the provider",
    "computed": "computed from the exact token counts",
    "estimated": "estimated: the list has no price of its own for how it was served",
    "unpriced": "no price is known for this model",
}


_UNCOUNTED = "estimated: the stream ended before its usage arrived"


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


def tokens(event: EventRow, metadata: Mapping[str, Any] | None = None) -> list[Fact]:
    """The counts by kind, each with its price where that is known; a part that is unknown or empty is left out.

    Last the provider's own total, kept in the metadata where it is not the sum of its counts.
    """
    priced, estimated = _priced(event), {"Output": about(event)}
    kinds = [
        ("Input", event.input_tokens, priced and priced.fresh + priced.cached + priced.cache_write),
        ("of it cached", event.cached_tokens, priced and priced.cached),
        ("of it written to the cache", event.cache_write_tokens, priced and priced.cache_write),
        ("of it for an hour", event.cache_write_1h_tokens, None),
        ("Output", event.output_tokens, priced and priced.output),
        ("of it reasoning", event.reasoning_tokens, None),
        ("Audio", event.audio_tokens, None),
    ]
    facts = [
        Fact(
            name,
            estimated.get(name, "") + figures.exact_count(number),
            note="" if usd is None else figures.money(usd),
            exact=_exact(usd),
        )
        for name, number, usd in kinds
        if number or name in ("Input", "Output")
    ]
    total = (metadata or {}).get("vendorTotalTokens")
    if isinstance(total, int):
        facts.append(Fact("The provider's total", figures.exact_count(total), note="is not the sum of its counts"))
    return facts


def _exact(usd: Decimal | None) -> str:
    return "" if usd is None else figures.exact_money(usd.normalize())


def _priced(event: EventRow) -> Parts | None:
    """What each kind cost, when that is how the cost was found: by the list that is installed, at its usual rates."""
    if event.cost is None or event.price_version != version():
        return None
    usage = Usage(**{each.name: getattr(event, each.name) for each in fields(Usage)})
    models = [model for model in (event.model_used, event.model) if model]
    found = parts(usage, event.provider, models, event.created_at)
    return found if found and to_money(sum(found, Decimal(0))) == to_money(event.cost) else None


def cost(event: EventRow) -> list[Fact]:
    """What it cost and how that is known."""
    known = _KNOWN_BY.get(event.cost_source, event.cost_source)
    return _known(
        ("Cost", figures.exact_money(event.cost) or "unpriced"),
        ("How it is known", _UNCOUNTED if event.tokens_estimated and event.cost is not None else known),
        ("Price version", event.price_version),
    )


def context(detail: EventDetail, names: Mapping[str, str]) -> list[Fact]:
    """What it was for and whose it is; what can be looked for leads to the list. `names` are by id."""
    event, person = detail.event, detail.end_user
    user = " · ".join(filter(None, (person.name, person.email, event.user))) if person else event.user
    return [
        *_searchable("Feature", "feature", event.feature),
        *_searchable("Step", "step", event.step),
        *_searchable("User", "user", event.user, user),
        *_searchable("Session", "sessionId", event.session_id),
        *_searchable("Conversation", "conversationId", event.conversation_id),
        *_searchable("Account", "account", event.account, _named(event.account, names)),
        *_searchable("API key", "apiKey", event.api_key, _named(event.api_key, names)),
    ]


def opinion(said: FeedbackView | None) -> list[Fact]:
    """What the person who asked says of the answer."""
    if said is None:
        return []
    about = [Fact("Answer", "👍 Good" if said.is_good else "👎 Bad")]
    return about + ([Fact("Reason", said.reason)] if said.reason else [])


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


def curl(detail: EventDetail) -> str:
    """The call once more, for a shell, where its words were kept and are those of a chat; else a look at its record.

    `{origin}` stands for the address of this server.
    """
    event = detail.event
    authorized = '-H "Authorization: Bearer $FLUXGATE_API_KEY"'
    messages = _messages(detail.prompt) if event.kind == "chat" else None
    if messages is None:
        return f"curl {{origin}}/api/events/{quote(event.tracking_id)} {authorized}"
    body = json.dumps({"model": f"{event.provider}/{event.model}", "messages": messages}, ensure_ascii=False)
    return f"curl {{origin}}/v1/chat/completions {authorized} -H 'Content-Type: application/json' -d {quote(body)}"


def _messages(prompt: str | None) -> list[Any] | None:
    try:
        kept = json.loads(prompt or "")["messages"]
    except (ValueError, TypeError, KeyError):
        return None
    return kept if isinstance(kept, list) else None


def error(event: EventRow) -> str:
    """Why it failed, in the provider's words where they were kept."""
    return ": ".join(filter(None, (event.error_type, event.error_message)))


def pretty(value: Any) -> str:
    """JSON for reading; nothing for nothing."""
    return json.dumps(value, indent=2, ensure_ascii=False, default=str) if value else ""


def _named(id: str | None, names: Mapping[str, str]) -> str | None:
    return f"{names[id]} · {id}" if id and id in names else id


def readable(kept: str | None) -> str:
    """A kept text, indented where it is JSON."""
    try:
        return pretty(json.loads(kept or ""))
    except ValueError:
        return kept or ""


def _known(*facts: tuple[str, str | None]) -> list[Fact]:
    return [Fact(name, value) for name, value in facts if value]


def _searchable(name: str, column: str, value: str | None, said: str | None = None) -> list[Fact]:
    return [Fact(name, said or value, link=link(((column, value),)))] if value else []
