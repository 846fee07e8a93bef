"""What must be known of a vendor to stand in its place."""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from fluxgate_app.providers.catalogue import Model
from fluxgate_app.providers.model import Provider
from fluxgate_app.providers.vendors import Dialect


class Form(Protocol):
    """How one vendor's clients ask, and how they expect to be answered.

    `base_url` is the vendor's own, written as its SDK writes it. `passes` are the request headers, in lower case,
    that go through to it.
    """

    dialect: Dialect
    base_url: str
    passes: frozenset[bytes]

    def spoken_by(self, provider: Provider) -> bool:
        """Whether this provider understands it, so that nothing need be translated."""
        ...

    def credentials(self, key: str) -> dict[str, str]:
        """The headers that say who calls, and what else the vendor insists on."""
        ...

    def refusal(self, status: int, message: str) -> dict[str, Any]:
        """The body of a refusal, from which the official SDK makes its own exception."""
        ...

    def error_event(self, status: int, message: str) -> bytes:
        """The same in the middle of a stream."""
        ...

    def models(self, models: Sequence[tuple[str, Model]]) -> dict[str, Any]:
        """The list of these models, each with the name that it is asked by."""
        ...


def chosen(headers: Mapping[bytes, bytes], names: frozenset[bytes]) -> dict[str, str]:
    """Those of the headers that have one of these names."""
    return {name.decode(): headers[name].decode("latin-1") for name in names if name in headers}
