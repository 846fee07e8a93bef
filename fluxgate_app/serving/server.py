"""Serve everything on one port, until Ctrl-C or SIGTERM."""

import asyncio
import errno
import multiprocessing
import os
import socket
import threading
import time
from contextlib import closing
from typing import Any

from granian.constants import Interfaces
from granian.log import LogLevels
from granian.server.mp import MPServer

from fluxgate_app import db
from fluxgate_app.accounts import setup
from fluxgate_app.errors import PortTaken, SettingError
from fluxgate_app.events.rebuild import migrate
from fluxgate_app.providers.catalogue import Catalogue
from fluxgate_app.providers.demo import DemoServer
from fluxgate_app.providers.local import LocalModel
from fluxgate_app.serving import pages
from fluxgate_app.serving.open_requests import STOPPING
from fluxgate_app.settings import ROOT, Settings

# A worker that has not ended by then is killed; its journal keeps what it had not yet stored.
STOP_SECONDS = 15


def run(settings: Settings, host: str, port: int) -> None:
    """Migrate, build what changed, serve. Returns when it was told to stop.

    Raises PortTaken, SettingError for a host that is not ours or a Redis that is not there, DatabaseError, BuildFailed.
    """
    begun = time.monotonic()
    # Reflex looks for its config, `.web` and the assets where it stands.
    os.chdir(ROOT)
    port = free_port(host, port)
    # Built here only to be refused here, where a refusal is one sentence: a worker's would be a traceback.
    Catalogue(settings, DemoServer(), LocalModel())
    migrate(settings.sqlalchemy_url)
    _reach_redis(settings)
    setup_token = asyncio.run(_setup_token(settings))
    pages.build_if_changed()
    # A forked worker would inherit locks and pools whose threads it does not have.
    multiprocessing.set_start_method("spawn", force=True)
    server = _Server(
        "fluxgate_app.serving.app:create",
        address=host,
        port=port,
        interface=Interfaces.ASGI,
        factory=True,
        log_level=LogLevels.error,
        workers_kill_timeout=STOP_SECONDS,
    )
    server.begun, server.settings, server.setup_token = begun, settings, setup_token
    server.serve()


def _reach_redis(settings: Settings) -> None:
    if settings.redis_url is None:
        return
    import redis

    try:
        with redis.Redis.from_url(settings.redis_url.get_secret_value(), socket_connect_timeout=5) as client:
            client.ping()
    except (redis.RedisError, ValueError):
        raise SettingError(
            "FLUXGATE_REDIS_URL: no Redis answers there; it is written like redis://127.0.0.1:6379/0"
        ) from None


async def _setup_token(settings: Settings) -> str | None:
    with closing(db.Database(settings.sqlalchemy_url)) as database:
        return await setup.prepare(database, settings)


def free_port(host: str, port: int) -> int:
    """The port to serve on, one that is free now when asked for port 0.

    The server itself shares ports between workers, so two of it would silently take turns on one.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        with socket.create_server((host, port), family=family) as listener:
            return listener.getsockname()[1]
    except OSError as error:
        raise _refusal(error, host, port) from None


def _refusal(error: OSError, host: str, port: int) -> PortTaken | SettingError:
    if error.errno == errno.EADDRINUSE:
        return PortTaken(f"Port {port} on {host} is taken: stop what listens there, or choose another with --port")
    if error.errno in (errno.EACCES, errno.EPERM):
        return PortTaken(f"Port {port} may not be used by this user: choose one above 1023 with --port")
    return SettingError(f"--host {host} is not an address of this machine: try 127.0.0.1, or 0.0.0.0 for all")


class _Server(MPServer):
    begun: float
    settings: Settings
    setup_token: str | None

    def startup(self, spawn_target: Any, target_loader: Any) -> None:
        super().startup(spawn_target, target_loader)
        threading.Thread(target=self._say_when_ready, daemon=True).start()

    def shutdown(self, exit_code: int = 0) -> None:
        for worker in self.wrks:
            if worker.is_alive():
                os.kill(worker.inner.pid, STOPPING)
        super().shutdown(exit_code)

    def _say_when_ready(self) -> None:
        host = _reachable(str(self.bind_addr))
        while not _listens(host, self.bind_port):
            time.sleep(0.05)
        url = f"http://{f'[{host}]' if ':' in host else host}:{self.bind_port}"
        ready = f"FluxGate is at {url} (after {time.monotonic() - self.begun:.1f} s). Ctrl-C stops it."
        if self.setup_token:
            base = (self.settings.public_url or url).rstrip("/")
            ready += f"\nCreate the first admin at {base}/setup?token={self.setup_token}"
        print(ready, flush=True)


def _reachable(host: str) -> str:
    return {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)


def _listens(host: str, port: int) -> bool:
    try:
        socket.create_connection((host, port), timeout=1).close()
    except OSError:
        return False
    return True
