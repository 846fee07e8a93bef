"""Where a text may be: events in blocks, of each block the texts that are looked for, indexed by their trigrams.

A block is made of what was stored long enough ago to be complete, in the background, so that nothing that is recorded
waits for it. It only says where to look: what the index finds is compared as ever, what it does not hold yet is read.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from time import sleep
from typing import Any

from sqlalchemy import Row, func, select
from sqlmodel import Session

from fluxgate_app.db import Database
from fluxgate_app.events import trigrams
from fluxgate_app.events.tables import CHUNK, EVENT_BLOCKS, EVENTS, insert, wait_for_turn

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
_READ = (EVENTS.c.id, EVENTS.c.created_at, *(EVENTS.c[name] for name in TEXTS))
# Its number, the times of its first and last event, its text.
_Block = tuple[int, datetime, datetime, str]


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
    blocks = _blocks(rows)
    _insert(session, blocks)
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


def forget(session: Session, row_ids: Collection[int]) -> None:
    """Index the blocks of these events without them; they are deleted in the same transaction, and still there."""
    numbers = _indexed(session, {row_id // SIZE for row_id in row_ids})
    if not numbers:
        return
    with_them = _of_blocks(session, numbers)
    without = [row for row in with_them if row.id not in row_ids]
    # SQLite finds the entries of a text by the text: so it must be what was indexed, and is, as nothing else goes.
    trigrams.remove(session, [(number, text) for number, *_, text in _blocks(with_them)])
    session.connection().execute(EVENT_BLOCKS.delete().where(EVENT_BLOCKS.c.id.in_(numbers)))
    _insert(session, _blocks(without))


def rebuild(database: Database, progress: Callable[[int], None] = lambda done: None) -> int:
    """Forget all blocks and make them again; gives about how many events they hold."""
    with database.writing() as session:
        session.connection().execute(EVENT_BLOCKS.delete())
    return catch_up(database, progress)


def _insert(session: Session, blocks: Sequence[_Block]) -> None:
    keeps_text = trigrams.keeps_text(session)
    rows = [(*block[:3], block[3] if keeps_text else None) for block in blocks]
    insert(session, EVENT_BLOCKS, ("id", "since", "until", "text"), rows)
    trigrams.add(session, [(number, text) for number, *_, text in blocks])


def _indexed(session: Session, numbers: Collection[int]) -> list[int]:
    """Those of these blocks that there are."""
    wanted, found = list(numbers), list[int]()
    for start in range(0, len(wanted), CHUNK):
        query = select(EVENT_BLOCKS.c.id).where(EVENT_BLOCKS.c.id.in_(wanted[start : start + CHUNK]))
        found += session.connection().execute(query).scalars()
    return sorted(found)


def _of_blocks(session: Session, numbers: Sequence[int]) -> list[Row[Any]]:
    """All events of these blocks."""
    events, blocks, rows = EVENTS.c, EVENT_BLOCKS.c, list[Row[Any]]()
    within = (events.id >= blocks.id * SIZE) & (events.id < (blocks.id + 1) * SIZE)
    for start in range(0, len(numbers), CHUNK):
        query = select(*_READ).join_from(EVENT_BLOCKS, EVENTS, within)
        query = query.where(blocks.id.in_(numbers[start : start + CHUNK])).order_by(events.id)
        rows += session.connection().execute(query)
    return rows


def _rows(session: Session, known: Extent, most: int) -> Sequence[Row[Any]]:
    """The events of the next complete blocks."""
    events = EVENTS.c
    complete = (known.latest + 1) // SIZE * SIZE
    first = session.connection().execute(select(func.min(events.id)).where(events.id >= known.indexed)).scalar()
    if first is None:
        return []
    begin = first // SIZE * SIZE
    wanted = events.id >= begin, events.id < min(complete, begin + most * SIZE)
    return session.connection().execute(select(*_READ).where(*wanted).order_by(events.id)).all()


def _blocks(rows: Iterable[Row[Any]]) -> list[_Block]:
    return [(number, *_block(events)) for number, events in groupby(rows, lambda row: row.id // SIZE)]


def _block(events: Iterable[Row[Any]]) -> tuple[datetime, datetime, str]:
    rows = list(events)
    moments = [row.created_at for row in rows]
    return min(moments), max(moments), "\n".join(sorted(_distinct(rows)))


def _distinct(rows: Sequence[Row[Any]]) -> set[str]:
    return {text.lower() for text in _texts(rows)}


def _texts(rows: Sequence[Row[Any]]) -> Iterator[str]:
    for row in rows:
        yield from filter(None, row[2:])
