"""Which prices count for the calls to a provider."""

from collections.abc import Callable, Iterable, Sequence

from fluxgate_app.providers.model import Provider
from fluxgate_app.settings import Endpoint, EndpointPrices
from fluxgate_app.tracking.prices import PriceRule, Prices
from fluxgate_app.tracking.record import CostOverride

Rules = Callable[[], Sequence[PriceRule]]


def prices_by_provider(endpoints: Sequence[Endpoint], rules: Rules) -> Callable[[str], Prices]:
    """The prices that count for a provider of this name."""
    stated = {each.name: Prices(rules, _own(each.prices.items()), each.priced_as) for each in endpoints}
    listed = Prices(rules)
    return lambda provider: stated.get(provider, listed)


def prices_of(provider: Provider, rules: Rules) -> Prices:
    """What admins set comes first, then what an endpoint states of itself, then the public list."""
    return Prices(rules, _own(provider.prices), provider.priced_as)


def _own(prices: Iterable[tuple[str, EndpointPrices]]) -> dict[str, CostOverride]:
    return {model: CostOverride(price.input, price.output, price.cache_read) for model, price in prices}
