"""Where a text may be: events in blocks, of each block the texts that are looked for, indexed by their trigrams.

A block is made of what was stored long enough ago to be complete, in the background, so that nothing that is recorded
waits for it. It only says where to look: what the index finds is compared as ever, what it does not hold yet is read.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from time import sleep
from typing import Any

from sqlalchemy import Row, func, select
from sqlmodel import Session

from fluxgate_app.db import Database
from fluxgate_app.events import trigrams
from fluxgate_app.events.tables import EVENT_BLOCKS, EVENTS, insert, wait_for_turn

SIZE = 64
AT_ONCE = 32
# Larger steps leave less to be merged.
AT_ONCE_ALONE = 256
# SQLite lets those who wait for their turn to write try ten times a second.
PAUSE_SECONDS = 0.05
# Those that nothing changes afterwards.
TEXTS = (
    "tracking_id",
    "account",
    "api_key",
    "provider",
    "endpoint_host",
    "model",
    "model_used",
    "feature",
    "step",
    "user",
    "session_id",
    "conversation_id",
    "finish_reason",
    "error_type",
    "error_message",
)


@dataclass(frozen=True, slots=True)
class Extent:
    """How far the index goes: events with row ids before `indexed` are in blocks, up to `latest` there are any."""

    indexed: int
    latest: int


def extent(session: Session) -> Extent:
    """How far it goes now."""
    last = session.connection().execute(select(func.max(EVENT_BLOCKS.c.id))).scalar()
    latest = session.connection().execute(select(func.max(EVENTS.c.id))).scalar()
    return Extent(0 if last is None else (last + 1) * SIZE, latest or 0)


def is_behind(session: Session) -> bool:
    """Whether there is a block to be made."""
    known = extent(session)
    return known.latest + 1 - known.indexed >= SIZE


def extend(session: Session, most: int = AT_ONCE) -> int:
    """Make the next blocks of what is complete, at most so many; gives how many."""
    wait_for_turn(session)
    known = extent(session)
    rows = _rows(session, known, most)
    if not rows or not trigrams.prepare(session, is_empty=not known.indexed):
        return 0
    blocks = [(number, *_block(events)) for number, events in groupby(rows, lambda row: row.id // SIZE)]
    names = ("id", "since", "until", "text")
    keeps_text = trigrams.keeps_text(session)
    insert(session, EVENT_BLOCKS, names, [(*block[:3], block[3] if keeps_text else None) for block in blocks])
    trigrams.add(session, [(number, text) for number, *_, text in blocks])
    return len(blocks)


def catch_up(database: Database, progress: Callable[[int], None] = lambda done: None) -> int:
    """Make all blocks that can be made, in short transactions; `progress` hears how many events are done."""
    made = 0
    while True:
        with database.writing() as session:
            more = extend(session, AT_ONCE_ALONE)
        if not more:
            return made * SIZE
        made += more
        progress(made * SIZE)
        sleep(PAUSE_SECONDS)


def rebuild(database: Database, progress: Callable[[int], None] = lambda done: None) -> int:
    """Forget all blocks and make them again; gives about how many events they hold."""
    with database.writing() as session:
        session.connection().execute(EVENT_BLOCKS.delete())
    return catch_up(database, progress)


def _rows(session: Session, known: Extent, most: int) -> Sequence[Row[Any]]:
    """The events of the next complete blocks."""
    events = EVENTS.c
    complete = (known.latest + 1) // SIZE * SIZE
    first = session.connection().execute(select(func.min(events.id)).where(events.id >= known.indexed)).scalar()
    if first is None:
        return []
    begin = first // SIZE * SIZE
    wanted = events.id >= begin, events.id < min(complete, begin + most * SIZE)
    query = select(events.id, events.created_at, *(events[name] for name in TEXTS)).where(*wanted).order_by(events.id)
    return session.connection().execute(query).all()


def _block(events: Iterable[Row[Any]]) -> tuple[Any, Any, str]:
    rows = list(events)
    moments = [row.created_at for row in rows]
    return min(moments), max(moments), "\n".join(sorted(_distinct(rows)))


def _distinct(rows: Sequence[Row[Any]]) -> set[str]:
    return {text.lower() for text in _texts(rows)}


def _texts(rows: Sequence[Row[Any]]) -> Iterator[str]:
    for row in rows:
        yield from filter(None, row[2:])
