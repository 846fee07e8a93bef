"""Who is asking, through how many proxies: the client's address and scheme."""

from starlette.datastructures import Headers
from starlette.types import Scope


def seen_through(hops: int, scope: Scope, headers: Headers) -> Scope:
    """The request as the outermost of `hops` trusted proxies saw it; unchanged when there are fewer or none.

    What stands further left in X-Forwarded-For was written by the client itself and proves nothing.
    """
    addresses = _items(headers.get("x-forwarded-for"))
    if not hops or len(addresses) < hops:
        return scope
    scope = {**scope, "client": (addresses[-hops], 0)}
    schemes = _items(headers.get("x-forwarded-proto"))
    if schemes:
        secure = schemes[-hops:][0] == "https"
        plain = "ws" if scope["type"] == "websocket" else "http"
        scope["scheme"] = f"{plain}s" if secure else plain
    return scope


def _items(header: str | None) -> list[str]:
    return [item.strip() for item in (header or "").split(",") if item.strip()]
