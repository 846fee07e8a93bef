"""Recorded calls out of the database: as a file, or for good."""

import asyncio
import sys
from collections.abc import AsyncGenerator
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, BinaryIO

import typer

from fluxgate_app.cli.database import opened
from fluxgate_app.errors import Conflict, Invalid

Days = Annotated[int | None, typer.Option(metavar="DAYS", help="Instead of what the Retention page says.")]


def export(
    path: Annotated[
        str, typer.Argument(metavar="FILE", help="Ends in .csv, .jsonl or .parquet; - is standard output.")
    ],
    asked: Annotated[list[str] | None, typer.Argument(metavar="FILTER", help="As in the address of Requests.")] = None,
    form: Annotated[str | None, typer.Option("--format", help="csv, jsonl or parquet; FILE's ending says it.")] = None,
    sort: Annotated[str | None, typer.Option(help="As in the address of Requests; the newest come first.")] = None,
) -> None:
    """Write all recorded calls that the filters let through, such as `range=7d feature=chat status.not=SUCCESS`."""
    from fluxgate_app.events import filters, sorting
    from fluxgate_app.events.export import FORMATS, export

    form = form or (Path(path).suffix.removeprefix(".") if path != "-" else "csv")
    if form not in FORMATS:
        raise Invalid(f"FILE must end in, or --format be, one of {', '.join(FORMATS)}")
    wanted = filters.parse([_pair(each) for each in asked or ()], datetime.now(UTC))
    order = sorting.parse(sort)
    with opened() as database, _opened(path) as file:
        count = asyncio.run(_write(export(database, FORMATS[form](), None, wanted, sort=order), file))
    print(f"{count:,} bytes are written.", file=sys.stderr)


def prune(contents_days: Days = None, requests_days: Days = None, figures_days: Days = None) -> None:
    """Delete texts, requests and figures that are older than they are to be kept, as is done every hour."""
    from fluxgate_app.accounts import admin_settings
    from fluxgate_app.chat import deliveries
    from fluxgate_app.events.ingest import receipts
    from fluxgate_app.events.prune import Ages
    from fluxgate_app.events.prune import prune as delete
    from fluxgate_app.serving.progress import progress

    with opened() as database, progress("Deleting"):
        with database.writing() as session:
            deliveries.forget(session)
            receipts.forget(session)
            kept = admin_settings.read(session)
        given = (contents_days, requests_days, figures_days)
        decided = (kept.contents_days, kept.requests_days, kept.figures_days)
        ages = Ages(*(mine if mine is not None else theirs for mine, theirs in zip(given, decided, strict=True)))
        deleted = delete(database, ages, datetime.now(UTC))
    for part in ("contents", "requests", "figures"):
        days = getattr(ages, part)
        kept_for = "kept for ever" if days is None else f"{getattr(deleted, part):,} older than {days} days deleted"
        print(f"{part}: {kept_for}")


def _pair(asked: str) -> tuple[str, str]:
    name, equals, value = asked.partition("=")
    if not equals:
        raise Invalid(f"{asked[:100]!r} is no filter: write column=value, as in the address of Requests")
    return name, value


async def _write(written: AsyncGenerator[bytes], file: BinaryIO) -> int:
    count = 0
    async for part in written:
        file.write(part)
        count += len(part)
    return count


def _opened(path: str) -> BinaryIO:
    """A new file, or the standard output."""
    try:
        return sys.stdout.buffer if path == "-" else Path(path).open("xb")
    except FileExistsError:
        raise Conflict(f"{path} exists: choose another name, or move it away") from None
    except OSError as error:
        raise Invalid(f"{path} cannot be written: {error.strerror}") from None
