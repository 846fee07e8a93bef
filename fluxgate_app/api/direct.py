"""The routes that are asked most: answered past what FastAPI does for all others, which takes longer than we do."""

from collections.abc import Callable, Coroutine, Iterable, Mapping
from typing import Any

from fastapi import Request, Response
from fastapi.routing import APIRoute
from starlette.middleware.exceptions import ExceptionMiddleware
from starlette.types import ASGIApp, ExceptionHandler, Receive, Scope, Send

from fluxgate_app.api.body_limit import BodyLimit

Handler = Callable[[Request], Coroutine[Any, Any, Response]]


class DirectRoute(APIRoute):
    """A route of one path whose function takes the request, and `wiring` and `identity` where it asks who is asking."""

    def get_route_handler(self) -> Handler:
        """The function that was routed, given what it asks for: there is nothing else to look up or to check."""
        endpoint: Any = self.endpoint
        guard: Any = next((each.call for each in self.dependant.dependencies if each.name == "identity"), None)
        if guard is None:
            return endpoint

        async def handle(request: Request) -> Response:
            wiring = request.app.state.wiring
            return await endpoint(request, wiring=wiring, identity=await guard(request, wiring))

        return handle


class Direct:
    """An ASGI middleware: what is sent to one of these routes is answered here, with the same limits and refusals."""

    def __init__(
        self, app: ASGIApp, routes: Iterable[DirectRoute], limits: Mapping[str, int], handlers: Mapping[Any, Any]
    ):
        self.app = app
        # What nobody expected is answered further outside, as everywhere.
        expected: dict[Any, ExceptionHandler] = {kind: each for kind, each in handlers.items() if kind is not Exception}
        self._ways: dict[tuple[str, str], ASGIApp] = {
            (method, route.path): BodyLimit(ExceptionMiddleware(_answering(route), expected), limits)
            for route in routes
            for method in route.methods or ()
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request, one websocket or the lifespan."""
        way = self._ways.get((scope["method"], scope["path"])) if scope["type"] == "http" else None
        await (way or self.app)(scope, receive, send)


def _answering(route: DirectRoute) -> ASGIApp:
    handle = route.get_route_handler()

    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        # By its path the log knows the request.
        scope["route"] = route
        response = await handle(Request(scope, receive, send))
        await response(scope, receive, send)

    return answer
