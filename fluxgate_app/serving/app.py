"""The one ASGI app that a worker serves: pages, routes and the websocket inside the shell."""

import atexit
import logging
import os
import signal
import threading
import time

from reflex_base.constants import Env
from reflex_base.environment import environment
from starlette.types import ASGIApp, Receive, Scope, Send

from fluxgate_app import wiring
from fluxgate_app.api.app import PLACES, create_api
from fluxgate_app.serving import logs
from fluxgate_app.serving.garbage import collect_seldom
from fluxgate_app.serving.open_requests import STOPPING, OpenRequests
from fluxgate_app.serving.pages import BUILT
from fluxgate_app.serving.policy import page_policies
from fluxgate_app.serving.shell import Shell
from fluxgate_app.settings import load


def create() -> ASGIApp:
    """Load the app to serve pages that are already built; called once in each worker."""
    settings = load()
    logs.configure(settings.log_level)
    # Ctrl-C goes to whole process groups: the parent alone hears it, and tells this worker in an orderly way.
    os.setpgid(0, 0)
    atexit.register(_leave)
    threading.Thread(target=_end_with, args=(os.getppid(),), daemon=True).start()
    environment.REFLEX_ENV_MODE.set(Env.PROD)
    environment.REFLEX_SKIP_COMPILE.set(True)
    environment.REFLEX_MOUNT_FRONTEND_COMPILED_APP.set(True)
    # Reflex reads these modes while the entry is imported.
    from fluxgate_app.fluxgate_app import app

    both = _side_by_side(create_api(wiring.current()), app())
    served = OpenRequests(Shell(both, page_policies(BUILT), settings))
    collect_seldom()
    return served


def _side_by_side(api: ASGIApp, pages: ASGIApp) -> ASGIApp:
    # Mounted in Reflex, each message of an answer would pass through its middlewares too.
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        to_api = scope["type"] == "http" and scope["path"].lstrip("/").partition("/")[0] in PLACES
        await (api if to_api else pages)(scope, receive, send)

    return app


def _end_with(parent: int) -> None:
    # A killed parent cannot stop its workers, which would go on holding the port.
    while os.getppid() == parent:
        time.sleep(1)
    os.kill(os.getpid(), STOPPING)
    os.kill(os.getpid(), signal.SIGTERM)


def _leave() -> None:
    # The server's own threads may still want the interpreter; to take it from them makes some of them abort.
    logging.shutdown()
    os._exit(0)
