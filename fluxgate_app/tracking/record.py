"""What is known of one call: how it started, how it ended, and where that is handed to."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any, Literal, Protocol

Origin = Literal["real", "local", "demo", "seed"]
Kind = Literal["chat", "completion", "response", "embedding"]


class Status(StrEnum):
    """How a call ended (spec section 2, "How a call ends")."""

    SUCCESS = "SUCCESS"
    ERROR = "ERROR"
    BLOCKED = "BLOCKED"
    MAX_TOKENS = "MAX_TOKENS"
    CONTENT_FILTER = "CONTENT_FILTER"
    RECITATION = "RECITATION"
    MALFORMED_REQUEST = "MALFORMED_REQUEST"
    RATE_LIMITED = "RATE_LIMITED"
    TIMEOUT = "TIMEOUT"
    CANCELLED = "CANCELLED"
    INTERRUPTED = "INTERRUPTED"


class CostSource(StrEnum):
    """How the cost is known: told by the provider, from exact counts, from counts estimated in part, or not at all."""

    REPORTED = "reported"
    COMPUTED = "computed"
    ESTIMATED = "estimated"
    UNPRICED = "unpriced"


@dataclass(frozen=True, slots=True)
class User:
    """Whom a call is attributed to. `monthly_revenue` is in USD."""

    id: str
    name: str | None = None
    email: str | None = None
    image: str | None = None
    monthly_revenue: Decimal | None = None


@dataclass(frozen=True, slots=True)
class CostOverride:
    """The caller's own prices, in USD per million tokens; they come before every price list."""

    input: Decimal | None = None
    output: Decimal | None = None
    cache_read: Decimal | None = None
    cache_write: Decimal | None = None
    reasoning: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Context:
    """What the caller says a call is for. Immutable: `merged` gives a new one."""

    feature: str | None = None
    step: str | None = None
    user: User | None = None
    session_id: str | None = None
    conversation_id: str | None = None
    metadata: dict[str, Any] = field(default_factory=dict[str, Any])
    cost_override: CostOverride | None = None

    def merged(self, **changes: Any) -> "Context":
        """This context with the given fields laid over it; None leaves a field as it was, metadata is merged by key.

        Metadata that is no object takes the place of what was there, as its one key `value`.
        """
        given = {name: value for name, value in changes.items() if value is not None}
        if (metadata := given.get("metadata")) is not None:
            given["metadata"] = {**self.metadata, **metadata} if isinstance(metadata, dict) else {"value": metadata}
        return replace(self, **given)


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose call it is: from the credential, never from what the caller says (spec section 4)."""

    account: str | None = None
    api_key: str | None = None


@dataclass(frozen=True, slots=True)
class Usage:
    """Token counts whose totals include their parts: input has cached and cache writes, output has reasoning."""

    input_tokens: int | None = None
    output_tokens: int | None = None
    cached_tokens: int | None = None
    cache_write_tokens: int | None = None
    cache_write_1h_tokens: int | None = None
    reasoning_tokens: int | None = None
    audio_tokens: int | None = None

    @property
    def total_tokens(self) -> int | None:
        """Input + output, None when either is unknown."""
        if self.input_tokens is None or self.output_tokens is None:
            return None
        return self.input_tokens + self.output_tokens


@dataclass(frozen=True, slots=True)
class CallStart:
    """A call that is about to leave. `created_at` is aware UTC, `tracking_id` is `evt_…` and sorts by time."""

    tracking_id: str
    created_at: datetime
    origin: Origin
    provider: str
    endpoint_host: str | None
    model: str
    kind: Kind
    is_streamed: bool
    owner: Owner
    context: Context
    attempt: int = 1


@dataclass(frozen=True, slots=True)
class CallEnd:
    """How that call ended. Times are milliseconds of a monotonic clock, cost is USD or None for unknown.

    `latency_in_ms`: start to the first content token, or the whole call when not streamed.
    `streaming_duration_in_ms`: start to the end of the stream, None when not streamed.
    `captured` is what the vendor told beside its counts: a `serviceTier` that is not the standard one, `region`,
    `cacheTtl`, `webSearches`, `vendorTotalTokens` where its total is not the sum of its counts.
    `tokens_estimated` says that some of `usage` is, as the vendor never counted it to the end.
    `prompt` and `answer` are filled only where the sink keeps them.
    """

    tracking_id: str
    status: Status
    usage: Usage
    latency_in_ms: float | None
    streaming_duration_in_ms: float | None
    cost: Decimal | None
    cost_source: CostSource
    price_version: str | None = None
    finish_reason: str | None = None
    error_type: str | None = None
    error_message: str | None = None
    model_used: str | None = None
    raw_usage: dict[str, Any] | None = None
    captured: dict[str, Any] | None = None
    tokens_estimated: bool = False
    prompt: str | None = None
    answer: str | None = None


@dataclass(frozen=True, slots=True)
class CostTrackingResponse:
    """What a response or an ended stream carries as `fluxgate_cost_tracking_response`; `cost` is USD, None unknown."""

    status: Status
    cost: Decimal | None
    tracking_id: str
    created_at: datetime
    error_message: str | None
    usage: Usage
    cost_source: CostSource
    tokens_estimated: bool = False


class Sink(Protocol):
    """Where calls are recorded. Both methods return at once and never raise: an answer waits for no database."""

    keeps_content: bool

    def started(self, start: CallStart) -> None:
        """Keep that this call is about to leave, so that it survives the process."""
        ...

    def ended(self, start: CallStart, end: CallEnd) -> None:
        """Keep how it ended. May come twice for one call; the later one counts."""
        ...
