"""What there is to talk to, and which of it a request means (spec section 3, "Which model")."""

from fluxgate_app.errors import Invalid, SettingError
from fluxgate_app.providers.demo import DemoServer
from fluxgate_app.providers.local import LocalModel
from fluxgate_app.providers.model import Model, Origin, Provider
from fluxgate_app.providers.sources import (
    DemoSource,
    EndpointSource,
    KeylessVendor,
    LocalSource,
    Source,
    StandIn,
    VendorSource,
    claiming,
)
from fluxgate_app.providers.vendors import VENDORS, Vendor
from fluxgate_app.settings import Settings, named_secret

__all__ = ["Catalogue", "Model", "Origin", "Provider"]

ALIASES = {"gemini": "google"}
TAKEN = [*(vendor.name for vendor in VENDORS), *ALIASES, LocalSource.name, DemoSource.name]


class Catalogue:
    """Every model that the settings make reachable. Building it starts nothing.

    The demo provider starts when one of its models is listed or named; the local model when it is named, which then
    waits about 0.5 s: `start()` spares the first question that wait.
    """

    def __init__(self, settings: Settings, demo: DemoServer, local: LocalModel):
        """Raises SettingError when an endpoint has a name that is taken."""
        names = [*TAKEN, *(endpoint.name for endpoint in settings.endpoints)]
        if len(set(names)) < len(names):
            raise SettingError(f"FLUXGATE_ENDPOINTS: names must differ, also from {', '.join(TAKEN)}")
        self._demo = demo
        self._local = local
        configured = [_configured(vendor, settings) for vendor in VENDORS]
        self._vendors = [source for source in configured if source]
        keyless = [vendor for vendor, source in zip(VENDORS, configured, strict=True) if source is None]
        offers_demo = settings.demo or not self._vendors
        self._here = LocalSource(local)
        self._sources: list[Source] = [
            *self._vendors,
            self._here,
            *(EndpointSource(e, named_secret(e.api_key_env) if e.api_key_env else None) for e in settings.endpoints),
            *(StandIn(vendor, demo) if offers_demo else KeylessVendor(vendor) for vendor in keyless),
            *([DemoSource(demo, VENDORS)] if offers_demo else []),
        ]
        self._by_name = {source.name: source for source in self._sources}

    def start(self) -> None:
        """Begin to load the local model if it is the default; does not wait."""
        if not self._vendors:
            self._local.start()

    def stop(self) -> None:
        """End the demo provider and the local model, and whatever they are answering."""
        self._demo.stop()
        self._local.stop()

    def sources(self) -> tuple[Source, ...]:
        """Where models come from, in the order in which a bare name is looked for."""
        return tuple(self._sources)

    def models(self) -> list[Model]:
        """What to offer to a person, the default first. The local model's `base_url` is None here: resolve it."""
        return [model for source in self._sources for model in source.listed()]

    def default(self) -> Model:
        """gpt-4o when OpenAI has a key, else the first configured vendor's, else the local model."""
        return (self._vendors[0] if self._vendors else self._here).model(None)

    def resolve(self, model: str | None = None, provider: str | None = None) -> Model:
        """The model that a request means: by name, by `name/model`, by provider alone, or the default.

        Raises Invalid (400) for a model or provider that does not exist, ProviderFailed (503) for one without a key.
        """
        if provider is not None:
            return self._source(provider).model(model)
        if model is None:
            return self.default()
        name, separator, rest = model.partition("/")
        if separator and ALIASES.get(name, name) in self._by_name:
            return self._source(name).model(rest)
        return claiming(self._sources, model).model(model)

    def _source(self, name: str) -> Source:
        source = self._by_name.get(ALIASES.get(name, name))
        if source is None:
            raise Invalid(f"Unknown provider '{name[:200]}'; known: {', '.join(self._by_name)}")
        return source


def _configured(vendor: Vendor, settings: Settings) -> VendorSource | None:
    key, url, version = {
        "openai": (settings.openai_api_key, settings.openai_base_url, None),
        "anthropic": (settings.anthropic_api_key, settings.anthropic_base_url, None),
        "gemini": (settings.gemini_api_key, settings.gemini_base_url, settings.gemini_api_version),
    }[vendor.dialect]
    if key is None:
        return None
    speaks = vendor.dialect == "openai"
    provider = Provider(vendor.name, vendor.title, vendor.dialect, url, key.get_secret_value(), "real", version, speaks)
    return VendorSource(vendor, provider)
