"""What a client of the gateway asked, and what it is answered."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from fluxgate_app.gateway.forms import Form
from fluxgate_app.tracking import Context, Owner
from fluxgate_app.tracking.vendor import Method


@dataclass(frozen=True, slots=True)
class Route:
    """One of the routes of a vendor's API, as its clients know it.

    `path` begins after the vendor's base URL. Without a `method` its calls cost nothing and are not recorded.
    """

    form: Form
    path: str
    scope: str
    method: Method | None


@dataclass(frozen=True, slots=True)
class Asked:
    """One request: `raw` are its bytes, `body` is what they say, `headers` have lower-case names."""

    route: Route
    headers: Mapping[bytes, bytes]
    query: str
    raw: bytes
    body: dict[str, Any]
    context: Context
    owner: Owner


class ByteStream(Protocol):
    """An answer as it comes; must be closed, which stops the vendor at once."""

    def __aiter__(self) -> AsyncIterator[bytes]: ...

    async def aclose(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Reply:
    """The answer to it: the whole `body`, or a `stream`. `tracking_id` names the recorded call, if there is one."""

    status: int
    headers: dict[str, str]
    tracking_id: str | None
    body: bytes = b""
    stream: ByteStream | None = None


# What the vendors call the most tokens that an answer may have.
_MOST = ("max_completion_tokens", "max_output_tokens", "max_tokens")


def most_tokens(body: Mapping[str, Any]) -> int | None:
    """How many tokens the answers to this body may have together, None where it does not say."""
    most = next((body[name] for name in _MOST if isinstance(body.get(name), int)), None)
    choices = body.get("n")
    return None if most is None else most * (choices if isinstance(choices, int) and choices > 0 else 1)
