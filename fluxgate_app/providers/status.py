"""What each provider lacks or has, in words for people, without any secret."""

from dataclasses import dataclass
from typing import Literal
from urllib.parse import urlsplit

from fluxgate_app.providers.local import LOCAL_TITLE
from fluxgate_app.providers.sources import EndpointSource, KeylessVendor, LocalSource, Source, StandIn, VendorSource

State = Literal["ready", "demo", "no key"]


@dataclass(frozen=True, slots=True)
class ProviderStatus:
    """`key_setting` names the variable with its key, None where none is wanted.

    `host` is where its calls go, where a setting says so; `models` are those that are offered.
    """

    name: str
    title: str
    state: State
    words: str
    key_setting: str | None = None
    host: str | None = None
    models: tuple[str, ...] = ()


def status(source: Source) -> ProviderStatus:
    """What there is to know about where these models come from."""
    match source:
        case VendorSource() | StandIn() | KeylessVendor():
            return _vendor(source)
        case EndpointSource():
            return _endpoint(source)
        case LocalSource():
            words = "Runs on this machine and needs no key"
            return ProviderStatus(source.name, "Built-in model", "ready", words, models=(LOCAL_TITLE,))
        case _:
            names = tuple(model.name for model in source.listed())
            words = "Invented answers and every kind of failure, to try things out"
            return ProviderStatus(source.name, "Demo", "ready", words, models=names)


def _vendor(source: VendorSource | StandIn | KeylessVendor) -> ProviderStatus:
    vendor = source.vendor
    key = f"{vendor.dialect.upper()}_API_KEY"
    models = tuple(vendor.models)
    match source:
        case VendorSource():
            host = _host(source.provider.base_url)
            return ProviderStatus(vendor.name, vendor.title, "ready", "Has a key", key, host, models)
        case StandIn():
            words = "Has no key: the demo provider answers in its place"
            return ProviderStatus(vendor.name, vendor.title, "demo", words, key, None, models)
        case KeylessVendor():
            return ProviderStatus(vendor.name, vendor.title, "no key", "Has no key: its models are not offered", key)


def _endpoint(source: EndpointSource) -> ProviderStatus:
    endpoint = source.endpoint
    words = "Wants no key" if endpoint.api_key_env is None else "Has a key" if source.usable else "Has no key"
    state = "ready" if source.usable else "no key"
    host, models = _host(endpoint.base_url), tuple(endpoint.models)
    return ProviderStatus(endpoint.name, endpoint.name, state, words, endpoint.api_key_env, host, models)


def _host(url: str | None) -> str | None:
    # What stands before an @ in an address is a password.
    return urlsplit(url).netloc.rpartition("@")[2] if url else None
