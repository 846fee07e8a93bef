"""A session that ends closes its open pages: within seconds, not at their next click (spec section 4)."""

import asyncio

import reflex as rx
from reflex.constants import SocketEvent
from reflex.event import Event
from reflex.state import StateUpdate
from starlette.requests import cookie_parser

from fluxgate_app import wiring
from fluxgate_app.accounts.sessions import COOKIE, living
from fluxgate_app.signing import token_hash
from fluxgate_app.states.person import SIGN_IN

CHECKED_EVERY_SECONDS = 2.0


def watch(app: rx.App):
    """The task that runs as long as the app: one query for all connected pages, every two seconds."""

    async def close_ended_sessions() -> None:
        while True:
            await asyncio.sleep(CHECKED_EVERY_SECONDS)
            await close_pages_of_ended_sessions(app)

    return close_ended_sessions


async def close_pages_of_ended_sessions(app: rx.App) -> None:
    """Send the pages whose session is no more to the sign-in page, and close their sockets."""
    connected = _sessions(app)
    if not connected:
        return
    alive = await wiring.current().db.read(living, set(connected.values()))
    for sid, hashed in connected.items():
        if hashed not in alive:
            await _close(app, sid)


def _sessions(app: rx.App) -> dict[str, str]:
    """The hash of the session behind each connected socket; those that never had one are left out."""
    pages = app.event_namespace
    if pages is None or app.sio is None:
        return {}
    found: dict[str, str] = {}
    for sid in list(pages.sid_to_token):
        environ = app.sio.get_environ(sid, pages.namespace) or {}
        if token := cookie_parser(environ.get("HTTP_COOKIE", "")).get(COOKIE):
            found[sid] = token_hash(token)
    return found


async def _close(app: rx.App, sid: str) -> None:
    pages = app.event_namespace
    if pages is not None and app.sio is not None:
        to_sign_in = StateUpdate(events=Event.from_event_type(rx.redirect(SIGN_IN)))
        await pages.emit(str(SocketEvent.EVENT), to_sign_in, to=sid)
        await app.sio.disconnect(sid, namespace=pages.namespace)
