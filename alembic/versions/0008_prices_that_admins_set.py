"""Prices that admins set"""

import sqlalchemy as sa
import sqlmodel.sql.sqltypes

import fluxgate_app.models.columns
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    op.create_table(
        "price_override",
        sa.Column("id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("provider", sqlmodel.sql.sqltypes.AutoString(length=100), nullable=False),
        sa.Column("model", sqlmodel.sql.sqltypes.AutoString(length=200), nullable=False),
        sa.Column("since", fluxgate_app.models.columns.UtcTime(timezone=True), nullable=False),
        *(
            sa.Column(part, fluxgate_app.models.columns.Money(precision=28, scale=12), nullable=True)
            for part in ("input", "output", "cache_read", "cache_write", "reasoning")
        ),
        sa.Column("source", sqlmodel.sql.sqltypes.AutoString(length=500), nullable=False),
        sa.Column("made_by", sqlmodel.sql.sqltypes.AutoString(length=64), nullable=True),
        sa.Column("created_at", fluxgate_app.models.columns.UtcTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_price_override")),
    )


def downgrade() -> None:
    op.drop_table("price_override")
