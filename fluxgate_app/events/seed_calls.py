"""What is stored of made-up calls, and what is summed up of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import numpy as np
from sqlmodel import Session

from fluxgate_app.events.bulk import Summed
from fluxgate_app.events.distributions import Floats, Ints
from fluxgate_app.events.event_row import FAILURES
from fluxgate_app.events.rollups import ACCOUNTS, COUNTERS, KINDS, USERS, Key, Rollup
from fluxgate_app.events.seed_endings import ENDINGS, Ending
from fluxgate_app.events.seed_shapes import MODELS, Shape
from fluxgate_app.events.seed_threads import Ids
from fluxgate_app.events.tables import EVENTS, binder
from fluxgate_app.models.columns import to_money
from fluxgate_app.tracking.prices import Price
from fluxgate_app.tracking.record import CostSource, Status, Usage

ORIGIN = "seed"
_OWN = (
    "tracking_id",
    "created_at",
    "user",
    "session_id",
    "conversation_id",
    "latency_in_ms",
    "streaming_duration_in_ms",
)
_SAME = (
    "origin",
    "provider",
    "endpoint_host",
    "model",
    "model_used",
    "kind",
    "feature",
    "step",
    "status",
    "finish_reason",
    "error_type",
    "error_message",
    "is_streamed",
    "input_tokens",
    "output_tokens",
    "cached_tokens",
    "tokens_estimated",
    "cost",
    "cost_source",
    "price_version",
    "attempt",
)
_NOTHING = Usage(input_tokens=0, output_tokens=0)
_FREE = Price(Decimal(0), CostSource.COMPUTED, None)
_SUCCESS = 0
_CANCELLED = next(number for number, ending in enumerate(ENDINGS) if ending.status is Status.CANCELLED)
_SLOWER = np.array([ending.slower for ending in ENDINGS])
_COUNTED = np.array([ending.is_counted for ending in ENDINGS])
_SPREAD = 0.35


@dataclass(frozen=True, slots=True)
class Drawn:
    """What chance has decided of each call: when (µs since 1970), and the numbers of its user, shape and ending."""

    moments: Ints
    users: Ints
    shapes: Ints
    endings: Ints


class Calls:
    """Calls of these shapes, each ended in each way: all that many calls have in common is said once."""

    names = (*_OWN, *_SAME)

    def __init__(self, shapes: Sequence[Shape], users: Sequence[str]):
        self._whole = len(shapes)
        self._shapes = [*shapes, *(shape.cut or shape for shape in shapes)]
        self._users = users
        self._streams = np.array([shape.is_streamed for shape in self._shapes])
        self._latency = np.array([shape.latency_in_ms for shape in self._shapes])
        self._writing = np.array([shape.writing_ms for shape in self._shapes])
        self._providers = sorted({model.provider for model in MODELS})
        self.provider = np.array([self._providers.index(shape.model.provider) for shape in self._shapes])
        pairs = [(shape, ending) for shape in self._shapes for ending in ENDINGS]
        self._same = [_same(shape, ending) for shape, ending in pairs]
        self._as_bound: list[tuple[Any, ...]] = []
        self._sums = np.array([_sums(*pair) for pair in pairs], np.int64)
        self._keys = {
            KINDS.table.name: _places(KINDS, self._same),
            COUNTERS.table.name: _places(COUNTERS, self._same),
        }

    def provider_of(self, models: Ints) -> Ints:
        """The number of the provider of each of these models."""
        return np.array([self._providers.index(model.provider) for model in MODELS])[models]

    def made(
        self, session: Session, chance: np.random.Generator, drawn: Drawn, ids: Ids
    ) -> tuple[list[tuple[Any, ...]], Summed]:
        """Rows in the order of `names`, as the driver takes them, and what there is to sum up."""
        shapes, endings = self._fitting(drawn)
        latency, streaming = self._times(chance, shapes, endings)
        pairs = shapes * len(ENDINGS) + endings
        own = zip(
            ids.tracking,
            _moments(session, drawn.moments),
            [self._users[user] for user in drawn.users.tolist()],
            ids.session,
            ids.conversation,
            _or_none(latency),
            _or_none(streaming),
            strict=True,
        )
        same = self._bound(session)
        rows: list[tuple[Any, ...]] = [mine + same[pair] for mine, pair in zip(own, pairs.tolist(), strict=True)]
        return rows, self._summed(drawn, pairs, latency, streaming)

    def _fitting(self, drawn: Drawn) -> tuple[Ints, Ints]:
        """Only streams can be stopped, and have then the shape of their first half."""
        stopped, streams = drawn.endings == _CANCELLED, self._streams[drawn.shapes]
        endings = np.where(stopped & ~streams, _SUCCESS, drawn.endings)
        return np.where(stopped & streams, drawn.shapes + self._whole, drawn.shapes), endings

    def _times(self, chance: np.random.Generator, shapes: Ints, endings: Ints) -> tuple[Floats, Floats]:
        """Until the first token and until the stream's end, in ms; NaN where there was none."""
        first, rest = chance.lognormal(0, _SPREAD, (2, len(shapes)))
        counted, streams = _COUNTED[endings], self._streams[shapes]
        latency = self._latency[shapes] * first * _SLOWER[endings]
        whole = latency + np.where(counted, self._writing[shapes] * rest, 0.0)
        latency = np.where(streams, np.where(counted, latency, np.nan), whole)
        return latency.round(3), np.where(streams, whole, np.nan).round(3)

    def _summed(self, drawn: Drawn, pairs: Ints, latency: Floats, streaming: Floats) -> Summed:
        sums = self._sums[pairs]
        written, writing = sums[:, 5], streaming - latency
        with np.errstate(divide="ignore", invalid="ignore"):
            speed = np.where((written > 0) & (writing > 0), written * 1000 / writing, np.nan)
        streams = ~np.isnan(streaming)
        measured = np.column_stack([latency, np.where(streams, streaming, latency), speed])
        keys: dict[str, tuple[Sequence[Key], Ints]] = {
            name: (values, places[pairs]) for name, (values, places) in self._keys.items()
        }
        keys[ACCOUNTS.table.name] = [("", ORIGIN)], np.zeros_like(pairs)
        keys[USERS.table.name] = [("", user, ORIGIN) for user in self._users], drawn.users
        return Summed(drawn.moments, sums, measured, keys)

    def _bound(self, session: Session) -> list[tuple[Any, ...]]:
        if not self._as_bound:
            place = _SAME.index("cost")
            bind = binder(session.connection(), EVENTS.c.cost)
            costs = [None if same[place] is None else bind(same[place]) for same in self._same]
            pairs = zip(self._same, costs, strict=True)
            self._as_bound = [(*same[:place], cost, *same[place + 1 :]) for same, cost in pairs]
        return self._as_bound


