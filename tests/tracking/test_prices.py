"""Counts as money; every expected price is worked out by hand from the vendors' own price pages."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from fluxgate_app.tracking import CostOverride, CostSource, Usage
from fluxgate_app.tracking.prices import cost

NOW = datetime(2026, 11, 21, tzinfo=UTC)


@pytest.mark.parametrize(
    ("provider", "model", "usage", "expected"),
    [
        ("openai", "gpt-4o", Usage(1000, 100), "0.0035"),
        ("openai", "gpt-4o", Usage(1000, 100, cached_tokens=800), "0.0025"),
        ("openai", "text-embedding-3-small", Usage(1000), "0.00002"),
        ("anthropic", "claude-sonnet-4-6", Usage(1000, 100), "0.0045"),
        (
            "anthropic",
            "claude-sonnet-4-6",
            Usage(1000, 100, cached_tokens=200, cache_write_tokens=700, cache_write_1h_tokens=300),
            "0.00516",
        ),
        ("google", "gemini-2.5-flash", Usage(1000, 100), "0.00055"),
        ("google", "gemini-2.5-pro", Usage(200_000, 1000), "0.260"),
        ("google", "gemini-2.5-pro", Usage(200_001, 1000), "0.5150025"),
        ("google", "models/gemini-2.5-flash", Usage(1000, 100), "0.00055"),
        ("openai", "openai/gpt-4o", Usage(1000, 100), "0.0035"),
        ("azure", "gpt-4o", Usage(1000, 100), "0.0035"),
        ("openrouter", "openai/gpt-4o", Usage(1000, 100), "0.0035"),
        ("xai", "grok-4", Usage(1000, 100), "0.0045"),
    ],
)
def test_it_prices_to_the_last_place(provider, model, usage, expected):
    price = cost(usage, provider, [model], NOW)
    assert (price.cost, price.source, price.version) == (
        Decimal(expected),
        CostSource.COMPUTED,
        "genai-prices 0.2.3",
    )


def test_the_model_that_was_billed_comes_before_the_one_that_was_asked():
    assert cost(Usage(1000, 0), "openai", ["gpt-4o-mini-2024-07-18", "gpt-4o"], NOW).cost == Decimal("0.00015")
    assert cost(Usage(1000, 0), "openai", ["my-deployment", "gpt-4o"], NOW).cost == Decimal("0.0025")


@pytest.mark.parametrize(
    ("provider", "model", "usage"),
    [
        ("openai", "gpt-99", Usage(1000, 100)),
        ("my-ollama", "gpt-4o", Usage(1000, 100)),
        ("openai", "gpt-4o", Usage(1000, 100, cached_tokens=2000)),
        ("google", "gemini-2.5-flash", Usage(1000, 100, audio_tokens=500)),
    ],
    ids=["no such model", "no such provider", "impossible counts", "audio"],
)
def test_what_cannot_be_priced_is_unpriced_and_never_nothing(provider, model, usage):
    assert cost(usage, provider, [model], NOW) == (None, CostSource.UNPRICED, None)


def test_estimated_counts_make_an_estimated_cost():
    assert cost(Usage(1000, 100), "openai", ["gpt-4o"], NOW, estimated=True).source is CostSource.ESTIMATED


def test_the_local_model_costs_nothing():
    assert cost(Usage(1000, 100), "local", ["smollm2"], NOW) == (Decimal(0), CostSource.COMPUTED, "local")


def test_nothing_used_is_nothing_owed_even_without_a_price():
    assert cost(Usage(0, 0), "my-ollama", ["llama"], NOW).cost == 0


def test_an_override_prices_each_part():
    override = CostOverride(*map(Decimal, ("10", "20", "1", "12", "30")))
    usage = Usage(1000, 100, cached_tokens=200, cache_write_tokens=300, reasoning_tokens=40)
    # 500 at 10, 200 at 1, 300 at 12, 60 at 20 and 40 at 30 make 11,200 for a million of each.
    assert cost(usage, "openai", ["gpt-4o"], NOW, override=override) == (
        Decimal("0.0112"),
        CostSource.COMPUTED,
        "override",
    )


def test_a_part_without_a_price_of_its_own_costs_what_the_whole_does():
    override = CostOverride(input=Decimal(10), output=Decimal(20))
    usage = Usage(1000, 100, cached_tokens=200, reasoning_tokens=40)
    assert cost(usage, "openai", [], NOW, override=override).cost == Decimal("0.012")


def test_an_override_that_does_not_cover_what_was_used_leaves_it_unpriced():
    override = CostOverride(input=Decimal(10))
    assert cost(Usage(1000, 100), "openai", ["gpt-4o"], NOW, override=override).source is CostSource.UNPRICED
    assert cost(Usage(1000), "openai", [], NOW, override=override).cost == Decimal("0.01")


def test_nonsense_does_not_raise():
    override = CostOverride(input=0.1, output=0.1)
    assert cost(Usage(1, 1), "openai", ["gpt-4o"], NOW, override=override).source is CostSource.UNPRICED


def test_a_price_is_that_of_its_day():
    # On 10 June 2025 o3 went from 10 and 40 to 2 and 8.
    before, after = datetime(2025, 6, 9, 23, 59, tzinfo=UTC), datetime(2025, 6, 10, tzinfo=UTC)
    assert cost(Usage(1000, 100), "openai", ["o3"], before).cost == Decimal("0.014")
    assert cost(Usage(1000, 100), "openai", ["o3"], after).cost == Decimal("0.0028")
