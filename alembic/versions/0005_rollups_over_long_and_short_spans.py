"""Rollups over long and short spans

They hold nothing yet: the next start adds them up from the rows (`events.rebuild`).
"""

from typing import Any

import sqlalchemy as sa
from sqlmodel.sql.sqltypes import AutoString

from alembic import op
from fluxgate_app.models.columns import Money, UtcTime

revision = "0005"
down_revision = "0004"

TOKENS = ("input_tokens", "output_tokens", "cached_tokens", "cache_write_tokens", "reasoning_tokens")
KIND = {"provider": 100, "model": 200, "feature": 200, "step": 200, "status": 20, "origin": 10}
OLD = {"hourly_account_rollup": ("account", "origin"), "hourly_user_rollup": ("user", "origin"), "hourly_rollup": KIND}
NEW = {"account_rollup": ("origin",), "user_rollup": ("user", "origin"), "kind_rollup": KIND}
LENGTHS = {"account": 64, "user": 200} | KIND


def upgrade() -> None:
    for name in OLD:
        op.drop_table(name)
    for name, dimensions in NEW.items():
        span = [_column("minutes", sa.Integer(), autoincrement=False), _column("start", UtcTime(timezone=True))]
        key = [*span, *_texts(("account", *dimensions))]
        _create(name, key, [*_sums("audio_tokens"), *_histograms()])
    counted = ("provider", "model", "feature", "status", "origin")
    _create("event_counter", _texts(counted), [*_sums("audio_tokens"), *_histograms()])


def downgrade() -> None:
    for name in (*NEW, "event_counter"):
        op.drop_table(name)
    for name, dimensions in OLD.items():
        key = [_column("hour", UtcTime(timezone=True)), *_texts(tuple(dimensions))]
        _create(name, key, [*_sums(), *(_histograms() if name == "hourly_rollup" else ())])


def _create(name: str, key: list[sa.Column[Any]], measures: list[sa.Column[Any]]) -> None:
    names = [column.name for column in key]
    op.create_table(name, *measures, *key, sa.PrimaryKeyConstraint(*names, name=op.f(f"pk_{name}")))


def _sums(*more: str) -> list[sa.Column[Any]]:
    counts = [_column(name, sa.BigInteger()) for name in ("requests", "errors", "unpriced", *TOKENS, *more)]
    return [*counts, _column("cost", Money(precision=28, scale=12))]


def _histograms() -> list[sa.Column[Any]]:
    return [_column(name, sa.LargeBinary()) for name in ("latency", "duration", "tokens_per_second")]


def _texts(names: tuple[str, ...]) -> list[sa.Column[Any]]:
    return [_column(name, AutoString(length=LENGTHS[name])) for name in names]


def _column(name: str, kind: Any, **options: Any) -> sa.Column[Any]:
    return sa.Column(name, kind, nullable=False, **options)
