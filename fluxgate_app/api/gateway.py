"""The routes of OpenAI and Anthropic, for any of their clients: change the base URL and the key, nothing else."""

import asyncio
from contextlib import aclosing, suppress
from typing import Any

from fastapi import APIRouter, Request, Response
from starlette.requests import ClientDisconnect
from starlette.types import Receive, Scope, Send

from fluxgate_app.accounts.identity import Identity
from fluxgate_app.api.connection import send_on, while_connected
from fluxgate_app.api.deps import bearer, json_object, known, owner, take
from fluxgate_app.api.direct import DirectRoute
from fluxgate_app.api.document import EVENT, EVENTS, GATEWAY, JSON, STRING, TRACKED, answers, header, takes
from fluxgate_app.api.errors import TRACKING_ID, answer_headers
from fluxgate_app.api.exact_json import JsonAnswer
from fluxgate_app.gateway.asked import Asked, Reply, Route
from fluxgate_app.gateway.context import LONGEST_LABEL, read_context
from fluxgate_app.gateway.forms import spoken_in
from fluxgate_app.gateway.gateway import Gateway, named
from fluxgate_app.gateway.routes import CHAT_COMPLETIONS, COUNT_TOKENS, EMBEDDINGS, MESSAGES, RESPONSES
from fluxgate_app.providers.catalogue import Model
from fluxgate_app.tracking import User
from fluxgate_app.wiring import Wiring

router = APIRouter(prefix="/v1", tags=["Gateway"], route_class=DirectRoute)


_TURNS = {"type": "array", "minItems": 1, "items": {"type": "object", "required": ["role", "content"]}}
_FLAG = {"type": "boolean"}
_HELLO = [{"role": "user", "content": "What is a token?"}]
# What passes through unchanged is the vendor's to describe.
_THEIRS: dict[str, Any] = {"type": "object"}
_MODEL = {"type": "object", "required": ["id"], "properties": {"id": STRING}}
_MODELS = {"type": "object", "required": ["data"], "properties": {"data": {"type": "array", "items": _MODEL}}}
_FOR = [
    header("X-FluxGate-" + name, description, type="string", maxLength=LONGEST_LABEL)
    for name, description in (
        ("Feature", "What the call is for"),
        ("User", "Whom it is for"),
        ("Session", "In which session"),
        ("Conversation", "In which conversation"),
        ("Step", "Which step of the feature"),
    )
] + [header("X-FluxGate-Metadata", "More about it: a JSON object", contentMediaType=JSON, **STRING)]


def _says(example: dict[str, Any], streams: bool = False, **properties: Any) -> dict[str, Any]:
    """A route whose body and answer are a vendor's own: we know the model, and what the example has."""
    given = {"model": {"type": "string", "minLength": 1}} | properties
    schema = {"type": "object", "required": list(example), "properties": given}
    about = answers(
        *(400, 401, 404, 422, 429, 502, 503, 504, 529),
        content={JSON: _THEIRS} | ({EVENTS: EVENT} if streams else {}),
        headers=TRACKED,
        guard=GATEWAY,
    )
    return takes(schema, example) | about | {"parameters": _FOR}


@router.post(
    "/chat/completions",
    openapi_extra=_says({"model": "gpt-4o", "messages": _HELLO}, True, messages=_TURNS, stream=_FLAG),
)
async def chat_completions(request: Request) -> Response:
    """A chat completion as OpenAI has it, whole or with `stream` in chunks."""
    return await _ask(request, CHAT_COMPLETIONS)


@router.post("/responses", openapi_extra=_says({"model": "gpt-4o", "input": "What is a token?"}, True, stream=_FLAG))
async def responses(request: Request) -> Response:
    """A response as OpenAI has it, whole or with `stream` in events."""
    return await _ask(request, RESPONSES)


@router.post("/embeddings", openapi_extra=_says({"model": "text-embedding-3-small", "input": "a token"}))
async def embeddings(request: Request) -> Response:
    """Embeddings as OpenAI has them."""
    return await _ask(request, EMBEDDINGS)


