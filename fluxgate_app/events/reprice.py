"""Price recorded calls again: by prices that were set, or became known, after they were made."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import bindparam, literal, select, tuple_, update
from sqlmodel import Session

from fluxgate_app.db import Database
from fluxgate_app.events import rollups
from fluxgate_app.events.event_row import ROW_COLUMNS, EventRow, from_database
from fluxgate_app.events.filters import EVERYTHING, Filters
from fluxgate_app.events.tables import EVENTS, wait_for_turn
from fluxgate_app.models.columns import to_money
from fluxgate_app.tracking.prices import Price, Prices
from fluxgate_app.tracking.record import CostSource, Usage
from fluxgate_app.tracking.terms import terms_of

BATCH = 1000
# Told by the provider, or by the caller's own prices, which are not kept.
_TOLD = "override"

PricesOf = Callable[[str], Prices]


@dataclass(frozen=True, slots=True)
class Change:
    """What all changed calls of one model cost before and cost now, in USD; None where none of them had a price."""

    provider: str
    model: str
    calls: int
    before: Decimal | None
    after: Decimal | None


@dataclass(frozen=True, slots=True)
class Report:
    """How many calls were looked at, how many changed, and what that comes to by model."""

    calls: int
    changed: int
    changes: tuple[Change, ...]


def reprice(
    database: Database,
    prices_of: PricesOf,
    since: datetime,
    filters: Filters = EVERYTHING,
    *,
    unpriced: bool = False,
    dry_run: bool = False,
    progress: Callable[[int], None] = lambda calls: None,
) -> Report:
    """Price the calls made since then again, each by the prices of its day; `unpriced` only those that have none.

    A batch at a time, rollups corrected with it, so that what is done stays done. Twice changes nothing more.
    `progress` hears how many calls were looked at, and may stop it by raising.
    """
    changed: list[tuple[EventRow, EventRow]] = []
    calls, position = 0, (since, "")
    while True:
        with database.reading() if dry_run else database.writing() as session:
            if not dry_run:
                wait_for_turn(session)
            batch = _batch(session, position, filters, unpriced)
            again = [(row, new) for row, new in _again(batch, prices_of) if row != new]
            if not dry_run:
                _keep(session, again)
        calls += len(batch)
        changed += again
        progress(calls)
        if len(batch) < BATCH:
            return Report(calls, len(changed), tuple(_changes(changed)))
        position = batch[-1][0].created_at, batch[-1][0].tracking_id


_Stored = tuple[EventRow, dict[str, Any] | None, dict[str, Any] | None]


def _batch(session: Session, position: tuple[datetime, str], filters: Filters, unpriced: bool) -> Sequence[_Stored]:
    """The next calls by time, each with its raw usage and metadata."""
    place = tuple_(EVENTS.c.created_at, EVENTS.c.tracking_id)
    after = tuple_(literal(position[0], EVENTS.c.created_at.type), literal(position[1]))
    query = select(*ROW_COLUMNS, EVENTS.c.raw_usage, EVENTS.c["metadata"]).where(place > after, *filters.clauses)
    if unpriced:
        query = query.where(EVENTS.c.cost.is_(None))
    found = session.connection().execute(query.order_by(EVENTS.c.created_at, EVENTS.c.tracking_id).limit(BATCH))
    return [(from_database(row[: len(ROW_COLUMNS)]), *row[len(ROW_COLUMNS) :]) for row in found]


def _again(batch: Sequence[_Stored], prices_of: PricesOf) -> Iterator[tuple[EventRow, EventRow]]:
    for row, raw, metadata in batch:
        if row.cost_source != CostSource.REPORTED and row.price_version != _TOLD:
            price = _price(row, raw, metadata, prices_of(row.provider))
            cost = None if price.cost is None else to_money(price.cost)
            yield row, replace(row, cost=cost, cost_source=price.source.value, price_version=price.version)


def _price(row: EventRow, raw: dict[str, Any] | None, metadata: dict[str, Any] | None, prices: Prices) -> Price:
    counts = (
        row.input_tokens,
        row.output_tokens,
        row.cached_tokens,
        row.cache_write_tokens,
        row.cache_write_1h_tokens,
        row.reasoning_tokens,
        row.audio_tokens,
    )
    return prices.cost(
        Usage(*counts),
        row.provider,
        filter(None, (row.model_used, row.model)),
        row.created_at,
        terms=terms_of(raw, metadata or {}),
        estimated=row.tokens_estimated,
    )


def _keep(session: Session, again: Sequence[tuple[EventRow, EventRow]]) -> None:
    if not again:
        return
    names = ("cost", "cost_source", "price_version")
    statement = update(EVENTS).where(EVENTS.c.tracking_id == bindparam("which"))
    statement = statement.values({name: bindparam(f"new_{name}") for name in names})
    values = [{"which": new.tracking_id, **{f"new_{name}": getattr(new, name) for name in names}} for _, new in again]
    session.connection().execute(statement, values)
    rollups.correct(session, [new for _, new in again], [row for row, _ in again])


def _changes(changed: Sequence[tuple[EventRow, EventRow]]) -> Iterator[Change]:
    models: dict[tuple[str, str], list[tuple[EventRow, EventRow]]] = defaultdict(list)
    for row, new in changed:
        models[row.provider, row.model].append((row, new))
    for (provider, model), pairs in sorted(models.items()):
        before, after = zip(*pairs, strict=True)
        yield Change(provider, model, len(pairs), _sum(before), _sum(after))


def _sum(rows: Sequence[EventRow]) -> Decimal | None:
    costs = [row.cost for row in rows if row.cost is not None]
    return sum(costs, Decimal(0)) if costs else None
