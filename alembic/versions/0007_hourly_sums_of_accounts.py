"""Hourly sums of accounts, beside those of quarters and days

Without counters, the next start adds all rollups up again from the rows (`events.rebuild`).
"""

from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.execute("DELETE FROM event_counter")


def downgrade() -> None:
    op.execute("DELETE FROM account_rollup WHERE minutes = 60")