@router.post(
    "/messages",
    openapi_extra=_says(
        {"model": "claude-sonnet-4-6", "max_tokens": 1024, "messages": _HELLO},
        True,
        max_tokens={"type": "integer", "minimum": 1},
        messages=_TURNS,
        stream=_FLAG,
    ),
)
async def messages(request: Request) -> Response:
    """A message as Anthropic has it, whole or with `stream` in events."""
    return await _ask(request, MESSAGES)


@router.post(
    "/messages/count_tokens", openapi_extra=_says({"model": "claude-sonnet-4-6", "messages": _HELLO}, messages=_TURNS)
)
async def count_tokens(request: Request) -> Response:
    """How many tokens such a message would be; costs nothing and is not recorded."""
    return await _ask(request, COUNT_TOKENS)


@router.get("/models", openapi_extra=answers(content={JSON: _MODELS}, guard=GATEWAY))
async def models(request: Request) -> Response:
    """What can be asked, in OpenAI's form, or in Anthropic's for a client that sends `anthropic-version`."""
    wiring: Wiring = request.app.state.wiring
    identity = await _caller(request, wiring)
    known = filter(identity.models.allows, await asyncio.to_thread(wiring.catalogue.models))
    form = spoken_in(request.url.path, request.headers)
    return JsonAnswer(form.models([(named(model), model) for model in known]))


class GatewayAnswer(Response):
    """The vendor's answer. It is asked for only here, where it is known whether the client is still there."""

    def __init__(self, request: Request, gateway: Gateway, asked: Asked, model: Model):
        self.background = None
        self._headers = answer_headers(request)
        self._gateway = gateway
        self._asked = asked
        self._model = model

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer. Raises FluxGateError when there is no answer to give."""
        with suppress(ClientDisconnect):
            await while_connected(receive, self._answer(send))

    async def _answer(self, send: Send) -> None:
        reply = await self._gateway.answer(self._asked, self._model)
        if reply.stream is None:
            await self._start(send, reply, {"content-length": str(len(reply.body))})
            await send({"type": "http.response.body", "body": reply.body})
            return
        async with aclosing(reply.stream) as stream:
            await self._start(send, reply, {"cache-control": "no-cache, no-transform", "x-accel-buffering": "no"})
            async for data in stream:
                await send_on(send, {"type": "http.response.body", "body": data, "more_body": True})
            await send({"type": "http.response.body", "body": b""})

    async def _start(self, send: Send, reply: Reply, more: dict[str, str]) -> None:
        ours = {TRACKING_ID: reply.tracking_id} if reply.tracking_id else {}
        headers = [
            (name.lower().encode("latin-1"), value.encode("latin-1"))
            for name, value in (reply.headers | more | self._headers | ours).items()
        ]
        await send({"type": "http.response.start", "status": reply.status, "headers": headers})


async def _ask(request: Request, route: Route) -> Response:
    wiring: Wiring = request.app.state.wiring
    identity = await _caller(request, wiring)
    identity.require(route.scope)
    headers: dict[bytes, bytes] = dict(request.scope["headers"])
    body = await json_object(request)
    user = User(identity.account_id, identity.name or None, identity.email)
    asked = Asked(
        route=route,
        headers=headers,
        query=request.scope["query_string"].decode("latin-1"),
        raw=await request.body(),
        body=body,
        context=read_context(headers, body, user),
        owner=owner(identity),
    )
    model = await wiring.gateway.choose(asked, identity.models)
    await take(request, wiring, identity)
    return GatewayAnswer(request, wiring.gateway, asked, model)


async def _caller(request: Request, wiring: Wiring) -> Identity:
    """Whose key it is: the gateway takes no cookies (spec section 4). Raises Unauthorized."""
    return await known(wiring, key=bearer(request) or request.headers.get("x-api-key"))
