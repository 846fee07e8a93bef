"""Whether the counts of a call are estimated, which what is known of its cost did not always tell"""

import sqlalchemy as sa

from alembic import op

revision = "0021"
down_revision = "0020"

# As it was told until now: by the cost, and without a price by a stream that was cut before anything was counted.
_ESTIMATED = """
UPDATE ai_event SET tokens_estimated = :yes
WHERE cost_source = 'estimated' OR (
    cost_source = 'unpriced' AND raw_usage IS NULL AND finish_reason IS NULL AND output_tokens > 0
    AND status IN ('CANCELLED', 'TIMEOUT', 'ERROR', 'BLOCKED')
)
"""


def upgrade() -> None:
    estimated = sa.Column("tokens_estimated", sa.Boolean(), nullable=False, server_default=sa.false())
    op.add_column("ai_event", estimated)
    op.execute(sa.text(_ESTIMATED).bindparams(yes=True))


def downgrade() -> None:
    op.drop_column("ai_event", "tokens_estimated")
