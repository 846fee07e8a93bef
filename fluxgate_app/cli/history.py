"""Recorded calls as a whole: made up, checked, added up and priced again."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from fluxgate_app.cli.database import opened
from fluxgate_app.errors import FluxGateError
from fluxgate_app.settings import load

if TYPE_CHECKING:
    from fluxgate_app.events.reprice import Report


def seed(
    events: Annotated[int, typer.Option(help="How many calls.", min=1, max=10_000_000)] = 10_000,
    days: Annotated[int, typer.Option(help="Over how many days until now.", min=1, max=3650)] = 30,
) -> None:
    """Store a believable history, of origin `seed`, to look at and to measure with."""
    from fluxgate_app.events import seed as history
    from fluxgate_app.serving.progress import progress

    with opened() as database, progress(f"Storing {events:,} events"):
        history.seed(database, events, days)
    print(f"{events:,} events of the last {days} days are stored. An admin sees them in Requests.")


def check() -> None:
    """Add up all rows and compare that with the figures that are kept, to the last place; 1 when they differ."""
    from fluxgate_app.events.check import differences
    from fluxgate_app.serving.progress import progress

    with opened() as database, progress("Adding up"), database.reading() as session:
        found = differences(session)
    for each in found:
        print(f"{each.rollup}, {each.origin}: {each.measure} is {each.kept}, the rows say {each.rows}")
    if found:
        raise FluxGateError("The figures do not add up to the rows: fluxgate rebuild-rollups mends that")
    print("All figures add up to the rows.")


def rebuild_rollups() -> None:
    """Add all figures up again from the rows. Calls that end meanwhile wait."""
    from fluxgate_app.events.rebuild import rebuild
    from fluxgate_app.serving.progress import progress

    with opened() as database, progress("Adding up"):
        rows = rebuild(database)
    print(f"The figures of {rows:,} calls are added up.")


def rebuild_search() -> None:
    """Index the texts of all calls again. Until that is done, a search reads what is not indexed yet."""
    from fluxgate_app.events import text_index
    from fluxgate_app.serving.progress import progress

    with opened() as database, progress("Indexing"):
        calls = text_index.rebuild(database)
    print(f"The texts of {calls:,} calls are indexed; those of the newest follow.")


def reprice(
    since: Annotated[datetime, typer.Option(help="From which day on.", formats=["%Y-%m-%d"])],
    unpriced: Annotated[bool, typer.Option("--unpriced", help="Only calls that have no price.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would change.")] = False,
) -> None:
    """Price recorded calls again, by the prices of the day they were made: what changed, by model.

    Costs that a provider or a caller told stay as they are.
    """
    from fluxgate_app.chat.pricing import prices_by_provider
    from fluxgate_app.events import price_overrides
    from fluxgate_app.events.reprice import reprice as price_again
    from fluxgate_app.serving.progress import progress

    with opened() as database, progress("Pricing"):
        with database.reading() as session:
            rules = price_overrides.rules(session)
        prices = prices_by_provider(load().endpoints, lambda: rules)
        report = price_again(database, prices, since.replace(tzinfo=UTC), unpriced=unpriced, dry_run=dry_run)
    _say(report, "would change" if dry_run else "changed")


def _say(report: "Report", changed: str) -> None:
    for one in report.changes:
        before = "unpriced" if one.before is None else f"${one.before:f}"
        after = "unpriced" if one.after is None else f"${one.after:f}"
        print(f"{one.provider}/{one.model}: {one.calls:,} calls, {before} -> {after}")
    print(f"{report.changed:,} of {report.calls:,} calls {changed}.")
