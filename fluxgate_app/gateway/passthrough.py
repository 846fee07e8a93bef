"""A call handed through to a vendor that speaks the client's own form: its bytes go on as they are, read beside."""

from collections.abc import Mapping
from functools import lru_cache
from io import BytesIO
from typing import Any
from urllib.request import getproxies, proxy_bypass

from aiohttp import ClientError, ClientResponse, ClientSession, ClientTimeout, DummyCookieJar, TCPConnector
from aiohttp.payload import BytesIOPayload, BytesPayload, Payload
from pydantic_core import to_json
from yarl import URL

from fluxgate_app.chat.pricing import Rules, prices_of
from fluxgate_app.events.budgets.budgets import Budgets
from fluxgate_app.events.budgets.question import Question
from fluxgate_app.gateway import headers
from fluxgate_app.gateway.asked import Asked, Reply, most_tokens
from fluxgate_app.gateway.failures import Refused, failed_event, unanswered
from fluxgate_app.gateway.forms import chosen
from fluxgate_app.gateway.passed_stream import PassedStream
from fluxgate_app.providers.catalogue import Model
from fluxgate_app.tracking import Sink, wire
from fluxgate_app.tracking.call import Call
from fluxgate_app.tracking.hosts import address
from fluxgate_app.tracking.line import Line, Party
from fluxgate_app.tracking.usage.estimate import texts
from fluxgate_app.tracking.vendor import Method
from fluxgate_app.tracking.watch import watched

_CONNECT_SECONDS = 10
_LONG_BODY = 256 * 1024


class Passthrough:
    """Hands calls through over connections that are kept. `timeout` is the longest silence in seconds."""

    def __init__(self, sink: Sink, timeout: float, rules: Rules, budgets: Budgets):
        self._sink = sink
        self._budgets = budgets
        self._rules = rules
        self._timeout = ClientTimeout(total=None, sock_connect=_CONNECT_SECONDS, sock_read=timeout)
        self._session: ClientSession | None = None

    async def answer(self, asked: Asked, model: Model) -> Reply:
        """What the vendor answers, its refusals included.

        Raises ProviderFailed when it does not answer, Blocked by a budget.
        """
        method = asked.route.method
        if method is None:
            return await self._untracked(asked, model)
        arguments = asked.body if asked.body.get("model") == model.name else {**asked.body, "model": model.name}
        hold = await self._budgets.admit(
            asked.owner, asked.context.feature, lambda: self._question(asked, model, method)
        )
        with watched(hold):
            call = Call(self._line(asked, model), method, asked.context, arguments)
        try:
            response = await self._ask(asked, model, call, arguments)
            return await _reply(response, call, asked, model)
        except (ClientError, TimeoutError) as error:
            call.fail(error)
            failed = unanswered(error, model)
            failed.tracking_id = call.tracking_id
            raise failed from error
        except BaseException as error:
            call.fail(error)
            raise

    async def close(self) -> None:
        """Give all connections back."""
        if self._session is not None:
            await self._session.close()

    async def _untracked(self, asked: Asked, model: Model) -> Reply:
        try:
            response = await self._send(asked, model, to_json({**asked.body, "model": model.name}))
            return await _whole(response, None, asked, model)
        except (ClientError, TimeoutError) as error:
            raise unanswered(error, model) from error

    async def _ask(self, asked: Asked, model: Model, call: Call, arguments: Mapping[str, Any]) -> ClientResponse:
        """Send what the tracking wants to send; where the vendor refuses just that, what the client sent."""
        own = asked.raw if arguments is asked.body else to_json(arguments)
        if call.request is arguments:
            return await self._send(asked, model, own)
        response = await self._send(asked, model, to_json(call.request))
        if response.status in (400, 422) and call.asked_too_much(Refused(response.status, await response.read())):
            return await self._send(asked, model, own)
        return response

    async def _send(self, asked: Asked, model: Model, data: bytes) -> ClientResponse:
        if self._session is None:
            self._session = _session(self._timeout)
        form, provider = asked.route.form, model.provider
        url = _url(provider.base_url or form.base_url, asked.route.path)
        if asked.query:
            url = url.with_query(asked.query)
        sent = form.credentials(provider.api_key or "none") | chosen(asked.headers, form.passes)
        return await self._session.post(
            url, data=_payload(data), headers=sent, allow_redirects=False, proxy=_proxy(url)
        )

    def _question(self, asked: Asked, model: Model, method: Method) -> Question:
        most = 0 if method.kind == "embedding" else most_tokens(asked.body)
        prices = prices_of(model.provider, self._rules)
        return Question(
            model.provider.name,
            model.name,
            prices,
            lambda: texts(asked.body),
            most,
            streams=asked.body.get("stream") is True,
        )

    def _line(self, asked: Asked, model: Model) -> Line:
        provider, key = model.provider, model.provider.api_key
        party = Party(provider.name, address(provider.base_url or asked.route.form.base_url).host, key)
        prices = prices_of(provider, self._rules)
        return Line(party, provider.name, self._sink, provider.origin, asked.owner, prices)


async def _reply(response: ClientResponse, call: Call, asked: Asked, model: Model) -> Reply:
    if response.status >= 400 or not headers.event_stream(response.headers):
        return await _whole(response, call, asked, model)
    given = headers.answered(response.headers)
    form = asked.route.form
    stream = PassedStream(response.content, response.close, call, lambda error: failed_event(error, form, model))
    return Reply(response.status, given, call.tracking_id, stream=stream)


async def _whole(response: ClientResponse, call: Call | None, asked: Asked, model: Model) -> Reply:
    status, given = response.status, headers.answered(response.headers)
    tracking_id = call.tracking_id if call else None
    body = await response.read()
    if status < 400:
        if call:
            call.answered(wire.read(body))
        return Reply(status, given, tracking_id, body)
    refused = Refused(status, body)
    if call:
        call.fail(refused)
    return Reply(
        status, given | {"content-type": "application/json"}, tracking_id, refused.told(asked.route.form, model)
    )


def _session(timeout: ClientTimeout) -> ClientSession:
    # Compression would hide the bytes from the tracking; a cookie would tell one client's vendor of another's.
    return ClientSession(
        connector=TCPConnector(limit=0),
        cookie_jar=DummyCookieJar(),
        timeout=timeout,
        headers={"Accept-Encoding": "identity", "User-Agent": "FluxGate"},
    )


def _payload(data: bytes) -> Payload:
    # A long body in one piece would hold up everybody else while it is written.
    return BytesPayload(data) if len(data) < _LONG_BODY else BytesIOPayload(BytesIO(data))


@lru_cache(maxsize=256)
def _url(base: str, path: str) -> URL:
    return URL(base.rstrip("/") + path)


@lru_cache(maxsize=256)
def _proxy(url: URL) -> str | None:
    """The proxy that the environment names for this address, as the SDKs find it."""
    if url.host is None or proxy_bypass(url.host):
        return None
    proxies = getproxies()
    return proxies.get(url.scheme) or proxies.get("all")
