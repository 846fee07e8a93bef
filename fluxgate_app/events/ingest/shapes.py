"""The two shapes in which programs send events (spec section 6), and what is too absurd to be one."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema

from fluxgate_app.events.exact_json import json_name
from fluxgate_app.tracking.record import CostSource, Kind, Status

MOST_TOKENS = 10**12
MOST_USD = 1_000_000
MOST_MILLISECONDS = 10**10


def _one_of_ours(value: Any) -> Any:
    return value.upper() if isinstance(value, str) else value


def _named(name: str) -> BeforeValidator:
    """What is said in one word is an object with that word under this name."""
    return BeforeValidator(lambda value: {name: value} if isinstance(value, str | int) else value)


Label = Annotated[str, Field(max_length=200)]
Count = Annotated[int, Field(strict=True, ge=0, le=MOST_TOKENS)]
Milliseconds = Annotated[float, Field(strict=True, ge=0, le=MOST_MILLISECONDS)]
Usd = Annotated[
    Decimal,
    Field(ge=0, le=MOST_USD),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "number", "minimum": 0, "maximum": MOST_USD},
                {"type": "string", "pattern": r"^[0-9]{1,6}(\.[0-9]{1,20})?$"},
            ]
        }
    ),
]
OurStatus = Annotated[Status, BeforeValidator(_one_of_ours)]
# An id becomes part of a key, so that NUL, which PostgreSQL cannot store, may not be cut from it.
Id = Annotated[str, Field(min_length=1, max_length=200, pattern=r"^[^\x00]*$")]


class Part(BaseModel):
    """A JSON object in camelCase. A label may be a number, as ids often are; names that we do not know are fine."""

    model_config = ConfigDict(alias_generator=json_name, coerce_numbers_to_str=True, frozen=True)


class EndUser(Part):
    """Whom the call is attributed to: an id alone, or what is known of them."""

    id: Label
    name: Label | None = None
    email: Annotated[str, Field(max_length=320)] | None = None
    image: Annotated[str, Field(max_length=2000)] | None = None
    monthly_revenue: Usd | None = None


Who = Annotated[EndUser, _named("id")]


class Prices(Part):
    """The sender's own prices, in USD per million tokens."""

    input: Usd | None = Field(None, alias="inputCostPer1MTokens")
    output: Usd | None = Field(None, alias="outputCostPer1MTokens")
    cache_read: Usd | None = Field(None, alias="cacheReadCostPer1MTokens")
    cache_write: Usd | None = Field(None, alias="cacheWriteCostPer1MTokens")
    reasoning: Usd | None = Field(None, alias="reasoningCostPer1MTokens")


class Event(Part):
    """What both shapes may have."""

    id: Id | None = None
    cost_override: Prices | None = None


class CountsA(Part):
    """Totals that include their parts, and how the call went."""

    input_tokens: Count
    output_tokens: Count
    cached_tokens: Count | None = None
    model: Label | None = None
    provider: Annotated[str, Field(max_length=100)] | None = None
    latency_in_ms: Milliseconds | None = None
    is_streamed: bool | None = None
    streaming_duration_in_ms: Milliseconds | None = None


class EndedA(Part):
    """How it ended: a word alone, or with the words of the error."""

    status: OurStatus
    error_message: str | None = None


class LabelsA(Part):
    """What the call is for; what else is here is kept as it came."""

    model_config = ConfigDict(extra="allow")

    feature: Label | None = None
    step: Label | None = None
    user: Who | None = None
    session_id: Label | None = None
    conversation_id: Label | None = None
    timestamp: datetime | None = None


class ShapeA(Event):
    """`{usage, status?, metadata}`."""

    usage: CountsA
    status: Annotated[EndedA, _named("status")] = EndedA(status=Status.SUCCESS)
    metadata: LabelsA = LabelsA()


class PerformanceB(Part):
    """`latency` is the whole trip and `stream_duration` what of it came after the first token, both in ms."""

    latency: Milliseconds | None = None
    status: OurStatus = Status.SUCCESS
    is_streamed: bool = False
    stream_duration: Milliseconds | None = None
    error_message: str | None = None


class CountsB(Part):
    """Counts as the vendor gives them."""

    prompt_tokens: Count | None = None
    completion_tokens: Count | None = None
    cache_read_tokens: Count | None = None
    cache_write_tokens: Count | None = None
    reasoning_tokens: Count | None = None


class ExactCounts(Part):
    """Totals that include their parts, of every kind that we know."""

    input_tokens: Count | None = None
    output_tokens: Count | None = None
    cached_tokens: Count | None = None
    cache_write_tokens: Count | None = None
    cache_write_1h_tokens: Count | None = None
    reasoning_tokens: Count | None = None
    audio_tokens: Count | None = None


class NotesB(Part):
    """What of the metadata bears on the price; all of it is kept as it came."""

    model_config = ConfigDict(extra="allow")

    openrouter_cost: Usd | None = None
    cache_ttl: Label | None = None


class ShapeB(Event):
    """`{provider, model, user, …, performance, usage, metadata}`, and what only our own tracked clients know.

    `tokens` are counts of each kind, in the place of `usage`, some of them estimated where they say so; `cost` counts
    when `cost_source` says how it is known.
    """

    provider: Annotated[str, Field(max_length=100)] | None = None
    model: Label | None = None
    user: Who | None = None
    feature: Label | None = None
    step: Label | None = None
    session_id: Label | None = None
    conversation_id: Label | None = None
    timestamp: datetime | None = None
    performance: PerformanceB = PerformanceB()
    usage: CountsB
    metadata: NotesB = NotesB()

    endpoint_host: Annotated[str, Field(max_length=255)] | None = None
    model_used: Label | None = None
    kind: Kind = "chat"
    finish_reason: Annotated[str, Field(max_length=100)] | None = None
    error_type: Annotated[str, Field(max_length=100)] | None = None
    attempt: Annotated[int, Field(strict=True, ge=1, le=1000)] = 1
    tokens: ExactCounts | None = None
    tokens_estimated: bool = False
    raw_usage: dict[str, Any] | None = None
    cost: Usd | None = None
    cost_source: CostSource = CostSource.REPORTED
    price_version: Annotated[str, Field(max_length=50)] | None = None
    prompt: str | None = None
    answer: str | None = None
