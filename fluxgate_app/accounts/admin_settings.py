"""What admins decide while the product runs, kept in the database for all processes."""

import time
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError
from sqlmodel import Session, select

from fluxgate_app.db import Database
from fluxgate_app.errors import Invalid
from fluxgate_app.models import AdminSetting
from fluxgate_app.models.columns import now

# How old what a process knows may be.
FRESH_SECONDS = 1.0


class Decided(BaseModel):
    """All that can be decided, with what counts until it is: a new decision is a new field here."""

    model_config = ConfigDict(frozen=True, strict=True)

    signup_open: bool = False
    # After how many days each is deleted; None keeps it for ever (`events.prune`).
    contents_days: int | None = None
    requests_days: int | None = None
    figures_days: int | None = None
    # Where alerts are sent, nowhere when it is empty, and what their secret is made with.
    alert_webhook: str = ""
    alert_webhook_nonce: str = ""


class AdminSettings:
    """The decisions as this process knows them, at most a second old."""

    def __init__(self, database: Database):
        self._database = database
        self._known = Decided()
        self._fresh_until = 0.0
        self._decisions = 0

    async def current(self) -> Decided:
        """What counts now."""
        if time.monotonic() >= self._fresh_until:
            before, found = self._decisions, await self._database.read(read)
            # What was decided meanwhile may not be in it.
            if before == self._decisions:
                self._know(found)
        return self._known

    async def decide(self, changed_by: str | None, **values: Any) -> Decided:
        """Change what is named, for all processes. Raises Invalid."""
        decided = await self._database.write(decide, changed_by, **values)
        self._decisions += 1
        self._know(decided)
        return decided

    def _know(self, decided: Decided) -> None:
        self._known, self._fresh_until = decided, time.monotonic() + FRESH_SECONDS


def read(session: Session) -> Decided:
    """What is decided, defaults included. What an older version decided and this one does not know is left out."""
    rows = session.exec(select(AdminSetting)).all()
    return Decided.model_validate({row.name: row.value for row in rows})


def decide(session: Session, changed_by: str | None, **values: Any) -> Decided:
    """Store these decisions of this account, or of the command when it is None. Raises Invalid; then none is stored."""
    try:
        decided = Decided.model_validate(read(session).model_dump() | values)
    except ValidationError as error:
        wrong = error.errors()[0]
        raise Invalid(f"{'.'.join(map(str, wrong['loc']))}: {wrong['msg']}") from None
    for name in values:
        value = decided.model_dump(mode="json")[name]
        session.merge(AdminSetting(name=name, value=value, changed_at=now(), changed_by=changed_by))
    return decided
