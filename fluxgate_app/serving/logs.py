"""The server's log: lines of JSON, on a terminal of `name=value`, without anybody's texts and without secrets."""

import logging
import sys
from datetime import UTC, datetime
from traceback import StackSummary, walk_tb
from types import TracebackType
from typing import Any

from pydantic_core import to_json
from structlog.contextvars import get_contextvars
from structlog.processors import JSONRenderer, LogfmtRenderer

from fluxgate_app.errors import FluxGateError
from fluxgate_app.tracking.failures import masked

# What a record may carry beside its words.
_FIELDS = ("method", "path", "status", "ms", "tracking_id")
_FRAMES = 12


def configure(level: str) -> None:
    """Send what this process logs to the standard error: ours from this level on, of libraries only warnings.

    Libraries tell at lower levels whom they ask for what.
    """
    # What no line of ours has need not be found out for each of them.
    logging._srcfile = None  # pyright: ignore[reportPrivateUsage, reportAttributeAccessIssue]
    logging.logThreads = logging.logProcesses = logging.logMultiprocessing = False
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(LineFormatter(on_terminal=sys.stderr.isatty()))
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    logging.getLogger("fluxgate_app").setLevel(level.upper())
    server = logging.getLogger("_granian")
    server.handlers.clear()
    server.propagate = True
    # Without a level they write by themselves, with all that an exception says.
    for name in ("engineio.server", "socketio.server"):
        logging.getLogger(name).setLevel(logging.ERROR)


class LineFormatter(logging.Formatter):
    """A record becomes a line, with what its request or task has bound to the context."""

    def __init__(self, on_terminal: bool):
        super().__init__()
        self._render: Any = LogfmtRenderer() if on_terminal else JSONRenderer(_json)

    def format(self, record: logging.LogRecord) -> str:
        """One line, whatever it is about."""
        line: dict[str, Any] = {
            "timestamp": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            # What follows the first line in those of asyncio is a task, with its exception's words.
            "event": masked(record.getMessage().partition("\n")[0], None),
            "logger": record.name,
        }
        line |= get_contextvars()
        line |= {name: record.__dict__[name] for name in _FIELDS if record.__dict__.get(name) is not None}
        if record.exc_info and record.exc_info[1]:
            line |= _failure(record.exc_info[1])
        return self._render(None, "", line)


def _json(line: dict[str, Any], **_: Any) -> str:
    # `json.dumps` would make an encoder for every line.
    return to_json(line, fallback=str).decode()


def _failure(error: BaseException) -> dict[str, str]:
    """Where an exception came from; what it says only when it is ours, as others quote what they choke on."""
    told = {"error": type(error).__name__, "where": _where(error.__traceback__)}
    if isinstance(error, FluxGateError):
        told["message"] = masked(error.message, None)
    elif isinstance(error, OSError) and error.strerror:
        told["message"] = error.strerror
    return told


def _where(trace: TracebackType | None) -> str:
    frames = StackSummary.extract(walk_tb(trace), lookup_lines=False)[-_FRAMES:]
    return " < ".join(f"{frame.filename.rpartition('/')[2]}:{frame.lineno} {frame.name}" for frame in reversed(frames))
