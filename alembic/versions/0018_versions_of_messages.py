"""Versions of messages: what follows what, where a conversation is looked at, all calls of an answer"""

import sqlalchemy as sa

from alembic import op

revision = "0018"
down_revision = "0017"

_LINK = """
UPDATE message SET parent_id = (
    SELECT before.id FROM message AS before
    WHERE before.conversation_id = message.conversation_id AND before.position < message.position
    ORDER BY before.position DESC LIMIT 1
)
"""
_LOOK = """
UPDATE conversation SET leaf_id = (
    SELECT message.id FROM message WHERE message.conversation_id = conversation.id
    ORDER BY message.position DESC LIMIT 1
)
"""


def upgrade() -> None:
    op.add_column("message", sa.Column("parent_id", sa.String(64), nullable=True))
    op.add_column("message", sa.Column("earlier_calls", sa.JSON(), nullable=False, server_default="[]"))
    op.add_column("conversation", sa.Column("leaf_id", sa.String(64), nullable=True))
    op.execute(_LINK)
    op.execute(_LOOK)
    op.create_index("ix_message_parent_id", "message", ["parent_id"])


def downgrade() -> None:
    op.drop_index("ix_message_parent_id", "message")
    op.drop_column("conversation", "leaf_id")
    op.drop_column("message", "earlier_calls")
    op.drop_column("message", "parent_id")
