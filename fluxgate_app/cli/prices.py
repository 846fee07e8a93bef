"""Prices that come before the public list."""

from datetime import UTC, datetime
from typing import Annotated

import typer

from fluxgate_app.cli.database import opened

price = typer.Typer(help="Set, list and remove prices that come before the public list.", no_args_is_help=True)

Usd = Annotated[str | None, typer.Option(metavar="USD", help="USD per million tokens.")]


@price.command("set")
def set_price(
    provider: Annotated[str, typer.Argument(help="The provider's name as Requests shows it; * for any.")],
    model: Annotated[str, typer.Argument(help="The model, or a pattern such as gpt-4o*.")],
    *,
    since: Annotated[datetime | None, typer.Option(help="From which day on; at once.", formats=["%Y-%m-%d"])] = None,
    input: Usd = None,
    output: Usd = None,
    cache_read: Usd = None,
    cache_write: Usd = None,
    reasoning: Usd = None,
    source: Annotated[str, typer.Option(help="Where the price is from.")] = "",
) -> None:
    """Set prices in USD per million tokens; a part that is left out costs what the whole does that it belongs to."""
    from fluxgate_app.events import price_overrides
    from fluxgate_app.tracking import CostOverride

    prices = CostOverride(*map(price_overrides.usd, (input, output, cache_read, cache_write, reasoning)))
    begin = since.replace(tzinfo=UTC) if since else datetime.now(UTC)
    with opened() as database, database.writing() as session:
        made = price_overrides.add(session, provider, model, begin, prices, source=source)
    print(f"{made}: calls from {begin:%Y-%m-%d} on are priced by it; fluxgate reprice prices earlier ones again.")


@price.command("list")
def list_prices() -> None:
    """List the prices that were set, the newest first."""
    from fluxgate_app.events import price_overrides

    with opened() as database, database.reading() as session:
        found = price_overrides.newest(session)
    for one in found:
        given = [
            f"{part.replace('_', ' ')} ${amount.normalize():f}"
            for part in price_overrides.PARTS
            if (amount := getattr(one, part)) is not None
        ]
        print(f"{one.id}  {one.since:%Y-%m-%d}  {one.provider}/{one.model}  {', '.join(given)}  {one.source}".rstrip())


@price.command("remove")
def remove_price(price_id: Annotated[str, typer.Argument(metavar="ID", help="As `price list` shows it.")]) -> None:
    """Take prices back. What was priced by them keeps its cost until it is priced again."""
    from fluxgate_app.events import price_overrides

    with opened() as database, database.writing() as session:
        price_overrides.remove(session, price_id)
    print(f"{price_id} is removed.")
