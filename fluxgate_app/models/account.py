"""Who signs in and owns what is recorded: accounts, login sessions, API keys, the setup link."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import JSON, Column
from sqlmodel import Field

from fluxgate_app.models.columns import UtcTime, now, words
from fluxgate_app.models.ids import new_id
from fluxgate_app.models.table import Table


class Role(StrEnum):
    """What an account may see: everything, or what it owns."""

    ADMIN = "admin"
    USER = "user"


class Account(Table, table=True):
    """A person who can sign in. Events, conversations and keys belong to an account.

    `allowed_models` are patterns of the models that it may ask; None is all.
    """

    id: str = Field(default_factory=lambda: new_id("usr"), primary_key=True)
    email: str = Field(unique=True, index=True, max_length=320)
    name: str = Field(default="", max_length=200)
    role: Role = Field(default=Role.USER, sa_column=Column(words(Role), nullable=False))
    password_hash: str
    allowed_models: list[str] | None = Field(default=None, sa_column=Column(JSON(none_as_null=True)))
    disabled_at: datetime | None = Field(default=None, sa_type=UtcTime)
    created_at: datetime = Field(default_factory=now, sa_type=UtcTime)


class LoginSession(Table, table=True):
    """A signed-in browser: the SHA-256 of its cookie, valid until `expires_at` (sliding, spec section 4)."""

    token_hash: str = Field(primary_key=True, max_length=64)
    account_id: str = Field(foreign_key="account.id", index=True, ondelete="CASCADE")
    created_at: datetime = Field(default_factory=now, sa_type=UtcTime)
    expires_at: datetime = Field(sa_type=UtcTime)


class ApiKey(Table, table=True):
    """A key `fg_…` of an account: found by its prefix, proven by its SHA-256, shown once.

    Without `scopes` it may do all that its owner may; without `limit_per_minute` the setting for keys counts. Of the
    models that its owner may ask, it may ask those that `allowed_models` has patterns of; None is all.
    """

    id: str = Field(default_factory=lambda: new_id("key"), primary_key=True)
    account_id: str = Field(foreign_key="account.id", index=True, ondelete="CASCADE")
    name: str = Field(max_length=200)
    prefix: str = Field(unique=True, index=True, max_length=20)
    key_hash: str = Field(max_length=64)
    scopes: list[str] | None = Field(default=None, sa_column=Column(JSON))
    limit_per_minute: int | None = None
    allowed_models: list[str] | None = Field(default=None, sa_column=Column(JSON(none_as_null=True)))
    created_at: datetime = Field(default_factory=now, sa_type=UtcTime)
    expires_at: datetime | None = Field(default=None, sa_type=UtcTime)
    revoked_at: datetime | None = Field(default=None, sa_type=UtcTime)
    last_used_at: datetime | None = Field(default=None, sa_type=UtcTime)


class SetupLink(Table, table=True):
    """The hash of a link that may create the first admin; useless once an admin exists."""

    token_hash: str = Field(primary_key=True, max_length=64)
    created_at: datetime = Field(default_factory=now, sa_type=UtcTime)
