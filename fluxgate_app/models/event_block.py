"""Runs of events whose texts are indexed together."""

from datetime import datetime

from sqlalchemy import Column, Text
from sqlmodel import Field

from fluxgate_app.models.columns import UtcTime
from fluxgate_app.models.table import Table


class EventBlock(Table, table=True):
    """The events with the row ids from `id` times `events.text_index.SIZE` on; the newest are in none yet.

    `since` and `until` are the times of the first and the last one. `text` is what is looked for in them on PostgreSQL;
    on SQLite it is in a full-text index instead.
    """

    id: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    since: datetime = Field(sa_type=UtcTime)
    until: datetime = Field(sa_type=UtcTime)
    text: str | None = Field(default=None, sa_column=Column(Text))
