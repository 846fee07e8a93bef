"""Counts as money; every expected price is worked out by hand from the vendors' own price pages."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from fluxgate_app.tracking import CostOverride, CostSource, Usage
from fluxgate_app.tracking.prices import LISTED, PriceRule, Prices
from fluxgate_app.tracking.terms import Terms, terms_of

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
    price = LISTED.cost(usage, provider, [model], NOW)
    assert (price.cost, price.source, price.version) == (
        Decimal(expected),
        CostSource.COMPUTED,
        "genai-prices 0.2.3",
    )


def test_the_model_that_was_billed_comes_before_the_one_that_was_asked():
    assert LISTED.cost(Usage(1000, 0), "openai", ["gpt-4o-mini-2024-07-18", "gpt-4o"], NOW).cost == Decimal("0.00015")
    assert LISTED.cost(Usage(1000, 0), "openai", ["my-deployment", "gpt-4o"], NOW).cost == Decimal("0.0025")


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
    assert LISTED.cost(usage, provider, [model], NOW) == (None, CostSource.UNPRICED, None)


def test_estimated_counts_make_an_estimated_cost():
    assert LISTED.cost(Usage(1000, 100), "openai", ["gpt-4o"], NOW, estimated=True).source is CostSource.ESTIMATED


def test_what_was_billed_is_known_whatever_the_counts_are():
    price = LISTED.cost(Usage(1000, 100), "openrouter", ["x/y"], NOW, terms=Terms(reported=Decimal(9)), estimated=True)
    assert (price.cost, price.source) == (9, CostSource.REPORTED)


def test_the_local_model_costs_nothing():
    assert LISTED.cost(Usage(1000, 100), "local", ["smollm2"], NOW) == (Decimal(0), CostSource.COMPUTED, "local")


def test_nothing_used_is_nothing_owed_even_without_a_price():
    assert LISTED.cost(Usage(0, 0), "my-ollama", ["llama"], NOW).cost == 0


def test_an_override_prices_each_part():
    override = CostOverride(*map(Decimal, ("10", "20", "1", "12", "30")))
    usage = Usage(1000, 100, cached_tokens=200, cache_write_tokens=300, reasoning_tokens=40)
    # 500 at 10, 200 at 1, 300 at 12, 60 at 20 and 40 at 30 make 11,200 for a million of each.
    assert LISTED.cost(usage, "openai", ["gpt-4o"], NOW, override=override) == (
        Decimal("0.0112"),
        CostSource.COMPUTED,
        "override",
    )


def test_a_part_without_a_price_of_its_own_costs_what_the_whole_does():
    override = CostOverride(input=Decimal(10), output=Decimal(20))
    usage = Usage(1000, 100, cached_tokens=200, reasoning_tokens=40)
    assert LISTED.cost(usage, "openai", [], NOW, override=override).cost == Decimal("0.012")


def test_an_override_that_does_not_cover_what_was_used_leaves_it_unpriced():
    override = CostOverride(input=Decimal(10))
    assert LISTED.cost(Usage(1000, 100), "openai", ["gpt-4o"], NOW, override=override).source is CostSource.UNPRICED
    assert LISTED.cost(Usage(1000), "openai", [], NOW, override=override).cost == Decimal("0.01")


def test_nonsense_does_not_raise():
    override = CostOverride(input=0.1, output=0.1)
    assert LISTED.cost(Usage(1, 1), "openai", ["gpt-4o"], NOW, override=override).source is CostSource.UNPRICED


def test_a_price_is_that_of_its_day():
    # On 10 June 2025 o3 went from 10 and 40 to 2 and 8.
    before, after = datetime(2025, 6, 9, 23, 59, tzinfo=UTC), datetime(2025, 6, 10, tzinfo=UTC)
    assert LISTED.cost(Usage(1000, 100), "openai", ["o3"], before).cost == Decimal("0.014")
    assert LISTED.cost(Usage(1000, 100), "openai", ["o3"], after).cost == Decimal("0.0028")


@pytest.mark.parametrize(
    ("provider", "model", "usage", "terms", "expected"),
    [
        ("openai", "gpt-4o", Usage(1000, 100), terms_of({}, {"serviceTier": "priority"}), "0.00595"),
        ("openai", "gpt-4o", Usage(1000, 100), terms_of({}, {"serviceTier": "default"}), "0.0035"),
        ("openai", "gpt-4o", Usage(1000, 100), terms_of({}, {"serviceTier": "batch"}), "0.00175"),
        ("anthropic", "claude-sonnet-4-6", Usage(1000, 100), terms_of({}, {"serviceTier": "batch"}), "0.00225"),
        ("anthropic", "claude-sonnet-4-6", Usage(1000, 100), terms_of({}, {"webSearches": 3}), "0.0345"),
        (
            "google",
            "gemini-2.5-flash",
            Usage(1000, 100, audio_tokens=500),
            terms_of({"promptTokensDetails": [{"modality": "AUDIO", "tokenCount": 500}]}, {}),
            "0.0009",
        ),
        (
            "google",
            "gemini-2.5-flash-image",
            Usage(1000, 1300),
            terms_of({"candidatesTokensDetails": [{"modality": "IMAGE", "tokenCount": 1290}]}, {}),
            # 1,000 of text in at 0.3, 10 of text out at 2.5 and 1,290 of an image at 30 a million.
            "0.039025",
        ),
    ],
    ids=["priority", "the standard tier by its name", "batch", "batch of Anthropic", "searches", "audio", "images"],
)
def test_tier_searches_and_audio_have_their_own_prices(provider, model, usage, terms, expected):
    price = LISTED.cost(usage, provider, [model], NOW, terms=terms)
    assert (price.cost, price.source) == (Decimal(expected), CostSource.COMPUTED)


def test_images_without_a_price_of_their_own_cost_what_text_does():
    terms = terms_of({"promptTokensDetails": [{"modality": "IMAGE", "tokenCount": 258}]}, {})
    assert LISTED.cost(Usage(1000, 100), "google", ["gemini-2.5-flash"], NOW, terms=terms).cost == Decimal("0.00055")


def test_a_tier_that_came_later_has_the_standard_price_before_and_is_estimated_then():
    before = datetime(2026, 6, 1, tzinfo=UTC)
    price = LISTED.cost(Usage(1000, 100), "openai", ["gpt-4o"], before, terms=Terms({"service_tier": "priority"}))
    assert (price.cost, price.source) == (Decimal("0.0035"), CostSource.ESTIMATED)


def test_a_tier_that_the_list_does_not_know_is_estimated_by_the_standard_one():
    price = LISTED.cost(Usage(1000, 100), "openai", ["gpt-4o"], NOW, terms=Terms({"service_tier": "scale"}))
    assert (price.cost, price.source) == (Decimal("0.0035"), CostSource.ESTIMATED)


def test_audio_of_a_model_whose_list_price_is_for_text_is_unpriced():
    terms = terms_of({"prompt_tokens_details": {"audio_tokens": 500}}, {})
    assert LISTED.cost(Usage(1000, 100, audio_tokens=500), "openai", ["gpt-4o"], NOW, terms=terms).cost is None


def test_what_the_vendor_billed_is_the_cost():
    price = LISTED.cost(Usage(1000, 100), "openrouter", ["x/y"], NOW, terms=terms_of({"cost": 0.00014}, {}))
    assert price == (Decimal("0.00014"), CostSource.REPORTED, None)


def test_with_a_key_of_ones_own_the_vendors_bill_comes_on_top_of_the_routers():
    raw = {"cost": 0.0001, "is_byok": True, "cost_details": {"upstream_inference_cost": 0.002}}
    assert terms_of(raw, {}).reported == Decimal("0.0021")
    assert terms_of({"cost": 0.0001, "is_byok": True}, {}).reported is None


@pytest.mark.parametrize("nonsense", [True, -1, float("nan"), "much", [], {}, {"total_cost": None}])
def test_a_bill_that_is_none_is_not_believed(nonsense):
    assert terms_of({"cost": nonsense}, {}).reported is None


def rule(name, provider, model, since=datetime(2026, 1, 1, tzinfo=UTC)):
    return PriceRule(name, provider, model, since, CostOverride(input=Decimal(1), output=Decimal(2)))


def test_an_admins_rule_comes_before_the_list_and_the_bill():
    prices = Prices(rules=lambda: [rule("r1", "openai", "gpt-4o*")])
    price = prices.cost(Usage(1000, 100), "openai", ["gpt-4o"], NOW, terms=Terms(reported=Decimal(9)))
    assert price == (Decimal("0.0012"), CostSource.COMPUTED, "r1")


@pytest.mark.parametrize(
    ("rules", "counts"),
    [
        ([rule("any", "*", "*"), rule("named", "openai", "*")], "named"),
        ([rule("short", "openai", "gpt*"), rule("long", "openai", "gpt-4o*")], "long"),
        ([rule("old", "openai", "gpt-4o"), rule("new", "openai", "gpt-4o", datetime(2026, 11, 1, tzinfo=UTC))], "new"),
        ([rule("now", "openai", "gpt-4o"), rule("later", "openai", "gpt-4o", datetime(2027, 1, 1, tzinfo=UTC))], "now"),
    ],
    ids=["a named provider", "the longer pattern", "the newest", "none that is yet to come"],
)
def test_of_several_rules_one_counts(rules, counts):
    assert Prices(rules=lambda: rules).cost(Usage(1000, 100), "openai", ["gpt-4o"], NOW).version == counts


def test_a_rule_for_another_model_does_not_count():
    prices = Prices(rules=lambda: [rule("r", "openai", "gpt-5*"), rule("s", "azure", "*")])
    assert prices.cost(Usage(1000, 100), "openai", ["gpt-4o"], NOW).version == "genai-prices 0.2.3"


def test_an_endpoint_charges_what_it_states_or_what_another_provider_does():
    stated = Prices(own={"llama": CostOverride(input=Decimal(1), output=Decimal(2))})
    assert stated.cost(Usage(1000, 100), "my-vllm", ["llama"], NOW) == (
        Decimal("0.0012"),
        CostSource.COMPUTED,
        "endpoint",
    )
    assert stated.cost(Usage(1000, 100), "my-vllm", ["mistral"], NOW).cost is None
    assert Prices(listed_as="openai").cost(Usage(1000, 100), "my-proxy", ["gpt-4o"], NOW).cost == Decimal("0.0035")
