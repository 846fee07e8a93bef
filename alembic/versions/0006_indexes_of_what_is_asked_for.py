"""Indexes of what is asked for"""

import sqlalchemy as sa

from alembic import op

revision = "0006"
down_revision = "0005"

_ALWAYS = ("provider", "model", "status")
_GIVEN = ("feature", "user", "session_id", "api_key", "error_type")
_RENAMED = {
    "ix_ai_event_account_created": ("ix_ai_event_account", ["account", "created_at", "tracking_id"]),
    "ix_ai_event_conversation": ("ix_ai_event_conversation_id", ["conversation_id", "created_at"]),
}


def upgrade() -> None:
    for old, (new, columns) in _RENAMED.items():
        op.drop_index(old, "ai_event")
        op.create_index(new, "ai_event", columns)
    for name in _ALWAYS:
        op.create_index(f"ix_ai_event_{name}", "ai_event", [name, "created_at"])
    for name in _GIVEN:
        given = sa.column(name).is_not(None)
        op.create_index(
            f"ix_ai_event_{name}", "ai_event", [name, "created_at"], sqlite_where=given, postgresql_where=given
        )


def downgrade() -> None:
    for name in (*_ALWAYS, *_GIVEN):
        op.drop_index(f"ix_ai_event_{name}", "ai_event")
    for old, (new, columns) in _RENAMED.items():
        op.drop_index(new, "ai_event")
        op.create_index(old, "ai_event", columns)
