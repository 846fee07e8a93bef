"""Where models come from: a vendor with a key, the demo provider in its place, an endpoint, this machine."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from fluxgate_app.errors import Invalid, ProviderFailed
from fluxgate_app.providers.demo import DEMO_MODELS, DemoServer
from fluxgate_app.providers.demo.scenarios import find
from fluxgate_app.providers.local import CONTEXT_TOKENS, LOCAL_MODEL, LOCAL_NOTE, LOCAL_TITLE, LocalModel
from fluxgate_app.providers.model import Model, Provider
from fluxgate_app.providers.vendors import Dialect, Vendor
from fluxgate_app.settings import Endpoint


class Source(Protocol):
    """One place to get models from, under the name that `name/model` and `provider` use."""

    @property
    def name(self) -> str: ...

    def listed(self) -> list[Model]:
        """The models to offer to a person, the default first."""
        ...

    def claims(self, model: str) -> bool:
        """Whether a request that names only this model means this source."""
        ...

    def model(self, name: str | None) -> Model:
        """The model ready to call; None is the default. Raises Invalid, or ProviderFailed when a key is missing."""
        ...


def unknown(model: str) -> Invalid:
    """What spec section 3 says of a model that nothing serves."""
    return Invalid(f"Unknown model '{model[:200]}'")


def no_key(title: str) -> ProviderFailed:
    """What spec section 3 says of a provider that needs a key and has none."""
    return ProviderFailed(f"No API key for {title}", 503, "no_api_key")


@dataclass(frozen=True)
class VendorSource:
    """A vendor that has a key: every model of its family goes there, also one we have never heard of."""

    vendor: Vendor
    provider: Provider

    @property
    def name(self) -> str:
        return self.vendor.name

    def listed(self) -> list[Model]:
        return [self.model(name) for name in self.vendor.models]

    def claims(self, model: str) -> bool:
        return self.vendor.owns(model)

    def model(self, name: str | None) -> Model:
        name = name or next(iter(self.vendor.models))
        return Model(name, self.provider, self.vendor.models.get(name, name), self.vendor.context_tokens(name))


@dataclass(frozen=True)
class KeylessVendor:
    """A vendor without a key where nothing may stand in for it."""

    vendor: Vendor

    @property
    def name(self) -> str:
        return self.vendor.name

    def listed(self) -> list[Model]:
        return []

    def claims(self, model: str) -> bool:
        return self.vendor.owns(model)

    def model(self, name: str | None) -> Model:
        raise no_key(self.vendor.title)


@dataclass(frozen=True)
class StandIn:
    """The demo provider in the place of a vendor without a key: the models that vendor really has, and the faults."""

    vendor: Vendor
    demo: DemoServer

    @property
    def name(self) -> str:
        return self.vendor.name

    def listed(self) -> list[Model]:
        return [self.model(name) for name in self.vendor.models]

    def claims(self, model: str) -> bool:
        return self.vendor.owns(model) and self.vendor.knows(model)

    def model(self, name: str | None) -> Model:
        name = name or next(iter(self.vendor.models))
        provider = demo_provider(self.demo, self.vendor.dialect, self.vendor.name, self.vendor.title)
        if name.startswith("demo-") or not self.claims(name):
            return fault(name, provider)
        title = self.vendor.models.get(name, name)
        return Model(name, provider, title, self.vendor.context_tokens(name), "Demo: answers are invented")


@dataclass(frozen=True)
class DemoSource:
    """The demo provider under its own name: its faults, and each vendor's models in that vendor's dialect."""

    demo: DemoServer
    vendors: tuple[Vendor, ...]
    name = "demo"

    def listed(self) -> list[Model]:
        return [self.model(name) for name in DEMO_MODELS]

    def claims(self, model: str) -> bool:
        return model.startswith("demo-") and find(model) is not None

    def model(self, name: str | None) -> Model:
        name = name or next(iter(DEMO_MODELS))
        vendor = next((vendor for vendor in self.vendors if vendor.owns(name) and vendor.knows(name)), None)
        if vendor is None:
            return fault(name, demo_provider(self.demo, "openai", self.name, "Demo"))
        provider = demo_provider(self.demo, vendor.dialect, self.name, "Demo")
        return Model(name, provider, vendor.models.get(name, name), vendor.context_tokens(name))


@dataclass(frozen=True)
class LocalSource:
    """The built-in model. Naming it starts it; listing it does not."""

    local: LocalModel
    name = "local"

    def listed(self) -> list[Model]:
        return [self._model(None)]

    def claims(self, model: str) -> bool:
        return model == LOCAL_MODEL

    def model(self, name: str | None) -> Model:
        if name not in (None, LOCAL_MODEL):
            raise unknown(name)
        return self._model(self.local.url)

    def _model(self, url: str | None) -> Model:
        provider = Provider(self.name, "This machine", "openai", url, self.local.api_key, "local")
        return Model(LOCAL_MODEL, provider, LOCAL_TITLE, CONTEXT_TOKENS, LOCAL_NOTE, reads_images=False)


@dataclass(frozen=True)
class EndpointSource:
    """An endpoint of `FLUXGATE_ENDPOINTS`: claims the models it declares, serves any that is asked of it by name."""

    endpoint: Endpoint
    api_key: str | None

    @property
    def name(self) -> str:
        return self.endpoint.name

    def listed(self) -> list[Model]:
        return [self.model(name) for name in self.endpoint.models] if self.usable else []

    def claims(self, model: str) -> bool:
        return model in self.endpoint.models

    def model(self, name: str | None) -> Model:
        if not self.usable:
            raise no_key(self.name)
        name = name or next(iter(self.endpoint.models), None)
        if name is None:
            raise Invalid(f"Name a model of '{self.name}': {self.name}/<model>")
        # Servers that want no key ignore the one that the official SDK insists on sending.
        stated = self.endpoint
        provider = Provider(
            self.name,
            self.name,
            "openai",
            stated.base_url,
            self.api_key or "none",
            "real",
            responses=stated.responses,
            prices=tuple(stated.prices.items()),
            priced_as=stated.priced_as,
        )
        return Model(name, provider, name)

    @property
    def usable(self) -> bool:
        """Whether the key that its setting names is there, or none is wanted."""
        return self.endpoint.api_key_env is None or self.api_key is not None


def demo_provider(demo: DemoServer, dialect: Dialect, name: str, title: str) -> Provider:
    """The demo provider in one dialect, started if it was not."""
    demo.start()
    urls = {"openai": demo.openai_url, "anthropic": demo.anthropic_url, "gemini": demo.gemini_url}
    return Provider(name, title, dialect, urls[dialect], "demo", "demo", responses=dialect == "openai")


def fault(name: str, provider: Provider) -> Model:
    """A `demo-…` model. Raises Invalid when there is none of this name."""
    scenario = find(name) if name.startswith("demo-") else None
    if scenario is None:
        raise unknown(name)
    return Model(name, provider, name, note=scenario.note)


def claiming(sources: Iterable[Source], model: str) -> Source:
    """The first source that a bare model name means. Raises Invalid when none does."""
    for source in sources:
        if source.claims(model):
            return source
    raise unknown(model)
