"""Rates worked out once give what genai-prices gives when it is asked each time."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from genai_prices import Usage as Counts
from genai_prices.data_snapshot import get_snapshot

from fluxgate_app.tracking import Usage
from fluxgate_app.tracking.prices import LISTED
from fluxgate_app.tracking.rates import rates

NOW = datetime(2026, 11, 21, tzinfo=UTC)
USAGES = [
    Usage(0, 7),
    Usage(1, 0),
    Usage(999, 50, 400, 300, 100),
    Usage(128_001, 5000, 128_001),
    Usage(200_000, 1),
    Usage(200_001, 1, 100_000, 50_000, 50_000),
    Usage(10**12, 10**12),
]


def asked(entry: Any, usage: Usage) -> Decimal:
    names = ("input_tokens", "output_tokens", "cached_tokens", "cache_write_tokens", "cache_write_1h_tokens")
    theirs = ("input_tokens", "output_tokens", "cache_read_tokens", "cache_write_tokens", "cache_write_1h_tokens")
    counts = {their: getattr(usage, name) for name, their in zip(names, theirs, strict=True)}
    return entry.calc_price(Counts(**counts))["total_price"]


@pytest.mark.parametrize("provider", ["openai", "anthropic", "google", "x-ai", "deepseek"])
def test_every_model_costs_the_same_either_way(provider):
    models = next(each for each in get_snapshot().providers if each.id == provider).models
    for entry in [model.get_prices(NOW) for model in models[:20]]:
        for usage in USAGES:
            found = rates(entry, usage.input_tokens or 0, lambda probe, entry=entry: asked(entry, probe))
            assert found.of(usage) == asked(entry, usage)


def test_parts_that_do_not_add_up_are_left_to_the_price_list():
    assert LISTED.cost(Usage(10, 10, cached_tokens=20), "openai", ["gpt-4o"], NOW).cost is None
    assert LISTED.cost(Usage(None, 10, cached_tokens=20), "openai", ["gpt-4o"], NOW).cost is None
