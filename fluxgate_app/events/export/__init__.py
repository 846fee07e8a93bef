"""Recorded calls as files, written page by page, so that a million rows need no more memory than a thousand."""

import asyncio
from collections.abc import AsyncGenerator, Callable

from sqlmodel import Session

from fluxgate_app.db import Database
from fluxgate_app.events import queries
from fluxgate_app.events.export.csv_file import CsvFile
from fluxgate_app.events.export.file import File
from fluxgate_app.events.export.jsonl_file import JsonlFile
from fluxgate_app.events.export.parquet_file import ParquetFile
from fluxgate_app.events.filters import EVERYTHING, Filters
from fluxgate_app.events.queries import MOST_EVENTS
from fluxgate_app.events.sorting import NEWEST_FIRST, Sort

__all__ = ["FORMATS", "File", "export"]

FORMATS: dict[str, Callable[[], File]] = {"csv": CsvFile, "jsonl": JsonlFile, "parquet": ParquetFile}


async def export(
    db: Database,
    file: File,
    scope: str | None,
    filters: Filters = EVERYTHING,
    *,
    sort: Sort = NEWEST_FIRST,
    page: int = MOST_EVENTS,
) -> AsyncGenerator[bytes]:
    """The file's bytes, in this order. Each page is read in a short transaction of its own.

    `scope` is the account whose events may be seen; None sees all, for admins.
    """
    yield await asyncio.to_thread(file.begin)
    cursor, more = None, True
    while more:
        written, cursor = await db.read(_page, file, scope, filters, sort, limit=page, cursor=cursor)
        more = cursor is not None
        yield written
    yield await asyncio.to_thread(file.end)


def _page(
    session: Session, file: File, scope: str | None, filters: Filters, sort: Sort, *, limit: int, cursor: str | None
) -> tuple[bytes, str | None]:
    found = queries.list_events(session, scope, filters, limit, cursor, sort=sort)
    return file.rows(found.events), found.next_cursor
