"""Blocks of events by their texts"""

import sqlalchemy as sa

from alembic import op
from fluxgate_app.models.columns import UtcTime

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    op.create_table(
        "event_block",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("since", UtcTime(timezone=True), nullable=False),
        sa.Column("until", UtcTime(timezone=True), nullable=False),
        sa.Column("text", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event_block")),
    )


def downgrade() -> None:
    # SQLite's index of it is made by `events.trigrams`.
    op.execute("DROP TABLE IF EXISTS event_text")
    op.drop_table("event_block")
