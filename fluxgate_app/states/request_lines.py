"""A recorded call as a line of the list says it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from fluxgate_app.events.event_row import EventRow
from fluxgate_app.states import figures
from fluxgate_app.tracking import Status

_ENDS = {
    Status.SUCCESS: ("●", "good"),
    Status.CANCELLED: ("◐", "warn"),
    Status.INTERRUPTED: ("◌", "warn"),
    Status.MAX_TOKENS: ("◑", "warn"),
}
_SHORT_ID = 6
_NO_NAMES: Mapping[str, str] = {}


@dataclass(frozen=True)
class End:
    """How a call ended: a word, a sign and a tone (good, warn, bad)."""

    word: str = ""
    sign: str = ""
    tone: str = ""


@dataclass(frozen=True)
class Line:
    """One line of the list. Times are ISO; a missing thing is an empty text.

    `others` are the columns that are shown to those who choose them, under their names in JSON, only where there is
    something to say; `ids` what stands behind those that are shown by a name.
    """

    tracking_id: str = ""
    created_at: str = ""
    status: End = End()
    model: str = ""
    provider: str = ""
    badge: str = ""
    feature: str = ""
    user: str = ""
    short_user: str = ""
    conversation: str = ""
    short_conversation: str = ""
    tokens: str = ""
    exact_tokens: str = ""
    cost: str = ""
    exact_cost: str = ""
    first: str = ""
    duration: str = ""
    others: dict[str, str] = field(default_factory=dict)
    ids: dict[str, str] = field(default_factory=dict)


def end(status: str) -> End:
    """The sign and tone of a status; whatever is not known to be harmless is bad."""
    sign, tone = _ENDS.get(Status(status), ("✕", "bad"))
    return End(status, sign, tone)


def line(event: EventRow, names: Mapping[str, str] = _NO_NAMES) -> Line:
    """A call as the list shows it; `names` are those of accounts and API keys, by id."""
    return Line(
        tracking_id=event.tracking_id,
        created_at=event.created_at.isoformat(),
        status=end(event.status),
        model=event.model,
        provider=event.provider,
        badge="" if event.origin == "real" else event.origin,
        feature=event.feature or "",
        user=event.user or "",
        short_user=short(event.user),
        conversation=event.conversation_id or "",
        short_conversation=short(event.conversation_id),
        tokens=f"{figures.count(event.input_tokens)} → {about(event)}{figures.count(event.output_tokens)}",
        exact_tokens=f"{figures.exact_count(event.input_tokens)} → {figures.exact_count(event.output_tokens)}",
        cost=figures.money(event.cost, event.cost_source),
        exact_cost=figures.exact_money(event.cost),
        first=figures.duration(event.latency_in_ms) if event.is_streamed else "",
        duration=figures.duration(event.duration_in_ms),
        others=_others(event, names),
        ids={name: id for name, id in (("account", event.account), ("apiKey", event.api_key)) if id},
    )


def about(event: EventRow) -> str:
    """A sign before counts of output that are estimates."""
    # What was written before the end is counted from the text when the provider's own count never came.
    return "≈" if event.tokens_estimated and event.output_tokens else ""


def short(identifier: str | None) -> str:
    """The end of an id of ours, which is what differs; other names stay whole."""
    if not identifier:
        return ""
    kind, separator, rest = identifier.partition("_")
    return f"{kind}…{rest[-_SHORT_ID:]}" if separator and len(rest) == 26 else identifier


def _others(event: EventRow, names: Mapping[str, str]) -> dict[str, str]:
    said = {
        "modelUsed": event.model_used,
        "step": event.step,
        "account": names.get(event.account or "") or short(event.account),
        "apiKey": names.get(event.api_key or "") or short(event.api_key),
        "sessionId": short(event.session_id),
        "kind": event.kind,
        "origin": event.origin,
        "endpointHost": event.endpoint_host,
        "finishReason": event.finish_reason,
        "errorType": event.error_type,
        "errorMessage": event.error_message,
        "cachedTokens": figures.count(event.cached_tokens) if event.cached_tokens else "",
        "reasoningTokens": figures.count(event.reasoning_tokens) if event.reasoning_tokens else "",
        "speed": figures.tokens_per_second(event.output_tokens, event.latency_in_ms, event.streaming_duration_in_ms),
        "costSource": event.cost_source,
        "attempt": str(event.attempt) if event.attempt > 1 else "",
    }
    return {name: words for name, words in said.items() if words}