def _same(shape: Shape, ending: Ending) -> tuple[Any, ...]:
    usage, price = (shape.usage, shape.price) if ending.is_counted else (_NOTHING, _FREE)
    return (
        ORIGIN,
        shape.model.provider,
        shape.model.host,
        shape.model.name,
        shape.model.name if ending.is_counted else None,
        shape.kind,
        shape.feature.name,
        shape.feature.step,
        ending.status.value,
        ending.finish_reason,
        ending.error_type,
        ending.error_message,
        shape.is_streamed,
        usage.input_tokens,
        usage.output_tokens,
        usage.cached_tokens,
        price.source is CostSource.ESTIMATED,
        None if price.cost is None else to_money(price.cost),
        price.source.value,
        price.version,
        1,
    )


def _sums(shape: Shape, ending: Ending) -> list[int]:
    """In the order of `rollups.SUMMED`."""
    same = dict(zip(_SAME, _same(shape, ending), strict=True))
    cost = same["cost"]
    tokens = [same[name] or 0 for name in ("input_tokens", "output_tokens", "cached_tokens")]
    picodollars = int((cost or Decimal(0)).scaleb(12))
    return [1, int(ending.status in FAILURES), int(cost is None), picodollars, *tokens, 0, 0, 0]


def _places(rollup: Rollup, same: Sequence[tuple[Any, ...]]) -> tuple[list[Key], Ints]:
    """All keys of a rollup, sorted, and which one each row has."""
    given: list[dict[str, Any]] = [dict(zip(_SAME, values, strict=True)) for values in same]
    keys = [tuple(each.get(name) or "" for name in rollup.dimensions) for each in given]
    known = {key: place for place, key in enumerate(sorted(set(keys)))}
    return list(known), np.array([known[key] for key in keys])


def _moments(session: Session, moments: Ints) -> list[Any]:
    naive: list[datetime] = moments.astype("datetime64[us]").tolist()
    if session.connection().dialect.name == "sqlite":
        # As SQLAlchemy's own type writes it, in a fifth of the time.
        return [moment.isoformat(" ", "microseconds") for moment in naive]
    return [moment.replace(tzinfo=UTC) for moment in naive]


def _or_none(values: Floats) -> list[float | None]:
    told = values.astype(object)
    told[np.isnan(values)] = None
    return told.tolist()
