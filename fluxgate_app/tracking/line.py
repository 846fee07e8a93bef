"""Where calls go to, and on whose behalf."""

from collections.abc import Callable
from dataclasses import dataclass
from time import perf_counter
from typing import Any, NamedTuple

from fluxgate_app.tracking.hosts import address
from fluxgate_app.tracking.prices import LISTED, Prices
from fluxgate_app.tracking.record import Origin, Owner, Sink
from fluxgate_app.tracking.vendor import Vendor


class Party(NamedTuple):
    """Who answers: the provider's name, its host, and the key it is called with."""

    provider: str
    host: str | None
    api_key: str | None


def party(vendor: Vendor, client: Any, named: str | None) -> Party:
    """Whom this client calls; an unknown host keeps the vendor's name (spec section 2, "Provider")."""
    found, key = address(vendor.url(client)), vendor.api_key(client)
    return Party(named or found.provider or vendor.name, found.host, key if isinstance(key, str) and key else None)


@dataclass(frozen=True, slots=True)
class Line:
    """What all calls of one tracked client have in common; `named` is the provider's name where the caller gave it."""

    party: Party
    named: str | None
    sink: Sink | None
    origin: Origin
    owner: Owner
    prices: Prices = LISTED
    clock: Callable[[], float] = perf_counter
