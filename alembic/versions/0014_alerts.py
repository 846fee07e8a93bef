"""Alerts: their rules, what was told, what is on its way"""

import sqlalchemy as sa
import sqlmodel.sql.sqltypes

from alembic import op
from fluxgate_app.models.columns import Money, UtcTime

revision = "0014"
down_revision = "0013"

_ON_ITS_WAY = sa.text("due_at IS NOT NULL")


def _text(length: int | None = None) -> sqlmodel.sql.sqltypes.AutoString:
    return sqlmodel.sql.sqltypes.AutoString(length=length)


def upgrade() -> None:
    op.create_table(
        "alert_rule",
        sa.Column("id", _text(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("threshold", Money(precision=28, scale=12), nullable=False),
        sa.Column("window_minutes", sa.Integer(), nullable=False),
        sa.Column("made_by", _text(64), nullable=True),
        sa.Column("created_at", UtcTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alert_rule")),
    )
    op.create_table(
        "alert",
        sa.Column("id", _text(), nullable=False),
        sa.Column("occasion", _text(400), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("message", _text(500), nullable=False),
        sa.Column("created_at", UtcTime(timezone=True), nullable=False),
        sa.Column("acknowledged_at", UtcTime(timezone=True), nullable=True),
        sa.Column("acknowledged_by", _text(64), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alert")),
        sa.UniqueConstraint("occasion", name=op.f("uq_alert_occasion")),
    )
    op.create_index(op.f("ix_alert_created_at"), "alert", ["created_at"])
    op.create_table(
        "alert_delivery",
        sa.Column("alert_id", _text(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("due_at", UtcTime(timezone=True), nullable=True),
        sa.Column("delivered_at", UtcTime(timezone=True), nullable=True),
        sa.Column("error", _text(200), nullable=True),
        sa.PrimaryKeyConstraint("alert_id", name=op.f("pk_alert_delivery")),
    )
    op.create_index(
        "ix_alert_delivery_due",
        "alert_delivery",
        ["due_at"],
        sqlite_where=_ON_ITS_WAY,
        postgresql_where=_ON_ITS_WAY,
    )


def downgrade() -> None:
    for table in ("alert_delivery", "alert", "alert_rule"):
        op.drop_table(table)
