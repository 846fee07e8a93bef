"""What may be spent a day or a month."""

from typing import Annotated, Literal

import typer

from fluxgate_app.cli.database import opened
from fluxgate_app.settings import load

budget = typer.Typer(help="Set, list and remove budgets.", no_args_is_help=True)


@budget.command("set")
def set_budget(
    scope: Annotated[Literal["overall", "account", "feature", "apiKey"], typer.Argument(help="Whose calls it counts.")],
    subject: Annotated[str, typer.Argument(help="An account's e-mail, a key's prefix or id, or a feature.")] = "",
    *,
    limit: Annotated[str, typer.Option(metavar="USD", help="How much they may cost.")],
    period: Annotated[Literal["day", "month"], typer.Option(help="How often it begins anew.")] = "month",
    refuse_unpriced: Annotated[bool, typer.Option(help="Let no call pass whose price is unknown.")] = False,
) -> None:
    """Let calls spend so much a day or a month, from now on; more is refused."""
    from fluxgate_app.events.budgets import decisions

    amount = decisions.usd(limit)
    with opened() as database, database.writing() as session:
        made = decisions.add(session, scope, subject, period, amount, refuses_unpriced=refuse_unpriced)
    print(f"{made}: at most ${amount:f} a {period}. A server that runs knows it within seconds.")


@budget.command("list")
def list_budgets() -> None:
    """List all budgets with what is spent of them."""
    from zoneinfo import ZoneInfo

    from fluxgate_app.events.budgets import decisions

    with opened() as database, database.reading() as session:
        found = decisions.views(session, ZoneInfo(load().timezone))
    for one in found:
        rule, spent = one.standing.rule, one.standing.spent.normalize()
        whose = f"{rule.scope} {one.name}".rstrip()
        print(f"{rule.id}  {whose}  ${spent:f} of ${rule.amount.normalize():f} this {rule.period}")


@budget.command("remove")
def remove_budget(budget_id: Annotated[str, typer.Argument(metavar="ID", help="As `budget list` shows it.")]) -> None:
    """Let calls pass without it."""
    from fluxgate_app.events.budgets import decisions

    with opened() as database, database.writing() as session:
        decisions.remove(session, budget_id)
    print(f"{budget_id} is removed.")
