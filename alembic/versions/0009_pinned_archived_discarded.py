"""Conversations pinned, archived and discarded"""

import sqlalchemy as sa

from alembic import op
from fluxgate_app.models.columns import UtcTime

revision = "0009"
down_revision = "0008"

_MOMENTS = ("pinned_at", "archived_at", "discarded_at")
_DISCARDED = sa.text("discarded_at IS NOT NULL")


def upgrade() -> None:
    for moment in _MOMENTS:
        op.add_column("conversation", sa.Column(moment, UtcTime(timezone=True), nullable=True))
    op.create_index(
        "ix_conversation_discarded",
        "conversation",
        ["discarded_at"],
        sqlite_where=_DISCARDED,
        postgresql_where=_DISCARDED,
    )


def downgrade() -> None:
    op.drop_index("ix_conversation_discarded", "conversation")
    for moment in _MOMENTS:
        op.drop_column("conversation", moment)
