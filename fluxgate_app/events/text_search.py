"""Find a page of events that hold a text, in the blocks that may hold it (`text_index`)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import chain
from time import monotonic

from sqlalchemy import Integer, column, select, values
from sqlmodel import Session

from fluxgate_app.events import text_index, trigrams
from fluxgate_app.events.cursor import Cursor
from fluxgate_app.events.event_row import ROW_COLUMNS, EventRow, from_database
from fluxgate_app.events.filters import Filters
from fluxgate_app.events.search import Page, Search
from fluxgate_app.events.sorting import Sort
from fluxgate_app.events.tables import CONTENTS, EVENT_BLOCKS, EVENTS
from fluxgate_app.events.text_index import SIZE, TEXTS, Extent
from fluxgate_app.events.trigrams import Wanted

# What more than a tenth of all blocks may hold is soon found without them.
_RARE = 10
_FEWEST = 500
_MOST_UNINDEXED = 20_000
_AT_ONCE = 32
_TICK = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class _Piece:
    """Row ids from `begin` on, before `end`; all their events are at or before `bound` in the order asked for."""

    begin: int
    end: int
    bound: datetime | None


def find(search: Search) -> Page | None:
    """The page, as `search.find` gives it; None where the index is of no help."""
    wanted, session = _wanted(search.filters), search.session
    if not search.sort.by_time or not trigrams.can_find(wanted) or _may_be_in_kept_texts(session, search.filters):
        return None
    known = text_index.extent(session)
    most = max(_FEWEST, known.indexed // SIZE // _RARE)
    if known.latest - known.indexed > _MOST_UNINDEXED or not trigrams.exists(session):
        return None
    blocks = trigrams.count(session, wanted, most + 1)
    if blocks > most or search.is_shorter_than(blocks * SIZE):
        return None
    return _page(search, _pieces(search, wanted, known))


def _wanted(filters: Filters) -> Wanted:
    """Of each filter that asks for a text the texts, one of which there must be."""
    asked = [each.values for each in filters.columns if each.operator == "contains" and each.column.attribute in TEXTS]
    return [*asked, (filters.text,)] if filters.text else asked


def _may_be_in_kept_texts(session: Session, filters: Filters) -> bool:
    """Whether what is looked for anywhere could be in a prompt or an answer: those are not indexed."""
    kept = select(CONTENTS.c.tracking_id).where(*filters.time.clauses(CONTENTS.c.created_at)).limit(1)
    return filters.text is not None and session.connection().execute(kept).first() is not None


def _pieces(search: Search, wanted: Wanted, known: Extent) -> Iterator[list[_Piece]]:
    """What to read, in the order asked for: with the first of it what is not indexed yet."""
    blocks, filters = EVENT_BLOCKS.c, search.filters
    bound, order = (blocks.until, blocks.until.desc()) if search.sort.descending else (blocks.since, blocks.since)
    within = ([] if filters.since is None else [blocks.until >= filters.since]) + (
        [] if filters.until is None else [blocks.since < filters.until]
    )
    query = select(blocks.id, bound).where(trigrams.holding(search.session, wanted), *within).order_by(order)
    some = search.session.connection().execute(query).partitions(_AT_ONCE)
    pieces = ([_Piece(number * SIZE, (number + 1) * SIZE, bound) for number, bound in each] for each in some)
    yield [_Piece(known.indexed, known.latest + 1, None), *next(pieces, list[_Piece]())]
    yield from pieces


def _page(search: Search, pieces: Iterator[list[_Piece]]) -> Page:
    begun, found, sort, place, limit = monotonic(), list[EventRow](), search.sort, search.place, search.limit
    before = place.begin if place.tracking_id is None else place.key
    current = next(pieces)
    for following in chain(pieces, [[]]):
        found = sorted([*found, *_rows(search, current)], key=_place, reverse=sort.descending)
        bound = following[0].bound if following else None
        # What comes later may be between those beyond its bound.
        settled = [event for event in found if bound is None or _is_before(event.created_at, bound, sort)]
        if len(settled) > limit:
            last = settled[limit - 1]
            return Page(tuple(settled[:limit]), Cursor(None, None, last.created_at, last.tracking_id).write(sort))
        if bound is not None and monotonic() - begun >= search.effort.seconds:
            reached = bound + _TICK if sort.descending else bound - _TICK
            # Blocks overlap: what has brought nobody further is read again.
            if before is None or _is_before(before, reached, sort):
                return Page(tuple(settled), Cursor(begin=reached).write(sort), reached)
        current, found = following, found[: limit + 1]
    return Page(tuple(found), None)


def _place(event: EventRow) -> tuple[datetime, str]:
    return event.created_at, event.tracking_id


def _is_before(moment: datetime, bound: datetime, sort: Sort) -> bool:
    return moment > bound if sort.descending else moment < bound


def _rows(search: Search, pieces: Sequence[_Piece]) -> list[EventRow]:
    """The first that match in these pieces."""
    ids = values(column("begin_id", Integer), column("end_id", Integer), name="piece")
    piece = ids.data([(each.begin, each.end) for each in pieces]).cte("piece")
    query = (
        select(*ROW_COLUMNS)
        .join_from(piece, EVENTS, (EVENTS.c.id >= piece.c.begin_id) & (EVENTS.c.id < piece.c.end_id))
        # By their row ids alone.
        .with_hint(EVENTS, "NOT INDEXED", "sqlite")
        .where(*search.times, *search.clauses, *search.after)
        .order_by(*search.sort.order_by)
        .limit(search.limit + 1)
    )
    return [from_database(row) for row in search.session.connection().execute(query)]
