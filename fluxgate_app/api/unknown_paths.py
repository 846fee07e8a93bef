"""Under /api and /v1 an unknown path is a JSON 404 and a wrong method a JSON 405, where Reflex would send its page."""

from collections.abc import Sequence

from fastapi import FastAPI
from starlette.exceptions import HTTPException
from starlette.routing import BaseRoute, Match
from starlette.types import Receive, Scope, Send

PREFIXES = ("/api", "/v1")
# HEAD comes with GET.
METHODS = {"DELETE": "DELETE", "GET": "GET, HEAD", "PATCH": "PATCH", "POST": "POST", "PUT": "PUT"}


def catch_unknown_paths(api: FastAPI) -> None:
    """Close these prefixes; what comes later under them is not found."""
    for prefix in PREFIXES:
        for path in (prefix, prefix + "/{rest:path}"):
            api.add_route(path, _Refusal(tuple(api.routes)), include_in_schema=False)  # pyright: ignore[reportArgumentType]


class _Refusal:
    # An object and not a function, because Starlette takes a function for one that answers GET alone.
    def __init__(self, known: Sequence[BaseRoute]):
        self.known = known

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        allowed = [said for method, said in METHODS.items() if self._exists(scope, method)]
        if allowed:
            raise HTTPException(405, headers={"Allow": ", ".join(allowed)})
        raise HTTPException(404)

    def _exists(self, scope: Scope, method: str) -> bool:
        asked = {**scope, "method": method}
        return any(route.matches(asked)[0] == Match.FULL for route in self.known)
