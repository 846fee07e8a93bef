"""The OpenAPI document: what FastAPI knows of the routes, what they say of themselves, and what holds for all."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import Any, cast

from fastapi import FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute

from fluxgate_app.accounts.sessions import COOKIE
from fluxgate_app.api import deps, otlp
from fluxgate_app.gateway.forms import ANTHROPIC, OPENAI, Form

Json = dict[str, Any]

STRING: Json = {"type": "string"}
EVENT: Json = {"type": "object", "required": ["data"], "properties": {"data": STRING, "event": STRING}}
JSON, EVENTS, TEXT = "application/json", "text/event-stream", "text/plain"

_SCHEMES: Json = {
    "key": {"type": "http", "scheme": "bearer", "bearerFormat": "fg_…", "description": "An API key of FluxGate"},
    "session": {"type": "apiKey", "in": "cookie", "name": COOKIE, "description": "Set by `POST /api/auth/login`"},
    "xApiKey": {"type": "apiKey", "in": "header", "name": "x-api-key", "description": "The same API key"},
    "signature": {
        "type": "apiKey",
        "in": "header",
        "name": "x-webhook-signature",
        "description": "`sha256=` and the HMAC-SHA256 in hex, made with WEBHOOK_SECRET, of the body; or of "
        "`<timestamp>.<body>` where `x-webhook-timestamp` says the timestamp in Unix seconds",
    },
}


@dataclass(frozen=True)
class Guard:
    """What passing a dependency takes: one of these schemes, else one of these statuses; 401 maybe `in_text`."""

    schemes: tuple[str, ...]
    statuses: tuple[int, ...]
    in_text: bool = False


PERSON = Guard(("key", "session"), (401, 403))
BROWSER = Guard(("session",), (401, 403))
PROGRAM = Guard(("key",), (401, 403))
GATEWAY = Guard(("key", "xApiKey"), (401, 403))
# On this machine itself it asks for nothing.
READER = Guard(("", "key", "session"), (401, 403))
SIGNED = Guard(("signature",), (401, 503))

GUARDS: dict[Any, Guard] = {
    deps.signed_in: PERSON,
    deps.chatter: PERSON,
    deps.chatter_in_text: replace(PERSON, in_text=True),
    deps.embedder: PERSON,
    deps.event_reader: PERSON,
    deps.event_writer: PROGRAM,
    deps.person: BROWSER,
    deps.admin: BROWSER,
    deps.own_page: Guard((), (403,)),
}
_OF_ALL = (500, 503)
_OF_BODIES = (400, 408, 413)

_MEANINGS = {
    400: "The request has not the form that it must have; the body says what is wrong",
    401: "Nobody is signed in, or the key is unknown, expired or revoked",
    403: "Not with this key or role, or not from this page",
    404: "There is no such thing, or it is another account's",
    408: "The body did not arrive in time",
    409: "It was used for something else",
    415: "The Content-Type is another one",
    413: "The body is too large: 1 MiB are allowed under /api, 6 MiB for a file, 32 MiB under /v1",
    422: "The vendor refuses what is asked",
    429: "A limit is reached, FluxGate's or the provider's: come back later",
    500: "The provider, or FluxGate itself, failed",
    502: "The provider could not be reached",
    503: "The database does not answer, a setting has yet to switch this on, or the provider has no key here",
    504: "The provider did not answer in time",
    529: "The vendor is overloaded",
}


def _header(description: str, **schema: Any) -> Json:
    return {"description": description, "schema": schema}


_SECONDS = {"type": "integer", "minimum": 0}
_HEADERS: Json = {
    "X-Request-Id": _header("Names this request in the server's log", **STRING),
    "X-FluxGate-Tracking-Id": _header("Names the recorded call", type="string", pattern="^evt_"),
    "X-RateLimit-Limit": _header("Calls a minute that are allowed", type="integer", minimum=0),
    "X-RateLimit-Remaining": _header("Calls that are left of them", type="integer", minimum=0),
    "X-RateLimit-Reset": _header("Seconds until they are all back", **_SECONDS),
    "Retry-After": _header("Seconds to wait", **_SECONDS),
    "WWW-Authenticate": _header("How to say who one is", **STRING),
}
LIMITED = ("X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset")
TRACKED = ("X-FluxGate-Tracking-Id", *LIMITED)
_HEADERS_OF = {401: ("WWW-Authenticate",), 429: (*TRACKED, "Retry-After"), 503: ("Retry-After",)}


# What says how one item of a stream looks.
_WORD = {EVENTS: "itemSchema"}


def takes(schema: Json, example: Any = None, *, required: bool = True) -> Json:
    """For `openapi_extra`: the JSON body that a route takes."""
    said = {"schema": schema} | ({"example": example} if example is not None else {})
    return {"requestBody": {"required": required, "content": {JSON: said}}}


def answers(
    *others: int,
    content: Mapping[str, Json] | None = None,
    headers: Iterable[str] = (),
    status: int = 200,
    guard: Guard | None = None,
) -> Json:
    """For `openapi_extra`: what a good answer has beside the JSON of its model, and which other statuses there are.

    `content` are schemas by media type; `guard` is what the route asks for without a dependency that would say it.
    """
    good: Json = {"headers": _headers(headers)}
    if content:
        good["content"] = {kind: {_WORD.get(kind, "schema"): schema} for kind, schema in content.items()}
    statuses = (*others, *(guard.statuses if guard else ()))
    said: Json = {"responses": {str(status): good} | {str(other): {} for other in statuses}}
    return said | ({"security": _security(guard.schemes)} if guard else {})


def parameter(name: str, description: str, **schema: Any) -> Json:
    """An optional parameter in the query."""
    return {"name": name, "in": "query", "required": False, "description": description, "schema": schema}


def header(name: str, description: str, **schema: Any) -> Json:
    """An optional header of a request."""
    return parameter(name, description, **schema) | {"in": "header"}


def describe(api: FastAPI, routes: Iterable[APIRoute]) -> None:
    """Let the API's document say of each of these routes all that it may answer."""
    generate, known = api.openapi, list(routes)

    def openapi() -> Json:
        if api.openapi_schema is None:
            _complete(generate(), known)
        return generate()

    api.openapi = openapi


