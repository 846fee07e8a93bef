"""Make up a believable history, to look at and to measure with."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from random import Random
from time import sleep

import numpy as np
from sqlmodel import Session

from fluxgate_app.db import Database
from fluxgate_app.events import bulk, end_users
from fluxgate_app.events.distributions import Floats, Ints
from fluxgate_app.events.seed_calls import Calls, Drawn
from fluxgate_app.events.seed_endings import ENDINGS
from fluxgate_app.events.seed_shapes import MODELS, shapes
from fluxgate_app.events.seed_threads import Threads
from fluxgate_app.models.columns import now

BATCH = 50_000
_FIRST_NAMES = ("Ada", "Ben", "Carla", "Deniz", "Emil", "Farah", "Goran", "Hana", "Ines", "Jonas", "Keiko", "Lars")
_LAST_NAMES = ("Akin", "Berg", "Costa", "Dubois", "Eriksen", "Fischer", "Garcia", "Haddad", "Ito", "Jansen", "Kaya")
_REVENUES = tuple(map(Decimal, (0, 0, 0, 20, 20, 49, 199)))
_OUTAGES = 0.008
_HOUR = 3_600_000_000
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
# SQLite's usual 2 MB hold less than the ends of all indexes.
_CACHE_KB = 256 * 1024
# Others want to write too, and SQLite lets them try only ten times a second.
_PAUSE_SECONDS = 0.05


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
    history = _History(number, (until or now()).astimezone(UTC), events, days)
    with database.writing() as session:
        end_users.keep(session, history.people())
    for begin in range(0, events, BATCH):
        with database.writing() as session:
            _widen_cache(session)
            history.store(session, begin, min(begin + BATCH, events))
        progress(min(begin + BATCH, events))
        sleep(_PAUSE_SECONDS)


def _widen_cache(session: Session) -> None:
    if session.connection().dialect.name == "sqlite":
        session.connection().exec_driver_sql(f"PRAGMA cache_size=-{_CACHE_KB}")


class _History:
    def __init__(self, number: int, until: datetime, events: int, days: int):
        self._random, self._chance = Random(number), np.random.default_rng(number)
        self._until = until
        self._users = [f"user-{number:05}" for number in range(1, max(12, int(events**0.5)) + 1)]
        # A few use it all day and most hardly ever: the n-th user comes a n-th as often as the first.
        self._user_shares = np.cumsum(1 / np.arange(1, len(self._users) + 1))
        made, shares = shapes(self._random, until)
        self._shape_shares = np.array(shares)
        self._calls = Calls(made, self._users)
        self._begin = (until - timedelta(days=days) - _EPOCH) // _MICROSECOND
        self._hours, self._moments = self._times(events, days * 24)
        self._threads = Threads(self._chance, len(self._users), self._begin)
        down = self._chance.integers(len(MODELS), size=days * 24)
        self._down = np.where(self._chance.random(days * 24) < _OUTAGES, down, -1)

    def people(self) -> Iterator[tuple[object, ...]]:
        """The end users: account, id, name, email, image, monthly revenue, time."""
        for user in self._users:
            first, last = self._random.choice(_FIRST_NAMES), self._random.choice(_LAST_NAMES)
            email = f"{first}.{last}.{user[5:]}@example.com".lower()
            yield "", user, f"{first} {last}", email, None, self._random.choice(_REVENUES), self._until

    def store(self, session: Session, begin: int, end: int) -> None:
        """Store the events from one number until before another, in the order of their time."""
        count, moments = end - begin, self._moments[begin:end]
        users, made = self._chosen(self._user_shares, count), self._chosen(self._shape_shares, count)
        drawn = Drawn(moments, users, made, self._endings(made, self._hours[begin:end]))
        rows, summed = self._calls.made(session, self._chance, drawn, self._threads.following(moments, users))
        bulk.add(session, self._calls.names, rows, summed)

    def _chosen(self, shares: Floats, count: int) -> Ints:
        drawn: Floats = self._chance.random(count) * float(shares[-1])
        return np.searchsorted(shares, drawn).astype(np.int64)

    def _endings(self, made: Ints, hours: Ints) -> Ints:
        usual, outage = (np.cumsum([getattr(each, name) for each in ENDINGS]) for name in ("usual", "outage"))
        down = self._down[hours]
        is_down = (down >= 0) & (self._calls.provider[made] == self._calls.provider_of(down))
        return np.where(is_down, self._chosen(outage, len(made)), self._chosen(usual, len(made)))

    def _times(self, events: int, hours: int) -> tuple[Ints, Ints]:
        """Of each event the number of its hour and its time in µs: busy afternoons, calm weekends, growing use."""
        begin = _EPOCH + self._begin * _MICROSECOND
        clock = (begin.hour + np.arange(hours)) % 24
        weekday = (begin.weekday() + (begin.hour + np.arange(hours)) // 24) % 7
        weights = 0.12 + np.maximum(0.0, np.cos(2 * np.pi * (clock - 14) / 24) + 0.35)
        weights *= np.where(weekday >= 5, 0.4, 1.0) * (1 + np.arange(hours) / hours)
        weights *= self._chance.lognormal(0, 0.12, hours)
        until = np.floor(events * np.cumsum(weights) / weights.sum()).astype(np.int64)
        until[-1] = events
        of_event = np.repeat(np.arange(hours), np.diff(until, prepend=0))
        return of_event, np.sort(self._begin + of_event * _HOUR + self._chance.integers(_HOUR, size=events))
