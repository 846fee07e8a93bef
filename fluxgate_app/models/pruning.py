"""How far back the history reaches."""

from datetime import datetime

from sqlmodel import Field

from fluxgate_app.models.columns import UtcTime, now
from fluxgate_app.models.table import Table


class Pruning(Table, table=True):
    """One part of the history (`contents`, `requests`, `figures`): from before this time it was deleted.

    Written before anything is deleted, and never moved back: what is gone stays gone.
    """

    part: str = Field(primary_key=True, max_length=20)
    before: datetime = Field(sa_type=UtcTime)
    changed_at: datetime = Field(default_factory=now, sa_type=UtcTime)