def _complete(document: Json, routes: Iterable[APIRoute]) -> None:
    components = document.setdefault("components", {})
    for unused in ("HTTPValidationError", "ValidationError"):
        components.setdefault("schemas", {}).pop(unused, None)
    components["schemas"] |= {"Refusal": _REFUSAL, "OpenAIRefusal": _of(OPENAI), "AnthropicRefusal": _of(ANTHROPIC)}
    components |= {"securitySchemes": _SCHEMES, "headers": _HEADERS}
    for route in filter(lambda route: route.include_in_schema, routes):
        for method in route.methods or ():
            _complete_operation(route, document["paths"][route.path_format][method.lower()])


def _complete_operation(route: APIRoute, operation: Json) -> None:
    guards = [GUARDS[call] for call in calls(route.dependant) if call in GUARDS]
    schemes = dict.fromkeys(scheme for guard in guards for scheme in guard.schemes)
    operation.setdefault("security", _security(schemes))
    statuses = {status for guard in guards for status in guard.statuses} | set(_OF_ALL)
    if "requestBody" in operation:
        statuses |= set(_OF_BODIES)
    responses = operation["responses"]
    if "content" in responses.get("422", {}):  # FastAPI's own, which never happens here.
        del responses["422"]
        statuses.add(400)
    for status in sorted(statuses | {int(told) for told in responses}):
        said = responses.setdefault(str(status), {})
        said.setdefault("description", _MEANINGS.get(status) or HTTPStatus(status).phrase)
        said["headers"] = _headers(("X-Request-Id", *_HEADERS_OF.get(status, ()))) | said.get("headers", {})
        if status >= 400:
            in_text = status == 401 and any(guard.in_text for guard in guards)
            said.setdefault("content", _refused(route.path_format, in_text))
    operation["responses"] = {status: responses[status] for status in sorted(responses)}


def _security(schemes: Iterable[str]) -> list[Json]:
    return [{scheme: []} if scheme else {} for scheme in schemes]


def calls(dependant: Dependant) -> Iterator[Any]:
    """Every dependency of a route, however deep."""
    for inner in dependant.dependencies:
        yield inner.call
        yield from calls(inner)


def _headers(names: Iterable[str]) -> Json:
    return {name: {"$ref": f"#/components/headers/{name}"} for name in names}


_REFUSAL: Json = {
    "type": "object",
    "description": "What every failed request answers",
    "required": ["error"],
    "properties": {"error": STRING},
    "example": {"error": "Unauthorized"},
}


_STATUS: Json = {"type": "object", "description": "OTLP's own form", "properties": {"message": STRING}}


def _of(form: Form) -> Json:
    """The refusal in a vendor's form, from what it says."""
    return _shape(form.refusal(400, "")) | {"example": form.refusal(400, "'model' must be the name of a model")}


def _shape(said: Any) -> Json:
    if not isinstance(said, dict):
        return {"type": ["string", "null"]}
    fields = cast(Json, said)
    return {
        "type": "object",
        "required": list(fields),
        "properties": {name: _shape(value) for name, value in fields.items()},
    }


def _refused(path: str, in_text: bool) -> Json:
    if path == otlp.PATH:
        return {JSON: {"schema": _STATUS}, otlp.PROTOBUF: {"schema": STRING | {"format": "binary"}}}
    return {JSON: {"schema": _refusal(path)}} | ({TEXT: {"schema": STRING}} if in_text else {})


def _refusal(path: str) -> Json:
    if not path.startswith("/v1"):
        return {"$ref": "#/components/schemas/Refusal"}
    anthropic = {"$ref": "#/components/schemas/AnthropicRefusal"}
    openai = {"$ref": "#/components/schemas/OpenAIRefusal"}
    return anthropic if path.startswith("/v1/messages") else {"anyOf": [openai, anthropic]}
