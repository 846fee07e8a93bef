"""A person's API keys. By cookie alone: a key that leaked must not make others."""

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Response
from pydantic import Field

from fluxgate_app.accounts import api_keys, grants
from fluxgate_app.accounts.allowed_models import LONGEST_PATTERN, MOST_PATTERNS
from fluxgate_app.accounts.api_keys import KeyView
from fluxgate_app.api.deps import Person, Wired
from fluxgate_app.api.document import answers
from fluxgate_app.api.exact_json import JsonAnswer
from fluxgate_app.api.fields import NOT_BLANK, Camel, Id
from fluxgate_app.errors import Forbidden

router = APIRouter(prefix="/api/keys", tags=["Keys"])


class WantedKey(Camel):
    """What a key shall be called and may do; what is left out is not limited beyond the settings."""

    name: Annotated[str, Field(max_length=api_keys.MAX_NAME, json_schema_extra=NOT_BLANK)]
    account: Annotated[Id | None, Field(description="Whose key it is; for admins")] = None
    scopes: Annotated[list[str] | None, Field(max_length=100, examples=[["chat", "events:read"]])] = None
    per_minute: Annotated[int | None, Field(ge=1, le=api_keys.MAX_PER_MINUTE)] = None
    models: Annotated[
        list[Annotated[str, Field(max_length=LONGEST_PATTERN)]] | None,
        Field(max_length=MOST_PATTERNS, examples=[["gpt-4o*", "anthropic/*"]], description="Patterns; none is all"),
    ] = None
    expires_in_days: Annotated[int | None, Field(ge=1, le=36_500)] = None


class KeyAnswer(Camel):
    """A key without its secret."""

    id: str
    account: str
    email: str
    name: str
    prefix: str
    scopes: list[str] | None
    per_minute: int | None
    models: list[str] | None
    created_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None
    last_used_at: datetime | None


class NewKeyAnswer(KeyAnswer):
    """A key with its secret, which is not to be had again."""

    key: str


class KeyList(Camel):
    """Keys, the newest first."""

    keys: list[KeyAnswer]


@router.get("", response_model=KeyList)
async def newest(wiring: Wired, person: Person, account: Id | None = None) -> Response:
    """One's own keys, revoked ones too; for an admin everybody's, or those of `account`."""
    whose = account if person.is_admin else person.account_id
    if account not in (None, whose):
        raise Forbidden
    return JsonAnswer({"keys": [_json(key) for key in await wiring.db.read(api_keys.newest, whose)]})


@router.post("", response_model=NewKeyAnswer, status_code=201, openapi_extra=answers(404, 409, status=201))
async def create(wanted: WantedKey, wiring: Wired, person: Person) -> Response:
    """A new key: `key` is told here and never again."""
    made = await wiring.db.write(
        grants.grant,
        person,
        wanted.name,
        account_id=wanted.account,
        scopes=wanted.scopes,
        limit_per_minute=wanted.per_minute,
        allowed_models=wanted.models,
        usual_limit=wiring.settings.api_rate_limit_per_minute,
        days=wanted.expires_in_days,
    )
    return JsonAnswer(_json(await wiring.db.read(api_keys.get, made.id)) | {"key": made.key}, 201)


@router.delete("/{key_id}", status_code=204, openapi_extra=answers(404, status=204))
async def revoke(key_id: Id, wiring: Wired, person: Person) -> Response:
    """Revoke one of one's own keys, an admin any: from the next request on it opens nothing."""
    await wiring.db.write(api_keys.revoke, key_id, None if person.is_admin else person.account_id)
    return Response(status_code=204)


def _json(key: KeyView) -> dict[str, Any]:
    return {
        "id": key.id,
        "account": key.account,
        "email": key.email,
        "name": key.name,
        "prefix": key.prefix,
        "scopes": key.scopes,
        "perMinute": key.limit_per_minute,
        "models": key.allowed_models,
        "createdAt": key.created_at,
        "expiresAt": key.expires_at,
        "revokedAt": key.revoked_at,
        "lastUsedAt": key.last_used_at,
    }
