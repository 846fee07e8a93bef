"""Rollups over four hours

Without counters, the next start adds all rollups up again from the rows (`events.rebuild`).
"""

from alembic import op

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    op.execute("DELETE FROM event_counter")


def downgrade() -> None:
    for name in ("account_rollup", "kind_rollup", "user_rollup"):
        op.execute(f"DELETE FROM {name} WHERE minutes = 240")
