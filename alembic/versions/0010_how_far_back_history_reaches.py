"""How far back the history reaches"""

import sqlalchemy as sa
import sqlmodel.sql.sqltypes

import fluxgate_app.models.columns
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    op.create_table(
        "pruning",
        sa.Column("part", sqlmodel.sql.sqltypes.AutoString(length=20), nullable=False),
        sa.Column("before", fluxgate_app.models.columns.UtcTime(timezone=True), nullable=False),
        sa.Column("changed_at", fluxgate_app.models.columns.UtcTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("part", name=op.f("pk_pruning")),
    )


def downgrade() -> None:
    op.drop_table("pruning")
