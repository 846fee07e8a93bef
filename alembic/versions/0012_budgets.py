"""Budgets, what is spent of them, and what calls under way hold"""

import sqlalchemy as sa
import sqlmodel.sql.sqltypes

from alembic import op
from fluxgate_app.models.columns import Money, UtcTime

revision = "0012"
down_revision = "0011"


def _text(length: int | None = None) -> sqlmodel.sql.sqltypes.AutoString:
    return sqlmodel.sql.sqltypes.AutoString(length=length)


def upgrade() -> None:
    op.create_table(
        "budget",
        sa.Column("id", _text(), nullable=False),
        sa.Column("scope", sa.String(length=20), nullable=False),
        sa.Column("subject", _text(200), nullable=False),
        sa.Column("period", sa.String(length=20), nullable=False),
        sa.Column("amount", Money(precision=28, scale=12), nullable=False),
        sa.Column("refuses_unpriced", sa.Boolean(), nullable=False),
        sa.Column("made_by", _text(64), nullable=True),
        sa.Column("created_at", UtcTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_budget")),
        sa.UniqueConstraint("scope", "subject", "period", name=op.f("uq_budget_scope_subject_period")),
    )
    op.create_table(
        "budget_spend",
        sa.Column("budget_id", _text(), nullable=False),
        sa.Column("start", UtcTime(timezone=True), nullable=False),
        sa.Column("cost", Money(precision=28, scale=12), nullable=False),
        sa.PrimaryKeyConstraint("budget_id", "start", name=op.f("pk_budget_spend")),
    )
    op.create_table(
        "budget_hold",
        sa.Column("budget_id", _text(), nullable=False),
        sa.Column("tracking_id", _text(64), nullable=False),
        sa.Column("process_id", _text(64), nullable=False),
        sa.Column("amount", Money(precision=28, scale=12), nullable=False),
        sa.Column("expires_at", UtcTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("budget_id", "tracking_id", name=op.f("pk_budget_hold")),
    )
    op.create_index(op.f("ix_budget_hold_tracking_id"), "budget_hold", ["tracking_id"])


def downgrade() -> None:
    for table in ("budget_hold", "budget_spend", "budget"):
        op.drop_table(table)
