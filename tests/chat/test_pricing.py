"""Which prices count: what admins set, what an endpoint states, the public list."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from fluxgate_app.chat.pricing import prices_by_provider, prices_of
from fluxgate_app.providers.catalogue import Catalogue
from fluxgate_app.providers.demo import DemoServer
from fluxgate_app.providers.local import LocalModel
from fluxgate_app.settings import load
from fluxgate_app.tracking import CostOverride, Usage
from fluxgate_app.tracking.prices import PriceRule

NOW = datetime(2026, 11, 21, tzinfo=UTC)
VLLM = {
    "name": "vllm",
    "baseUrl": "http://127.0.0.1:9/v1",
    "models": ["llama"],
    "prices": {"llama": {"input": 0.5, "output": 1}},
}
PROXY = {"name": "proxy", "baseUrl": "http://127.0.0.1:9/v1", "models": ["gpt-4o"], "pricedAs": "openai"}
SILENT = {"name": "silent", "baseUrl": "http://127.0.0.1:9/v1", "models": ["gpt-4o"]}
RULE = PriceRule("price_1", "*", "llama", datetime(2026, 1, 1, tzinfo=UTC), CostOverride(Decimal(3), Decimal(3)))


@pytest.mark.parametrize(
    ("endpoint", "model", "expected"),
    [(VLLM, "llama", "0.0006"), (PROXY, "gpt-4o", "0.0035"), (SILENT, "gpt-4o", None)],
    ids=["its own", "another's", "none"],
)
def test_an_endpoint_charges_what_it_states(endpoint, model, expected):
    settings = load(endpoints=[endpoint], openai_api_key="k")
    provider = Catalogue(settings, DemoServer(), LocalModel()).resolve(f"{endpoint['name']}/{model}", None).provider
    for prices in (prices_of(provider, tuple), prices_by_provider(settings.endpoints, tuple)(provider.name)):
        cost = prices.cost(Usage(1000, 100), provider.name, [model], NOW).cost
        assert cost == (None if expected is None else Decimal(expected))


def test_what_an_admin_set_comes_first():
    settings = load(endpoints=[VLLM], openai_api_key="k")
    provider = Catalogue(settings, DemoServer(), LocalModel()).resolve("vllm/llama", None).provider
    price = prices_of(provider, lambda: [RULE]).cost(Usage(1000, 0), "vllm", ["llama"], NOW)
    assert (price.cost, price.version) == (Decimal("0.003"), "price_1")
