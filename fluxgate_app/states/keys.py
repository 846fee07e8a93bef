"""API keys: a person's own, for an admin everybody's."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import reflex as rx

from fluxgate_app import wiring
from fluxgate_app.accounts import api_keys, grants
from fluxgate_app.accounts.allowed_models import split
from fluxgate_app.accounts.api_keys import KeyView
from fluxgate_app.accounts.identity import Identity
from fluxgate_app.errors import Invalid
from fluxgate_app.states.form import Outcome, Values, chosen, text, whole
from fluxgate_app.states.person import identity_of, zone_of

_FORBIDDEN_TO_USERS = "events:write"
_MEANING = {
    "chat": "Ask models, and read and change conversations",
    "embeddings": "Turn texts into vectors",
    "events:read": "Read recorded calls and their figures",
    "events:write": "Record the calls of other programs",
}
# What shows that a key works, for the first of these that it may do.
_TRIALS = {
    "chat": """/api/chat -H "Authorization: Bearer {key}" -d '{"message": "What is a hash table?"}'""",
    "embeddings": """/api/embeddings -H "Authorization: Bearer {key}" -d '{"input": "What is a hash table?"}'""",
    "events:read": """/api/events -H "Authorization: Bearer {key}\"""",
    "events:write": """/api/events -H "Authorization: Bearer {key}" -d '{"provider": "openai", "model": "gpt-4o", \
"usage": {"promptTokens": 1000, "completionTokens": 100}}'""",
}


@dataclass(frozen=True)
class KeyLine:
    """A key in words. Times are ISO, empty when there is none; `expires` is a day."""

    id: str
    name: str
    owner: str
    shown: str
    scopes: str
    limit: str
    models: str
    expires: str
    is_expired: bool
    created_at: str
    used_at: str


class Keys(rx.State):
    """The keys that are not revoked, and the form that makes one. `secret` is there until the page has shown it."""

    is_loading: bool = True
    lines: list[KeyLine] = []
    scopes: list[dict[str, Any]] = []
    usual_limit: str = ""
    secret: str = ""
    trial: str = ""
    making: Outcome = Outcome()
    revoking: Outcome = Outcome()

    @rx.event
    async def load(self):
        """Read them."""
        identity = await identity_of(self)
        self.reset()
        self.scopes = _offered(identity)
        self.usual_limit = str(wiring.current().settings.api_rate_limit_per_minute)
        await self._read(identity)
        self.is_loading = False

    @rx.event
    async def make(self, values: Values):
        """A new key of one's own."""
        identity = await identity_of(self)
        self.making = await self.making.then(self._make(identity, values))
        await self._read(identity)

    @rx.event
    async def forget(self):
        """The page has the secret, so that nobody else need keep it."""
        await identity_of(self)
        self.secret = self.trial = ""

    @rx.event
    async def revoke(self, key_id: str):
        """Let a key open nothing any more: one's own, an admin any."""
        identity = await identity_of(self)
        owner = None if identity.is_admin else identity.account_id
        self.revoking = await self.revoking.then(wiring.current().db.write(api_keys.revoke, key_id, owner))
        await self._read(identity)

    async def _make(self, identity: Identity, values: Values) -> None:
        now, scopes = wiring.current(), chosen(values, "scopes")
        if not scopes:
            raise Invalid("Choose at least one thing that the key may do")
        made = await now.db.write(
            grants.grant,
            identity,
            text(values, "name"),
            scopes=scopes,
            limit_per_minute=whole(values, "limit", "Requests a minute"),
            allowed_models=split(text(values, "models")),
            usual_limit=now.settings.api_rate_limit_per_minute,
            days=whole(values, "days", "Expires"),
        )
        trial = next(_TRIALS[scope] for scope in _TRIALS if scope in scopes)
        self.secret, self.trial = made.key, trial.replace("{key}", made.key)

    async def _read(self, identity: Identity) -> None:
        whose = None if identity.is_admin else identity.account_id
        found = await wiring.current().db.read(api_keys.newest, whose)
        self.lines = [_line(key, self.usual_limit, zone_of(self)) for key in found if key.revoked_at is None]


def _offered(identity: Identity) -> list[dict[str, Any]]:
    return [
        {"value": scope, "label": scope, "hint": _MEANING[scope], "ticked": scope != _FORBIDDEN_TO_USERS}
        for scope in api_keys.SCOPES
        if identity.is_admin or scope != _FORBIDDEN_TO_USERS
    ]


def _line(key: KeyView, usual_limit: str, zone: ZoneInfo) -> KeyLine:
    return KeyLine(
        id=key.id,
        name=key.name,
        owner=key.email,
        shown=f"fg_{key.prefix}_…",
        scopes=", ".join(key.scopes) if key.scopes is not None else "everything its owner may",
        limit=f"{key.limit_per_minute or usual_limit} a minute",
        models=", ".join(key.allowed_models or ()),
        expires=f"{key.expires_at.astimezone(zone):%-d %b %Y}" if key.expires_at else "",
        is_expired=key.expires_at is not None and key.expires_at <= datetime.now(UTC),
        created_at=key.created_at.isoformat(),
        used_at=key.last_used_at.isoformat() if key.last_used_at else "",
    )
