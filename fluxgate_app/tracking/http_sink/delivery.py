"""Events over the wire to a FluxGate server, and what its answers mean."""

import json
import logging
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from httpx2 import Response

logger = logging.getLogger(__name__)

TIMEOUT_SECONDS = 10.0
# The server cannot take them now, or not from this key: they wait.
_REFUSED_KEY = (401, 403)
# A body that the server cannot take at all; halves of it may be fine.
_REFUSED_BODY = (400, 409, 413, 422)
_PAUSE_WITHOUT_A_RIGHT = 60.0


class Away(Exception):
    """The server took nothing. `pause` is how many seconds it asks to be left alone, 0 when it does not say."""

    def __init__(self, why: str, pause: float = 0.0):
        super().__init__(why)
        self.pause = pause


class Delivery:
    """Posts to `POST /api/events` of this server; used by one thread at a time."""

    def __init__(self, url: str, api_key: str):
        from httpx2 import Client

        self._client = Client(
            base_url=url.rstrip("/"), headers={"Authorization": f"Bearer {api_key}"}, timeout=TIMEOUT_SECONDS
        )

    def post(self, events: Sequence[bytes]) -> None:
        """Hand over these events. What the server never will take is left out and logged. Raises Away."""
        response = self._answer(b"[" + b",".join(events) + b"]")
        if response.status_code in _REFUSED_BODY and len(events) > 1:
            middle = len(events) // 2
            self.post(events[:middle])
            self.post(events[middle:])
        elif response.status_code in _REFUSED_BODY:
            logger.warning("FluxGate refused an event: %s", _first_error(response))
        elif response.status_code in _REFUSED_KEY:
            raise Away(f"FLUXGATE_API_KEY may not write events ({response.status_code})", _PAUSE_WITHOUT_A_RIGHT)
        elif response.status_code != 201:
            raise Away(f"it answers {response.status_code}", _retry_after(response))
        elif error := _first_error(response):
            logger.warning("FluxGate refused some of %d events: %s", len(events), error)

    def close(self) -> None:
        """Give the connection back."""
        self._client.close()

    def _answer(self, body: bytes) -> "Response":
        from httpx2 import HTTPError

        try:
            return self._client.post("/api/events", content=body, headers={"Content-Type": "application/json"})
        except HTTPError as error:
            raise Away(type(error).__name__) from error


def _first_error(response: "Response") -> str | None:
    """What the server said against the first event that it refused; it names fields and never what is in them."""
    try:
        answer: Any = response.json()
        results = answer.get("results") or [answer]
        return next((str(result["error"])[:200] for result in results if "error" in result), None)
    except (json.JSONDecodeError, AttributeError, TypeError, KeyError):
        return f"status {response.status_code}"


def _retry_after(response: "Response") -> float:
    told = response.headers.get("retry-after", "")
    return min(float(told), 3600.0) if told.isdecimal() else 0.0
