"""Make up a believable history, to look at and to measure with."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import accumulate, islice, pairwise
from math import cos, pi
from random import Random
from typing import Any

from fluxgate_app.db import Database
from fluxgate_app.events import end_users
from fluxgate_app.events.event_row import EventRow
from fluxgate_app.events.seed_shapes import MODELS, Shape, shapes
from fluxgate_app.events.store import add
from fluxgate_app.models.columns import now
from fluxgate_app.tracking.prices import Price
from fluxgate_app.tracking.record import CostSource, Status, Usage

BATCH = 10_000
_DIGITS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_PAIRS = [first + second for first in _DIGITS for second in _DIGITS]


_FIRST_NAMES = ("Ada", "Ben", "Carla", "Deniz", "Emil", "Farah", "Goran", "Hana", "Ines", "Jonas", "Keiko", "Lars")
_LAST_NAMES = ("Akin", "Berg", "Costa", "Dubois", "Eriksen", "Fischer", "Garcia", "Haddad", "Ito", "Jansen", "Kaya")
_REVENUES = tuple(map(Decimal, (0, 0, 0, 20, 20, 49, 199)))
_OUTAGES = 0.008


@dataclass(frozen=True, slots=True)
class _Ending:
    """One way a call ends, how often in a thousand, how often while its provider is down, and how much slower."""

    status: Status
    usual: int
    outage: int
    finish_reason: str | None = None
    error_type: str | None = None
    error_message: str | None = None
    slower: float = 1.0


_ENDINGS = (
    _Ending(Status.SUCCESS, 955, 500, "stop"),
    _Ending(Status.MAX_TOKENS, 12, 10, "length"),
    _Ending(Status.CONTENT_FILTER, 2, 2, "content_filter"),
    _Ending(Status.CANCELLED, 14, 40),
    _Ending(Status.RATE_LIMITED, 9, 120, None, "rate_limit", "Rate limit reached for requests per minute", 0.2),
    _Ending(Status.ERROR, 5, 280, None, "server_error", "The server had an error while processing the request", 0.4),
    _Ending(Status.TIMEOUT, 2, 47, None, "timeout", "The request timed out", 40),
    _Ending(Status.MALFORMED_REQUEST, 1, 1, None, "invalid_request", "The context window was exceeded", 0.1),
)
_USUAL = list(accumulate(ending.usual for ending in _ENDINGS))
_OUTAGE = list(accumulate(ending.outage for ending in _ENDINGS))
_COUNTED = {Status.SUCCESS, Status.MAX_TOKENS, Status.CONTENT_FILTER, Status.CANCELLED}
_NOTHING = Usage(input_tokens=0, output_tokens=0)
_FREE = Price(Decimal(0), CostSource.COMPUTED, None)


def seed(
    database: Database,
    events: int,
    days: int,
    progress: Callable[[int], None] = lambda done: None,
    *,
    number: int = 1,
    until: datetime | None = None,
) -> None:
    """Store so many events of origin `seed` over the days before `until` (now); `progress` hears how many are there.

    The same `number` and `until` make the same history. The events belong to no account; prices are those of `until`.
    """
    history = _History(Random(number), (until or now()).astimezone(UTC), events, days)
    with database.writing() as session:
        end_users.keep(session, history.people())
    rows = history.rows()
    done = 0
    while batch := list(islice(rows, BATCH)):
        with database.writing() as session:
            add(session, batch)
        done += len(batch)
        progress(done)


class _History:
    def __init__(self, random: Random, until: datetime, events: int, days: int):
        self._random = random
        self._until = until
        self._hours = _hours(random, events, until - timedelta(days=days), days * 24)
        self._shapes, self._shape_shares = shapes(random, until)
        self._users = [f"user-{number:05}" for number in range(1, max(12, int(events**0.5)) + 1)]
        # A few use it all day and most hardly ever: the n-th user comes a n-th as often as the first.
        self._user_shares = list(accumulate(1 / rank for rank in range(1, len(self._users) + 1)))
        self._conversations = {user: self._new_id(until)[4:] for user in self._users}
        self._spread = [random.lognormvariate(0, 0.35) for _ in range(4096)]

    def people(self) -> Iterator[tuple[Any, ...]]:
        """The end users: account, id, name, email, image, monthly revenue, time."""
        for user in self._users:
            first, last = self._random.choice(_FIRST_NAMES), self._random.choice(_LAST_NAMES)
            email = f"{first}.{last}.{user[5:]}@example.com".lower()
            yield "", user, f"{first} {last}", email, None, self._random.choice(_REVENUES), self._until

    def rows(self) -> Iterator[EventRow]:
        """The events in the order of their time."""
        choices = self._random.choices
        for begin, count in self._hours:
            down = self._random.choice(MODELS).provider if self._random.random() < _OUTAGES else None
            moments = sorted(self._random.random() for _ in range(count))
            users = choices(self._users, cum_weights=self._user_shares, k=count)
            made = choices(self._shapes, cum_weights=self._shape_shares, k=count)
            endings = choices(_ENDINGS, cum_weights=_USUAL, k=count)
            for moment, user, shape, ending in zip(moments, users, made, endings, strict=True):
                ended = choices(_ENDINGS, cum_weights=_OUTAGE)[0] if shape.model.provider == down else ending
                yield self._row(begin + timedelta(hours=moment), user, shape, ended)

    def _row(self, at: datetime, user: str, shape: Shape, ending: _Ending) -> EventRow:
        if ending.status is Status.CANCELLED:
            shape, ending = (shape.cut, ending) if shape.cut else (shape, _ENDINGS[0])
        counted = ending.status in _COUNTED
        model, feature, usage, price = shape.model, shape.feature, shape.usage, shape.price
        if not counted:
            usage, price = _NOTHING, _FREE
        chance = self._random.getrandbits(24)
        latency = shape.latency_in_ms * self._spread[chance & 4095] * ending.slower
        whole = latency + shape.writing_ms * self._spread[chance >> 12] if counted else latency
        tracking_id = self._new_id(at)
        conversation = self._conversation(user, tracking_id, begins=chance & 3 == 0)
        return EventRow(
            row_id=0,
            tracking_id=tracking_id,
            created_at=at,
            account=None,
            api_key=None,
            origin="seed",
            provider=model.provider,
            endpoint_host=model.host,
            model=model.name,
            model_used=model.name if counted else None,
            kind=shape.kind,
            feature=feature.name,
            step=feature.step,
            user=user,
            session_id=f"ses_{conversation[:14]}",
            conversation_id=f"conv_{conversation}",
            status=ending.status,
            finish_reason=ending.finish_reason,
            error_type=ending.error_type,
            error_message=ending.error_message,
            is_streamed=shape.is_streamed,
            latency_in_ms=(round(latency, 3) if counted else None) if shape.is_streamed else round(whole, 3),
            streaming_duration_in_ms=round(whole, 3) if shape.is_streamed else None,
            input_tokens=usage.input_tokens,
            output_tokens=usage.output_tokens,
            cached_tokens=usage.cached_tokens,
            cache_write_tokens=None,
            cache_write_1h_tokens=None,
            reasoning_tokens=None,
            audio_tokens=None,
            cost=price.cost,
            cost_source=price.source,
            price_version=price.version,
            attempt=1,
        )

    def _conversation(self, user: str, tracking_id: str, *, begins: bool) -> str:
        if begins:
            self._conversations[user] = tracking_id[4:]
        return self._conversations[user]

    def _new_id(self, at: datetime) -> str:
        """A ULID of that time; the library's own takes ten times as long."""
        number = int(at.timestamp() * 1000) << 80 | self._random.getrandbits(80)
        return "evt_" + "".join([_PAIRS[number >> shift & 1023] for shift in range(120, -1, -10)])


def _hours(random: Random, events: int, begin: datetime, count: int) -> list[tuple[datetime, int]]:
    """The beginning of each hour and how many calls fall into it: busy afternoons, calm weekends, growing use."""
    hours = [begin + timedelta(hours=number) for number in range(count)]
    weights = [
        (0.12 + max(0.0, cos(2 * pi * (hour.hour - 14) / 24) + 0.35))
        * (0.4 if hour.weekday() >= 5 else 1.0)
        * (1 + number / count)
        * random.lognormvariate(0, 0.12)
        for number, hour in enumerate(hours)
    ]
    total = sum(weights)
    until = [int(events * share / total) for share in accumulate(weights)]
    until[-1] = events
    return list(zip(hours, (end - start for start, end in pairwise([0, *until])), strict=True))
