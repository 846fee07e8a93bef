"""Who is behind a tab: looked up for each event, and all that the tab holds is forgotten when it is somebody else."""

from urllib.parse import unquote
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import reflex as rx
from reflex.app import App
from reflex.event import Event
from reflex.middleware.middleware import Middleware
from reflex.state import BaseState, StateUpdate
from reflex_base.registry import RegistrationContext
from starlette.requests import cookie_parser

from fluxgate_app import wiring
from fluxgate_app.accounts.identity import Identity, authenticate
from fluxgate_app.accounts.sessions import COOKIE
from fluxgate_app.errors import Forbidden, Unauthorized
from fluxgate_app.events.alerts import told

SIGN_IN = "/login"
TIMEZONE_COOKIE = "fluxgate_timezone"

# Reflex's own events, to hydrate a page and to load it, have names without our package.
_OURS = f"{rx.State.get_full_name()}.fluxgate_app___"


class Person(rx.State):
    """The person a page greets. For looks only: what they may do is looked up each time, with `identity_of`."""

    email: str = ""
    is_admin: bool = False
    alerts: int = 0
    trouble: str = ""

    _account_id: str = ""

    @rx.event
    async def greet(self):
        """Fill in who is signed in, at the opening of every page."""
        identity = await identity_of(self)
        self.email, self.is_admin, self.trouble = identity.email, identity.is_admin, ""
        self.alerts = await wiring.current().db.read(told.unacknowledged) if identity.is_admin else 0

    @rx.event
    def fail(self, message: str):
        """Say that something went wrong which no page expected."""
        self.trouble = message

    async def _belong_to(self, account_id: str) -> None:
        # Named with an underscore, as a browser may call whatever else a State can do.
        if self._account_id != account_id:
            await _forget(self._get_root_state())
            self._account_id = account_id


class OnePersonPerTab(Middleware):
    """Before any event: a tab filled for another person is emptied, and nobody's events go to the sign-in page.

    A tab's State outlives a log-out, and is sent to the browser as soon as it connects.
    """

    async def preprocess(self, app: App, state: BaseState, event: Event) -> StateUpdate | None:
        """Look up who asks; an update instead of None ends the event there."""
        try:
            account_id = (await identity_of(state)).account_id
        except Unauthorized:
            account_id = ""
        await (await state.get_state(Person))._belong_to(account_id)
        if account_id or not event.name.startswith(_OURS):
            return None
        return StateUpdate(events=Event.from_event_type(rx.redirect(SIGN_IN)))


async def identity_of(state: BaseState) -> Identity:
    """Whose session the tab's cookie is, at this moment. Raises Unauthorized."""
    return await authenticate(wiring.current().db, _cookies(state).get(COOKIE))


async def admin_of(state: BaseState) -> Identity:
    """The admin whose tab it is, at this moment. Raises Unauthorized, Forbidden."""
    identity = await identity_of(state)
    if not identity.is_admin:
        raise Forbidden
    return identity


def is_connected(state: BaseState) -> bool:
    """Whether this tab has an open socket at this process; what is sent without one is lost."""
    pages = RegistrationContext.get().app.event_namespace
    return pages is not None and state.router.session.client_token in pages.token_to_sid


def zone_of(state: BaseState) -> ZoneInfo:
    """The viewer's time zone, as their browser named it; UTC when it named none that is known."""
    try:
        return ZoneInfo(unquote(_cookies(state).get(TIMEZONE_COOKIE, "UTC")))
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return ZoneInfo("UTC")


def _cookies(state: BaseState) -> dict[str, str]:
    return cookie_parser(state.router.headers.cookie)


async def _forget(root: BaseState) -> None:
    for part in _parts(type(root)):
        await root.get_state(part)
    root.reset()


def _parts(state: type[BaseState]) -> list[type[BaseState]]:
    return [part for child in state.get_substates() for part in (child, *_parts(child))]
