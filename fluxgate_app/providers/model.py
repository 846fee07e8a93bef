"""A model and who serves it: all that is needed to call it."""

from dataclasses import dataclass, field
from typing import Literal

from fluxgate_app.providers.vendors import Dialect
from fluxgate_app.settings import EndpointPrices

Origin = Literal["real", "local", "demo"]


@dataclass(frozen=True, slots=True)
class Provider:
    """`name` is what is recorded; `base_url` and `api_version` None mean the official SDK's own.

    `prices`, by model, and `priced_as` are what an endpoint states. `responses`: of those that speak as OpenAI does,
    whether it has the Responses API beside chat completions.
    """

    name: str
    title: str
    dialect: Dialect
    base_url: str | None
    api_key: str | None = field(repr=False)
    origin: Origin
    api_version: str | None = None
    responses: bool = False
    prices: tuple[tuple[str, EndpointPrices], ...] = ()
    priced_as: str | None = None


@dataclass(frozen=True, slots=True)
class Model:
    """`context_tokens` is what fits in, question and answer together; None is unknown. `note` is for people.

    `reads_images` is whether pictures may be shown to it, as far as is known.
    """

    name: str
    provider: Provider
    title: str
    context_tokens: int | None = None
    note: str = ""
    reads_images: bool = True

    @property
    def id(self) -> str:
        """The name that means this model of this provider and no other, e.g. `groq/llama-3.3-70b`."""
        return f"{self.provider.name}/{self.name}"
