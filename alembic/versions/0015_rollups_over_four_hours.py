"""Rollups over four hours

Added up from those over an hour, as these are there also of requests that were deleted by their age.
"""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa

from alembic import op
from fluxgate_app.models.columns import UtcTime

revision = "0015"
down_revision = "0014"

LENGTH = timedelta(hours=4)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
DIMENSIONS = {
    "account_rollup": ("account", "origin"),
    "kind_rollup": ("account", "provider", "model", "feature", "step", "status", "origin"),
    "user_rollup": ("account", "user", "origin"),
}
TOKENS = ("input_tokens", "output_tokens", "cached_tokens", "cache_write_tokens", "reasoning_tokens", "audio_tokens")
SUMS = ("requests", "errors", "unpriced", "cost", *TOKENS)
HISTOGRAMS = ("latency", "duration", "tokens_per_second")
# SQLite makes a text of what it joins.
JOINED = {
    "sqlite": "CAST(group_concat({}, '') AS BLOB)",
    "postgresql": "string_agg({}, ''::bytea)",
}


def upgrade() -> None:
    for name, dimensions in DIMENSIONS.items():
        statement = sa.text(_added_up(name, dimensions)).bindparams(
            sa.bindparam("start", type_=UtcTime()), sa.bindparam("until", type_=UtcTime())
        )
        # A span at a time, so that no more than that has to be in memory.
        for start in _spans(name):
            op.get_bind().execute(statement, {"start": start, "until": start + LENGTH})


def downgrade() -> None:
    for name in DIMENSIONS:
        op.execute(f"DELETE FROM {name} WHERE minutes = 240")


def _spans(name: str) -> Iterable[datetime]:
    hours = sa.text(f"SELECT DISTINCT start FROM {name} WHERE minutes = 60").columns(start=UtcTime())
    starts = op.get_bind().execute(hours).scalars()
    return sorted({start - (start - EPOCH) % LENGTH for start in starts})


def _added_up(name: str, dimensions: tuple[str, ...]) -> str:
    joined = JOINED[op.get_bind().dialect.name]
    key = ", ".join(f'"{each}"' for each in dimensions)
    sums, histograms = (f"sum({each})" for each in SUMS), (joined.format(each) for each in HISTOGRAMS)
    return (
        f"INSERT INTO {name} (minutes, start, {key}, {', '.join((*SUMS, *HISTOGRAMS))}) "
        f"SELECT 240, :start, {key}, {', '.join((*sums, *histograms))} FROM {name} "
        f"WHERE minutes = 60 AND start >= :start AND start < :until GROUP BY {key}"
    )
