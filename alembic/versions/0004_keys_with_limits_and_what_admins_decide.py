"""A limit of a key's own, and what admins decide while the product runs"""

import sqlalchemy as sa
import sqlmodel.sql.sqltypes

import fluxgate_app.models.columns
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.add_column("api_key", sa.Column("limit_per_minute", sa.Integer(), nullable=True))
    op.create_table(
        "admin_setting",
        sa.Column("name", sqlmodel.sql.sqltypes.AutoString(length=100), nullable=False),
        sa.Column("value", sa.JSON(), nullable=False),
        sa.Column("changed_at", fluxgate_app.models.columns.UtcTime(timezone=True), nullable=False),
        sa.Column("changed_by", sqlmodel.sql.sqltypes.AutoString(length=64), nullable=True),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_admin_setting")),
    )


def downgrade() -> None:
    op.drop_table("admin_setting")
    op.drop_column("api_key", "limit_per_minute")
