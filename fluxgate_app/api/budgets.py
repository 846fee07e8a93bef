"""What may be spent, and what of it is. By cookie alone, and for admins to change."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Response
from pydantic import Field, WithJsonSchema

from fluxgate_app.api.deps import Admin, Person, Wired, admin
from fluxgate_app.api.document import answers
from fluxgate_app.api.exact_json import JsonAnswer
from fluxgate_app.api.fields import NOT_BLANK, NUMBER, Camel, Flag, Id
from fluxgate_app.events.budgets import decisions
from fluxgate_app.events.budgets.decisions import LARGEST, LEAST, LONGEST_SUBJECT, BudgetView
from fluxgate_app.models import BudgetPeriod, BudgetScope
from fluxgate_app.wiring import Wiring

router = APIRouter(prefix="/api/budgets", tags=["Budgets"])


_USD = {"type": "number", "description": "USD", "minimum": float(LEAST), "maximum": int(LARGEST), "examples": [5]}
Amount = Annotated[Decimal, NUMBER, WithJsonSchema(_USD)]


class _Spending(Camel):
    period: BudgetPeriod
    limit: Amount
    refuses_unpriced: Annotated[Flag, Field(description="Lets no call pass whose price is unknown")] = False


class OverallBudget(_Spending):
    """How much all calls together may spend."""

    scope: Literal[BudgetScope.OVERALL]
    subject: Literal[""] = ""


class PartBudget(_Spending):
    """How much some calls may spend. `subject` is an account's or a key's id, or a feature."""

    scope: Literal[BudgetScope.ACCOUNT, BudgetScope.API_KEY, BudgetScope.FEATURE]
    subject: Annotated[str, Field(max_length=LONGEST_SUBJECT, json_schema_extra=NOT_BLANK)]


_DAILY = {"scope": "feature", "subject": "chat-api", "period": "day", "limit": 5}
_EXAMPLE = {"requestBody": {"content": {"application/json": {"example": _DAILY}}}}
WantedBudget = Annotated[OverallBudget | PartBudget, Field(discriminator="scope")]


class ChangedBudget(Camel):
    """What of it shall be another; what is left out stays."""

    limit: Amount | None = None
    refuses_unpriced: Flag | None = None


class BudgetAnswer(Camel):
    """A budget and how it stands, in USD: `held` is what calls under way may spend. `name` is its subject's."""

    id: str
    scope: BudgetScope
    subject: str
    name: str
    period: BudgetPeriod
    limit: float
    refuses_unpriced: bool
    spent: float
    held: float
    left: float
    begins_at: datetime
    ends_at: datetime
    created_at: datetime


class BudgetList(Camel):
    """Budgets, the widest first."""

    budgets: list[BudgetAnswer]


@router.get("", response_model=BudgetList)
async def standings(wiring: Wired, person: Person) -> Response:
    """All of them for an admin; for others those of their account and of their keys."""
    whose = None if person.is_admin else person.account_id
    found = await wiring.db.read(decisions.views, wiring.budgets.zone, whose)
    return JsonAnswer({"budgets": list(map(_json, found))})


@router.post("", response_model=BudgetAnswer, status_code=201, openapi_extra=_EXAMPLE | answers(404, 409, status=201))
async def add(wanted: WantedBudget, wiring: Wired, asker: Admin) -> Response:
    """Let these calls spend so much each day or month, from now on; more is refused."""
    made = await wiring.db.write(
        decisions.add,
        wanted.scope,
        wanted.subject,
        wanted.period,
        wanted.limit,
        refuses_unpriced=wanted.refuses_unpriced,
        made_by=asker.account_id,
    )
    return await _as_it_is(wiring, made, 201)


@router.patch("/{budget_id}", response_model=BudgetAnswer, openapi_extra=answers(404), dependencies=[Depends(admin)])
async def change(budget_id: Id, changed: ChangedBudget, wiring: Wired) -> Response:
    """Allow more or less; what is spent stays spent."""
    await wiring.db.write(decisions.change, budget_id, changed.limit, changed.refuses_unpriced)
    return await _as_it_is(wiring, budget_id, 200)


@router.delete("/{budget_id}", status_code=204, openapi_extra=answers(404, status=204), dependencies=[Depends(admin)])
async def remove(budget_id: Id, wiring: Wired) -> Response:
    """Let calls pass without it."""
    await wiring.db.write(decisions.remove, budget_id)
    await wiring.budgets.refresh()
    return Response(status_code=204)


async def _as_it_is(wiring: Wiring, budget_id: str, status: int) -> Response:
    # Other processes notice within seconds; this one need not wait.
    await wiring.budgets.refresh()
    return JsonAnswer(_json(await wiring.db.read(decisions.get, wiring.budgets.zone, budget_id)), status)


def _json(view: BudgetView) -> dict[str, Any]:
    rule, standing = view.standing.rule, view.standing
    return {
        "id": rule.id,
        "scope": rule.scope,
        "subject": rule.subject,
        "name": view.name,
        "period": rule.period,
        "limit": rule.amount,
        "refusesUnpriced": rule.refuses_unpriced,
        "spent": standing.spent,
        "held": standing.held,
        "left": standing.left,
        "beginsAt": view.begins_at,
        "endsAt": view.ends_at,
        "createdAt": view.created_at,
    }
