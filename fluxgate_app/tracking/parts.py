"""What each kind of token of one call cost by the public price list."""

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

from fluxgate_app.tracking.price_list import listed_rates
from fluxgate_app.tracking.record import Usage


class Parts(NamedTuple):
    """USD for the tokens of each kind; together they are the cost of the call."""

    fresh: Decimal
    cached: Decimal
    cache_write: Decimal
    output: Decimal


def parts(usage: Usage, provider: str, models: Iterable[str], at: datetime) -> Parts | None:
    """What they cost at that time at the standard rates; None where those are not known."""
    found = listed_rates(usage, provider, models, at)
    if found is None:
        return None
    read, written, written_1h = (
        usage.cached_tokens or 0,
        usage.cache_write_tokens or 0,
        usage.cache_write_1h_tokens or 0,
    )
    # The rates of special tokens are what they add to the price of a plain one.
    return Parts(
        fresh=((usage.input_tokens or 0) - read - written) * found.input,
        cached=read * (found.input + found.cached),
        cache_write=written * (found.input + found.cache_write) + written_1h * found.cache_write_1h,
        output=(usage.output_tokens or 0) * found.output,
    )
