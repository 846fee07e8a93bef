"""Which models accounts and keys may ask"""

import sqlalchemy as sa

from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    for table in ("account", "api_key"):
        op.add_column(table, sa.Column("allowed_models", sa.JSON(), nullable=True))


def downgrade() -> None:
    for table in ("account", "api_key"):
        op.drop_column(table, "allowed_models")
