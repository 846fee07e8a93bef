"""What surrounds every request, whoever answers it: who is asking, security headers, caching, a line in the log."""

from starlette.datastructures import Headers
from starlette.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from fluxgate_app.api.origins import is_own_origin
from fluxgate_app.serving.policy import NOTHING
from fluxgate_app.serving.proxies import seen_through
from fluxgate_app.serving.request_log import RequestLog
from fluxgate_app.settings import Settings

_NOTHING = NOTHING.encode()
ROUTES = ("/api/", "/v1/")
EXPOSED = [
    "Retry-After",
    "X-FluxGate-Tracking-Id",
    "X-RateLimit-Limit",
    "X-RateLimit-Remaining",
    "X-RateLimit-Reset",
    "X-Request-Id",
]


class Shell:
    """A pure ASGI middleware: it touches the start of an answer and never its body, so streams pass unchanged."""

    def __init__(self, app: ASGIApp, policies: dict[str, str], settings: Settings):
        if settings.cors_origins:
            origins = list(settings.cors_origins)
            app = CORSMiddleware(
                app, allow_origins=origins, allow_methods=["*"], allow_headers=["*"], expose_headers=EXPOSED
            )
        self.app = RequestLog(app)
        self.policies = policies
        self.settings = settings
        self.always = [(b"x-content-type-options", b"nosniff"), (b"referrer-policy", b"same-origin")]
        if (settings.public_url or "").startswith("https://"):
            self.always.append((b"strict-transport-security", b"max-age=31536000"))
        # Reflex says the last to every origin, even to those it does not allow.
        self._not_theirs = {*(name for name, _ in self.always), b"access-control-allow-credentials"}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request, one websocket or the lifespan."""
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
            return
        if self.settings.trusted_proxies:
            scope = seen_through(self.settings.trusted_proxies, scope, Headers(scope=scope))
        if scope["type"] == "http":
            await self._answer(scope, receive, send)
        elif is_own_origin(Headers(scope=scope), self.settings.public_url):
            await self.app(scope, receive, send)
        else:
            # Browsers let any page open a websocket anywhere, cookies included.
            await send({"type": "websocket.close", "code": 1008})

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        if f"{scope['path']}/" in self.policies:
            # Reflex would redirect a page to itself with a slash, by an address that a proxy may not know.
            scope = {**scope, "path": f"{scope['path']}/"}

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                self._add_headers(message, scope["path"])
            await send(message)

        await self.app(scope, receive, send_with_headers)

    def _add_headers(self, message: Message, path: str) -> None:
        """By their bytes: Starlette's objects look through all of them for each one."""
        headers = [header for header in message.get("headers", ()) if header[0] not in self._not_theirs]
        given: dict[bytes, bytes] = dict(headers)
        status = message["status"]
        # A 304 renews the headers of the page that the browser has kept, so it must not bring another policy.
        if status != 304 and b"content-security-policy" not in given:
            headers.append((b"content-security-policy", self._policy(path, given.get(b"content-type", b""))))
        if b"cache-control" not in given:
            headers.append((b"cache-control", _caching(path, status)))
        message["headers"] = headers + self.always

    def _policy(self, path: str, content_type: bytes) -> bytes:
        if not content_type.startswith(b"text/html"):
            return _NOTHING
        return self.policies.get(path, self.policies[""]).encode()


def _caching(path: str, status: int) -> bytes:
    if path.startswith("/assets/") and status in (200, 206, 304):
        return b"public, max-age=31536000, immutable"
    return b"no-store" if path.startswith(ROUTES) else b"no-cache"
