"""What admins are told of, by which rules, and where it is sent. By cookie alone, for admins."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Response
from pydantic import Field, WithJsonSchema

from fluxgate_app.api.deps import Admin, Wired, admin
from fluxgate_app.api.document import answers
from fluxgate_app.api.exact_json import JsonAnswer
from fluxgate_app.api.fields import NUMBER, Camel, Id
from fluxgate_app.events.alerts import rules, told
from fluxgate_app.events.alerts.rules import LARGEST, LONGEST_MINUTES, SHORTEST_MINUTES, RuleKind
from fluxgate_app.events.alerts.webhook import LONGEST_URL
from fluxgate_app.models import AlertKind, AlertRule

router = APIRouter(prefix="/api/alerts", tags=["Alerts"], dependencies=[Depends(admin)])


class AlertAnswer(Camel):
    """Something that was told. `attempts` to send it so far; `error` says why the last one failed."""

    id: str
    kind: AlertKind
    message: str
    created_at: datetime
    acknowledged_at: datetime | None
    attempts: int
    delivered_at: datetime | None
    error: str | None


class AlertList(Camel):
    """The last hundred, the newest first."""

    alerts: list[AlertAnswer]
    unacknowledged: int


class Seen(Camel):
    """Which alerts somebody has seen; all when none is named."""

    ids: Annotated[list[Id] | None, Field(max_length=told.SHOWN)] = None


_FIGURE = {"type": "number", "minimum": 0, "maximum": int(LARGEST), "examples": [10]}
Threshold = Annotated[Decimal, NUMBER, WithJsonSchema(_FIGURE)]


class WantedRule(Camel):
    """Tell when the figure is above the threshold: USD for `spend`, percent for `errorRate`, milliseconds of the p95
    for `latency` and `duration`, calls of one model for `unpriced`.
    """

    kind: RuleKind
    threshold: Threshold
    window_minutes: Annotated[int, Field(ge=SHORTEST_MINUTES, le=LONGEST_MINUTES, examples=[60])]


class RuleAnswer(Camel):
    """A rule."""

    id: str
    kind: AlertKind
    threshold: float
    window_minutes: int
    created_at: datetime


class RuleList(Camel):
    """All rules, the newest first."""

    rules: list[RuleAnswer]


class WantedWebhook(Camel):
    """Where alerts are sent; nowhere when it is empty."""

    url: Annotated[str, Field(max_length=LONGEST_URL, examples=["https://hooks.example.com/fluxgate"])]


class WebhookAnswer(Camel):
    """Where alerts are sent, and the secret that signs them, told this once."""

    url: str
    secret: str


@router.get("", response_model=AlertList)
async def newest(wiring: Wired) -> Response:
    """What was told, and how much of it nobody has acknowledged."""
    found = await wiring.db.read(told.newest)
    count = await wiring.db.read(told.unacknowledged)
    alerts = [
        {
            "id": one.id,
            "kind": one.kind,
            "message": one.message,
            "createdAt": one.created_at,
            "acknowledgedAt": one.acknowledged_at,
            "attempts": one.attempts,
            "deliveredAt": one.delivered_at,
            "error": one.error,
        }
        for one in found
    ]
    return JsonAnswer({"alerts": alerts, "unacknowledged": count})


@router.post("/acknowledge", status_code=204, openapi_extra=answers(status=204))
async def acknowledge(seen: Seen, wiring: Wired, asker: Admin) -> Response:
    """These are known now."""
    await wiring.db.write(told.acknowledge, asker.account_id, seen.ids)
    return Response(status_code=204)


@router.get("/rules", response_model=RuleList)
async def list_rules(wiring: Wired) -> Response:
    """What is told, budgets apart: those are told of at 80 % and when they are used up."""
    return JsonAnswer({"rules": list(map(_json, await wiring.db.read(rules.newest)))})


@router.post("/rules", response_model=RuleAnswer, status_code=201, openapi_extra=answers(409, status=201))
async def add_rule(wanted: WantedRule, wiring: Wired, asker: Admin) -> Response:
    """Tell of this too, at most once in each window."""
    made = await wiring.db.write(rules.add, wanted.kind, wanted.threshold, wanted.window_minutes, asker.account_id)
    return JsonAnswer(_json(made), 201)


@router.delete("/rules/{rule_id}", status_code=204, openapi_extra=answers(404, status=204))
async def remove_rule(rule_id: Id, wiring: Wired) -> Response:
    """Tell of it no more."""
    await wiring.db.write(rules.remove, rule_id)
    return Response(status_code=204)


@router.put("/webhook", response_model=WebhookAnswer)
async def point_webhook(wanted: WantedWebhook, wiring: Wired, asker: Admin) -> Response:
    """Send alerts there, each signed with the new `secret`, until it is taken: for about six hours."""
    secret = await wiring.alerts.webhook.point_to(wanted.url, asker.account_id)
    return JsonAnswer({"url": await wiring.alerts.webhook.url(), "secret": secret})


def _json(rule: AlertRule) -> dict[str, Any]:
    return {
        "id": rule.id,
        "kind": rule.kind,
        "threshold": rule.threshold,
        "windowMinutes": rule.window_minutes,
        "createdAt": rule.created_at,
    }
