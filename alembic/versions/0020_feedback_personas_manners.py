"""Feedback on answers, personas, and how a conversation is answered"""

import sqlalchemy as sa

from alembic import op
from fluxgate_app.models.columns import UtcTime

revision = "0020"
down_revision = "0019"


def upgrade() -> None:
    op.create_table(
        "feedback",
        sa.Column("tracking_id", sa.String(64), nullable=False),
        sa.Column("is_good", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("created_at", UtcTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("tracking_id"),
    )
    op.create_table(
        "persona",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("account_id", sa.String(), nullable=True),
        sa.Column("name", sa.String(100), nullable=False),
        sa.Column("prompt", sa.Text(), nullable=False),
        sa.Column("created_at", UtcTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_persona_account_id", "persona", ["account_id"])
    op.add_column("conversation", sa.Column("temperature", sa.Float(), nullable=True))
    op.add_column("conversation", sa.Column("max_tokens", sa.Integer(), nullable=True))
    op.add_column("conversation", sa.Column("is_streamed", sa.Boolean(), nullable=False, server_default=sa.true()))


def downgrade() -> None:
    for column in ("is_streamed", "max_tokens", "temperature"):
        op.drop_column("conversation", column)
    op.drop_table("persona")
    op.drop_table("feedback")
