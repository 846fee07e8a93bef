"""What people say of answers."""

from datetime import datetime

from sqlalchemy import Column, Text
from sqlmodel import Field

from fluxgate_app.models.columns import UtcTime, now
from fluxgate_app.models.table import Table


class Feedback(Table, table=True):
    """Whether the answer of a recorded call was good, and why. No foreign key, as a call is stored a moment later."""

    tracking_id: str = Field(max_length=64, primary_key=True)
    is_good: bool
    reason: str = Field(default="", sa_column=Column(Text, nullable=False))
    created_at: datetime = Field(default_factory=now, sa_type=UtcTime)
