"""What admins decide while the product runs."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Column
from sqlmodel import Field

from fluxgate_app.models.columns import UtcTime, now
from fluxgate_app.models.table import Table


class AdminSetting(Table, table=True):
    """One decision by its name, as JSON; without a row the default counts. `changed_by` is None for the command."""

    name: str = Field(primary_key=True, max_length=100)
    value: Any = Field(sa_column=Column(JSON, nullable=False))
    changed_at: datetime = Field(default_factory=now, sa_type=UtcTime)
    changed_by: str | None = Field(default=None, max_length=64)
