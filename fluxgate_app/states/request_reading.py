"""The rows of the list, as lines: a page of them, and what came since. What many watch is read once for all."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from fluxgate_app import wiring
from fluxgate_app.events import queries
from fluxgate_app.events.event_row import EventRow
from fluxgate_app.events.names import names
from fluxgate_app.events.search import USUAL, Page
from fluxgate_app.states import request_filters, request_lines
from fluxgate_app.states.request_filters import Pairs
from fluxgate_app.states.request_lines import Line

PAGE = 50
EFFORT = USUAL
# More new rows than this are read anew, so that a page left open does not grow for ever.
MOST_FRESH = 100
# As long as those who were woken at the same moment take to ask.
SHARED_SECONDS = 1.0


@dataclass(frozen=True)
class View:
    """What is looked at: whose calls (None: everybody's, for admins), and which of them."""

    scope: str | None
    pairs: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Part:
    """Lines of the list, and the row id up to which there was nothing else when they were read."""

    lines: tuple[Line, ...]
    page: Page
    row_id: int


def view(scope: str | None, pairs: Pairs) -> View:
    """The view of one who may see these calls, and asks for these."""
    return View(scope, tuple(pairs))


async def page(viewed: View, cursor: str | None = None) -> Part:
    """The first lines, or those from a cursor on. Raises Invalid."""
    wanted, sort = request_filters.wanted(list(viewed.pairs), datetime.now(UTC))
    db = wiring.current().db
    row_id = await db.read(queries.latest_row_id)
    found = await db.read(queries.list_events, viewed.scope, wanted, PAGE, cursor, sort=sort, effort=EFFORT)
    return Part(await _lines(viewed.scope, found.events), found, row_id)


async def anew(viewed: View, row_id: int) -> Part:
    """The first lines as they are now that this row is there: one read for all who watch the same."""
    reads = wiring.current().live.reads
    return await reads.get(("page", viewed, row_id), SHARED_SECONDS, lambda: page(viewed))


async def news(viewed: View, row_id: int) -> Part:
    """What was stored after this row, oldest first: one read for all who watch the same. Raises Invalid."""
    return await wiring.current().live.reads.get(
        ("news", viewed, row_id), SHARED_SECONDS, lambda: _news(viewed, row_id)
    )


async def _news(viewed: View, row_id: int) -> Part:
    wanted, _ = request_filters.wanted(list(viewed.pairs), datetime.now(UTC))
    found = await wiring.current().db.read(queries.events_since, viewed.scope, row_id, wanted, MOST_FRESH)
    return Part(await _lines(viewed.scope, found.events), Page((), None), found.row_id)


async def _lines(scope: str | None, events: Sequence[EventRow]) -> tuple[Line, ...]:
    ids = {id for event in events for id in (event.account, event.api_key) if id}
    known = await wiring.current().db.read(names, scope, ids)
    return tuple(request_lines.line(event, known) for event in events)
