"""What was told: kept once, listed, acknowledged; and its way to the webhook."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session, col, func, select, update

from fluxgate_app.events.alerts.findings import Finding
from fluxgate_app.events.tables import wait_for_turn
from fluxgate_app.models import Alert, AlertDelivery, AlertKind
from fluxgate_app.models.columns import now

SHOWN = 100
MOST_ATTEMPTS = 12
_FIRST_PAUSE, _LONGEST_PAUSE = timedelta(seconds=10), timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class AlertView:
    """An alert and where it is: `attempts` to send it so far, `error` of the last one, None when that went well."""

    id: str
    kind: AlertKind
    message: str
    created_at: datetime
    acknowledged_at: datetime | None
    attempts: int
    delivered_at: datetime | None
    error: str | None


def keep(session: Session, findings: Iterable[Finding], *, sends: bool) -> list[str]:
    """Keep those that nobody has heard of, to be sent where there is a webhook; gives their ids."""
    wait_for_turn(session, "alerts")
    wanted = {finding.occasion: finding for finding in findings}
    known = set(session.exec(select(Alert.occasion).where(col(Alert.occasion).in_(wanted))))
    made: list[str] = []
    for occasion in wanted.keys() - known:
        alert = Alert(occasion=occasion, kind=wanted[occasion].kind, message=wanted[occasion].message[:500])
        session.add(alert)
        if sends:
            session.add(AlertDelivery(alert_id=alert.id, due_at=alert.created_at))
        made.append(alert.id)
    return made


def newest(session: Session) -> list[AlertView]:
    """The last hundred, the newest first."""
    query = (
        select(Alert, AlertDelivery)
        .join(AlertDelivery, col(AlertDelivery.alert_id) == col(Alert.id), isouter=True)
        .order_by(col(Alert.created_at).desc(), col(Alert.id).desc())
        .limit(SHOWN)
    )
    return [_view(alert, delivery) for alert, delivery in session.exec(query)]


def unacknowledged(session: Session) -> int:
    """How many nobody has acknowledged."""
    return session.exec(select(func.count()).select_from(Alert).where(col(Alert.acknowledged_at).is_(None))).one()


def acknowledge(session: Session, account_id: str, ids: Collection[str] | None = None) -> None:
    """Somebody has seen these alerts, or all of them."""
    which = [col(Alert.acknowledged_at).is_(None)]
    if ids is not None:
        which.append(col(Alert.id).in_(ids))
    session.exec(update(Alert).where(*which).values(acknowledged_at=now(), acknowledged_by=account_id))


def is_due(session: Session, at: datetime) -> bool:
    """Whether there is something to send, as most often there is not."""
    return session.exec(select(AlertDelivery.alert_id).where(col(AlertDelivery.due_at) <= at)).first() is not None


def take_due(session: Session, at: datetime) -> AlertView | None:
    """The next alert to send, None when there is none; nobody else is given it before its next turn."""
    due = select(AlertDelivery).where(col(AlertDelivery.due_at) <= at).order_by(col(AlertDelivery.due_at)).limit(1)
    delivery = session.exec(due.with_for_update(skip_locked=True)).first()
    if delivery is None:
        return None
    pause = min(_LONGEST_PAUSE, _FIRST_PAUSE * 2**delivery.attempts)
    delivery.attempts += 1
    delivery.due_at = at + pause if delivery.attempts < MOST_ATTEMPTS else None
    session.add(delivery)
    return _view(session.get_one(Alert, delivery.alert_id), delivery)


def sent(session: Session, alert_id: str, error: str | None) -> None:
    """How sending it ended: delivered, or why not."""
    delivery = session.get(AlertDelivery, alert_id)
    if delivery is None:
        return
    delivery.error = error and error[:200]
    if error is None:
        delivery.delivered_at, delivery.due_at = now(), None
    session.add(delivery)


def _view(alert: Alert, delivery: AlertDelivery | None) -> AlertView:
    return AlertView(
        alert.id,
        alert.kind,
        alert.message,
        alert.created_at,
        alert.acknowledged_at,
        delivery.attempts if delivery else 0,
        delivery.delivered_at if delivery else None,
        delivery.error if delivery else None,
    )
