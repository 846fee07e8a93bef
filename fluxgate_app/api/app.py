"""The FastAPI app: all routes, served beside the pages."""

from fastapi import FastAPI
from fastapi.routing import APIRoute
from fastapi.telemetry import TelemetryConfig
from starlette.types import Scope

from fluxgate_app.api import (
    alerts,
    attachments,
    auth,
    budgets,
    chat,
    conversation_export,
    conversation_messages,
    conversation_shares,
    conversations,
    docs,
    embeddings,
    events,
    export,
    feedback,
    gateway,
    health,
    ingest,
    kept_answers,
    keys,
    metrics,
    prometheus,
    shared_page,
    signup,
    traces,
    vendor_streams,
    views,
    webhooks,
)
from fluxgate_app.api.body_limit import MIB, BodyLimit
from fluxgate_app.api.direct import Direct, DirectRoute
from fluxgate_app.api.document import describe
from fluxgate_app.api.errors import add_error_answers
from fluxgate_app.api.head import HeadAsGet
from fluxgate_app.api.unknown_paths import catch_unknown_paths
from fluxgate_app.wiring import Wiring

# What is asked most often comes first: routes are tried in turn.
ROUTERS = [
    module.router
    for module in (
        gateway,
        auth,
        chat,
        kept_answers,
        vendor_streams,
        embeddings,
        conversations,
        conversation_messages,
        conversation_export,
        attachments,
        conversation_shares,
        shared_page,
        docs,
        export,
        events,
        feedback,
        metrics,
        health,
        prometheus,
        ingest,
        keys,
        budgets,
        alerts,
        signup,
        traces,
        views,
        webhooks,
    )
]
# With what the API's paths begin; all others are the pages'.
PLACES = frozenset(("api", "v1", "s", "healthz", "readyz", "metrics"))
# The first that fits.
BODY_LIMITS = {"/api/attachments": 6 * MIB, "/api": MIB, "/v1": 32 * MIB}

# FastAPI would ask at each request whether somebody wants spans of it, and bodies are nobody else's business.
NO_TELEMETRY: TelemetryConfig = {"tracing": False, "metrics": False, "logs": False}


def create_api(wiring: Wiring) -> FastAPI:
    """The API on these objects. Reflex does not run its lifespan: what must start and stop is the wiring's."""
    api = FastAPI(
        title="FluxGate", openapi_url="/api/openapi.json", docs_url=None, redoc_url=None, telemetry=NO_TELEMETRY
    )
    api.state.wiring = wiring
    for router in ROUTERS:
        api.include_router(router)
    routes = [route for router in ROUTERS for route in router.routes if isinstance(route, APIRoute)]
    direct = [route for route in routes if isinstance(route, DirectRoute)]
    add_error_answers(api)
    api.add_middleware(HeadAsGet)
    api.add_middleware(BodyLimit, limits=BODY_LIMITS)
    api.add_middleware(Direct, routes=direct, limits=BODY_LIMITS, handlers=api.exception_handlers)
    describe(api, routes)
    catch_unknown_paths(api)
    _build_routes(api)
    return api


def _build_routes(api: FastAPI) -> None:
    # FastAPI builds a router's routes when it is first asked: the first request would wait for it, and where two apps
    # of one process do so at once (as in tests), pydantic's warnings, which it mutes for all threads, become errors.
    nowhere: Scope = {"type": "http", "method": "GET", "path": "", "root_path": "", "headers": []}
    for route in api.routes:
        route.matches(nowhere)
