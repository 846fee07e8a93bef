"""A believable past: calls of a product that grows, rests at weekends and has a bad afternoon now and then."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import accumulate
from random import Random

from ulid import ULID

from fluxgate_app.events.call import Call
from fluxgate_app.tracking import prices
from fluxgate_app.tracking.record import CallEnd, CallStart, Context, Kind, Owner, Status, Usage, User


@dataclass(frozen=True, slots=True)
class _Model:
    """What answers: milliseconds to the first token and tokens a second, both as medians."""

    provider: str
    name: str
    host: str
    first_ms: float
    speed: float


@dataclass(frozen=True, slots=True)
class _Feature:
    """What asks: its share of all calls, its models, and medians of its tokens."""

    name: str
    share: float
    models: tuple[_Model, ...]
    input: int
    output: int
    streamed: bool = True
    steps: tuple[str | None, ...] = (None,)
    cached: float = 0.0
    kind: Kind = "chat"


_GPT = _Model("openai", "gpt-4o", "api.openai.com", 420, 75)
_GPT_MINI = _Model("openai", "gpt-4o-mini", "api.openai.com", 340, 110)
_SONNET = _Model("anthropic", "claude-sonnet-4-6", "api.anthropic.com", 780, 68)
_HAIKU = _Model("anthropic", "claude-haiku-4-5", "api.anthropic.com", 420, 140)
_PRO = _Model("google", "gemini-2.5-pro", "generativelanguage.googleapis.com", 1900, 120)
_FLASH = _Model("google", "gemini-2.5-flash", "generativelanguage.googleapis.com", 520, 190)
_VECTORS = _Model("openai", "text-embedding-3-small", "api.openai.com", 110, 1)

_FEATURES = (
    _Feature("chat-api", 0.34, (_GPT, _GPT_MINI, _SONNET), 900, 260),
    _Feature("support-triage", 0.16, (_SONNET, _HAIKU), 700, 120, streamed=False, cached=0.6),
    _Feature("semantic-search", 0.2, (_VECTORS,), 60, 0, streamed=False, kind="embedding"),
    _Feature("summaries", 0.12, (_FLASH, _PRO), 6000, 350),
    _Feature("research-agent", 0.1, (_SONNET, _PRO), 9000, 700, steps=("plan", "search", "write"), cached=0.4),
    _Feature("autocomplete", 0.08, (_GPT_MINI, _HAIKU), 350, 30, streamed=False),
)

_PLANS = (Decimal(0), Decimal(0), Decimal(19), Decimal(49), Decimal(199))
_USERS = tuple(
    User(f"user_{n:03}", f"Customer {n}", f"customer{n}@example.com", monthly_revenue=_PLANS[n % len(_PLANS)])
    for n in range(1, 121)
)
# A few use it a lot, most now and then.
_USER_WEIGHTS = tuple(accumulate(1 / n for n in range(1, len(_USERS) + 1)))

_ENDS = {
    Status.SUCCESS: 0.957,
    Status.CANCELLED: 0.014,
    Status.MAX_TOKENS: 0.012,
    Status.RATE_LIMITED: 0.007,
    Status.TIMEOUT: 0.004,
    Status.ERROR: 0.004,
    Status.BLOCKED: 0.002,
}
_BAD_ENDS = {Status.SUCCESS: 0.6, Status.RATE_LIMITED: 0.25, Status.TIMEOUT: 0.1, Status.ERROR: 0.05}
_ERRORS = {
    Status.RATE_LIMITED: ("rate_limit", "Rate limit exceeded. Please try again later."),
    Status.TIMEOUT: ("timeout", "The provider did not answer in time."),
    Status.ERROR: ("server_error", "The provider failed."),
}
_FINISHED = {Status.SUCCESS: "stop", Status.MAX_TOKENS: "length", Status.BLOCKED: "refusal"}
_BAD_SHARE_OF_HOURS = 0.004


def history(events: int, days: int, until: datetime, random: Random) -> Iterator[Call]:
    """That many calls of the `days` before `until` (aware UTC), the oldest first; all of origin `seed`."""
    hours = [until - timedelta(hours=age) for age in range(24 * days, 0, -1)]
    busy = [_busyness(hour, place / len(hours)) for place, hour in enumerate(hours)]
    bad = {hour: random.choice(("openai", "anthropic")) for hour in hours if random.random() < _BAD_SHARE_OF_HOURS}
    for place in sorted(random.choices(range(len(hours)), busy, k=events)):
        at = hours[place] + timedelta(seconds=random.uniform(0, 3600))
        feature = random.choices(_FEATURES, [each.share for each in _FEATURES])[0]
        model = random.choice(feature.models)
        yield _call(min(at, until), feature, model, bad.get(hours[place]) == model.provider, random)


def _busyness(hour: datetime, age: float) -> float:
    day = 0.45 if hour.weekday() >= 5 else 1.0
    time = 0.25 + max(0.0, 1 - abs(hour.hour - 14) / 9)
    return day * time * (0.6 + 0.8 * age)


def _call(at: datetime, feature: _Feature, model: _Model, bad: bool, random: Random) -> Call:
    ends = _BAD_ENDS if bad else _ENDS
    status = random.choices(tuple(ends), tuple(ends.values()))[0]
    if status == Status.CANCELLED and not feature.streamed:
        status = Status.SUCCESS
    conversation = f"conv_seed_{at:%y%m%d}_{random.randrange(400):03}"
    start = CallStart(
        tracking_id=f"evt_{ULID.from_datetime(at)}",
        created_at=at,
        origin="seed",
        provider=model.provider,
        endpoint_host=model.host,
        model=model.name,
        kind=feature.kind,
        is_streamed=feature.streamed,
        owner=Owner(),
        context=Context(
            feature=feature.name,
            step=random.choice(feature.steps),
            user=random.choices(_USERS, cum_weights=_USER_WEIGHTS)[0],
            session_id=f"sess_{at:%y%m%d}_{random.randrange(900):03}",
            conversation_id=conversation if feature.streamed else None,
        ),
    )
    return Call(start, _end(start, status, feature, model, bad=bad, random=random))


def _end(start: CallStart, status: Status, feature: _Feature, model: _Model, *, bad: bool, random: Random) -> CallEnd:
    failed = status in _ERRORS
    usage = Usage(input_tokens=0, output_tokens=0) if failed else _usage(status, feature, random)
    price = prices.cost(usage, model.provider, [model.name], start.created_at, estimated=status == Status.CANCELLED)
    first = model.first_ms * random.lognormvariate(0, 0.35) * (3 if bad else 1)
    whole = first + 1000 * (usage.output_tokens or 0) / (model.speed * random.lognormvariate(0, 0.2))
    if status == Status.TIMEOUT:
        first = whole = 120_000.0
    error_type, error_message = _ERRORS.get(status, (None, None))
    return CallEnd(
        tracking_id=start.tracking_id,
        status=status,
        usage=usage,
        latency_in_ms=(None if failed else first) if feature.streamed else whole,
        streaming_duration_in_ms=whole if feature.streamed else None,
        cost=price.cost,
        cost_source=price.source,
        price_version=price.version,
        finish_reason=_FINISHED.get(status),
        error_type=error_type,
        error_message=error_message,
        model_used=None if failed else model.name,
    )


def _usage(status: Status, feature: _Feature, random: Random) -> Usage:
    asked = max(1, round(feature.input * random.lognormvariate(0, 0.6)))
    if feature.kind == "embedding":
        return Usage(input_tokens=asked, output_tokens=0)
    answered = max(1, round(feature.output * random.lognormvariate(0, 0.7)))
    if status == Status.CANCELLED:
        answered = max(1, round(answered * random.random()))
    if status == Status.MAX_TOKENS:
        answered = 4096
    cached = round(asked * 0.8) if random.random() < feature.cached else 0
    return Usage(input_tokens=asked, output_tokens=answered, cached_tokens=cached)
