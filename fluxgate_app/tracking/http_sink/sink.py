"""The sink of programs that are not the server."""

import atexit
import hashlib
import logging
import os
import tempfile
import threading
import weakref
from functools import cache
from pathlib import Path

from fluxgate_app.tracking.http_sink import backlog
from fluxgate_app.tracking.http_sink.delivery import Delivery
from fluxgate_app.tracking.http_sink.sender import Sender
from fluxgate_app.tracking.http_sink.shape import event_of
from fluxgate_app.tracking.live import end_all
from fluxgate_app.tracking.record import CallEnd, CallStart
from fluxgate_app.ulids import new_ulid

logger = logging.getLogger(__name__)

CLOSING_SECONDS = 5.0
_sinks: "weakref.WeakSet[HttpSink]" = weakref.WeakSet()


class HttpSink:
    """Sends calls to `POST /api/events` of the FluxGate server at `url`, with a key that has `events:write`.

    A call is written to a file under `spool` before its request leaves and when it ends, so that it survives this
    process and a server that is away; the next program with the same server and key sends what an earlier one left.
    Nothing here waits for the server, and nothing raises. Prompts and answers are never sent.
    """

    keeps_content = False

    def __init__(self, url: str, api_key: str, *, spool: Path | None = None):
        self._url = url
        self._api_key = api_key
        # Calls of another server or account are not ours to send.
        owner = hashlib.sha256(f"{url} {api_key}".encode()).hexdigest()[:16]
        self._directories = [(spool or _state_folder()) / owner, Path(tempfile.gettempdir()) / f"fluxgate-{owner}"]
        self._forget_the_parent()
        _sinks.add(self)

    def started(self, start: CallStart) -> None:
        """Keep that this call is about to leave: a process that dies leaves it INTERRUPTED."""
        self._keep(start, None)

    def ended(self, start: CallStart, end: CallEnd) -> None:
        """Keep how it ended, and send it soon."""
        self._keep(start, end)

    def flush(self, timeout: float = 10.0) -> bool:
        """Wait until all calls so far are with the server; False when that takes more than `timeout` seconds."""
        return self._sender is None or self._sender.flush(timeout)

    def close(self, timeout: float = CLOSING_SECONDS) -> None:
        """Send what there is, for so many seconds at most. It happens by itself when the program ends."""
        with self._lock:
            sender, self._sender = self._sender, None
        if sender is not None:
            sender.close(timeout)

    def _keep(self, start: CallStart, end: CallEnd | None) -> None:
        try:
            line = backlog.started if end is None else backlog.ended
            self._running().append(line(start.tracking_id, event_of(start, end)))
        except Exception as error:
            # Once is enough: the reason will be the same for the next thousand.
            level = logging.DEBUG if self._told else logging.WARNING
            self._told = True
            logger.log(level, "call %s could not be kept: %s", start.tracking_id, error)

    def _running(self) -> Sender:
        with self._lock:
            if self._sender is None:
                self._sender = self._begin()
            return self._sender

    def _begin(self) -> Sender:
        sender = self._made()
        try:
            sender.start()
        except RuntimeError:
            logger.debug("the interpreter ends: what is left to send waits for the next program")
        return sender

    def _made(self) -> Sender:
        delivery, process_id = Delivery(self._url, self._api_key), f"proc_{new_ulid()}"
        try:
            return Sender(self._directories[0], process_id, delivery)
        except OSError:
            return Sender(self._directories[1], process_id, delivery)

    def _forget_the_parent(self) -> None:
        self._sender: Sender | None = None
        self._told = False
        # Made anew after a fork: another thread may have held it in the parent.
        self._lock = threading.Lock()

    def _after_fork(self) -> None:
        sender = self._sender
        self._forget_the_parent()
        if sender is not None:
            sender.abandon()


@cache
def sink_from_environment() -> HttpSink | None:
    """The sink that FLUXGATE_URL and FLUXGATE_API_KEY name; None unless both are set."""
    url, api_key = os.environ.get("FLUXGATE_URL"), os.environ.get("FLUXGATE_API_KEY")
    spool = os.environ.get("FLUXGATE_SPOOL_DIR")
    return HttpSink(url, api_key, spool=Path(spool) if spool else None) if url and api_key else None


def _state_folder() -> Path:
    # https://specifications.freedesktop.org/basedir-spec: what should outlive a restart and is no setting.
    state = os.environ.get("XDG_STATE_HOME")
    return (Path(state) if state else Path.home() / ".local" / "state") / "fluxgate" / "spool"


def _close_all() -> None:
    end_all()
    for sink in list(_sinks):
        sink.close()


def _fork_all() -> None:
    for sink in list(_sinks):
        sink._after_fork()  # pyright: ignore[reportPrivateUsage]


def _close_with_this_worker(_: object = None) -> None:
    """A forked worker of multiprocessing ends without `atexit`; its own finalizers run."""
    from multiprocessing import util

    util.Finalize(None, _close_all, exitpriority=10)


def _watch_forks() -> None:
    from multiprocessing import util

    atexit.register(_close_all)
    os.register_at_fork(after_in_child=_fork_all)
    util.register_after_fork(_close_all, _close_with_this_worker)


_watch_forks()
