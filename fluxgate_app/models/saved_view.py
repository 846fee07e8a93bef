"""What somebody wants to look at again."""

from datetime import datetime

from sqlalchemy import Column, Text, UniqueConstraint
from sqlmodel import Field

from fluxgate_app.models.columns import UtcTime, now
from fluxgate_app.models.ids import new_id
from fluxgate_app.models.table import Table


class SavedView(Table, table=True):
    """An address of the explorer by a name: filters, order, columns, density. A shared one is everybody's to use."""

    __table_args__ = (UniqueConstraint("account_id", "name"),)

    id: str = Field(default_factory=lambda: new_id("view"), primary_key=True)
    account_id: str = Field(foreign_key="account.id", ondelete="CASCADE")
    name: str = Field(max_length=100)
    query: str = Field(sa_column=Column(Text, nullable=False))
    is_shared: bool = Field(default=False, index=True)
    created_at: datetime = Field(default_factory=now, sa_type=UtcTime)


class DefaultView(Table, table=True):
    """The view with which somebody's explorer opens."""

    account_id: str = Field(foreign_key="account.id", primary_key=True, ondelete="CASCADE")
    view_id: str = Field(foreign_key="saved_view.id", index=True, ondelete="CASCADE")
