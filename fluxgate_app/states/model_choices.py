"""The models there are to choose from, with what is known of each."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import groupby

from fluxgate_app.chat.pricing import Rules, prices_of
from fluxgate_app.providers.model import Model
from fluxgate_app.states import figures
from fluxgate_app.tracking import Usage

_BADGES = {"local": "local", "demo": "demo"}
# Long prompts cost more with some: this is the price of usual ones.
_USUAL_TOKENS = 1000


@dataclass(frozen=True)
class Choice:
    """A model to choose."""

    id: str
    label: str


@dataclass(frozen=True)
class Group:
    """The models of one provider."""

    title: str
    models: list[Choice]


def by_provider(models: Iterable[Model], rules: Rules) -> list[Group]:
    """Each with its provider, in the order of the catalogue. The public price list is read at its first use."""
    return [
        Group(title, [Choice(model.id, label(model, rules)) for model in served])
        for title, served in groupby(models, lambda model: model.provider.title)
    ]


def label(model: Model, rules: Rules) -> str:
    """GPT-4o · 128k context · $2.50 in, $10 out: dollars are for a million tokens."""
    context = f"{figures.count(model.context_tokens)} context" if model.context_tokens else ""
    parts = (model.title, _BADGES.get(model.provider.origin, ""), context, price(model, rules))
    return " · ".join(filter(None, parts))


def price(model: Model, rules: Rules) -> str:
    """What a million tokens cost, in and out; "free" on this machine, "unpriced" where no price is known."""
    if model.provider.origin == "local":
        return "free"
    prices, now = prices_of(model.provider, rules), datetime.now(UTC)

    def million(usage: Usage) -> str | None:
        cost = prices.cost(usage, model.provider.name, [model.name], now).cost
        return None if cost is None else figures.money(cost * (1_000_000 // _USUAL_TOKENS))

    into, out = (
        million(Usage(input_tokens=_USUAL_TOKENS, output_tokens=0)),
        million(Usage(input_tokens=0, output_tokens=_USUAL_TOKENS)),
    )
    return f"{into} in, {out} out" if into and out else "unpriced"
