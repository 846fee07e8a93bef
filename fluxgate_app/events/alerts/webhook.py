"""The one webhook that alerts are sent to: where it is, how it is signed, one delivery."""

import hashlib
import hmac
import time
from urllib.parse import urlsplit

from aiohttp import ClientError, ClientSession, ClientTimeout, DummyCookieJar

from fluxgate_app.accounts.admin_settings import AdminSettings
from fluxgate_app.errors import Invalid
from fluxgate_app.events.alerts.outside import Allows, connector
from fluxgate_app.events.alerts.told import AlertView
from fluxgate_app.events.exact_json import json_text
from fluxgate_app.signing import new_token, signature

LONGEST_URL = 2000
_TIMEOUT = ClientTimeout(total=10)


class AlertWebhook:
    """`key` makes the secret, so that the database does not have it; `allows` says of an IP address whether it may be
    connected to.
    """

    def __init__(self, decided: AdminSettings, key: bytes, allows: Allows):
        self._decided = decided
        self._key = key
        self._allows = allows

    async def url(self) -> str:
        """Where alerts are sent, empty when nowhere."""
        return (await self._decided.current()).alert_webhook

    async def point_to(self, url: str, changed_by: str | None) -> str:
        """Send alerts there from now on, to nowhere when it is empty; gives a new secret. Raises Invalid."""
        url = url.strip()
        if url:
            _check(url)
        nonce = new_token() if url else ""
        await self._decided.decide(changed_by, alert_webhook=url, alert_webhook_nonce=nonce)
        return self._secret(nonce) if url else ""

    async def deliver(self, alert: AlertView) -> str | None:
        """Send it; None when it was taken, otherwise why not."""
        decided = await self._decided.current()
        if not decided.alert_webhook:
            return "there is no webhook any more"
        told = {"id": alert.id, "kind": alert.kind, "message": alert.message, "createdAt": alert.created_at}
        body, stamp = json_text(told).encode(), str(int(time.time()))
        headers = {
            "Content-Type": "application/json",
            "User-Agent": "FluxGate",
            "x-webhook-timestamp": stamp,
            "x-webhook-signature": signature(self._secret(decided.alert_webhook_nonce), body, stamp),
        }
        try:
            async with (
                ClientSession(connector=connector(self._allows), cookie_jar=DummyCookieJar(), timeout=_TIMEOUT) as http,
                http.post(decided.alert_webhook, data=body, headers=headers, allow_redirects=False) as answer,
            ):
                return None if answer.ok and answer.status < 300 else f"it answered {answer.status}"
        except (ClientError, OSError, TimeoutError, ValueError) as error:
            return f"{type(error).__name__}: {error}" if str(error) else type(error).__name__

    def _secret(self, nonce: str) -> str:
        return hmac.new(self._key, b"alert webhook " + nonce.encode(), hashlib.sha256).hexdigest()


def _check(url: str) -> None:
    printable = len(url) <= LONGEST_URL and url.isprintable() and " " not in url
    try:
        parts = urlsplit(url)
        named = (
            "@" not in parts.netloc and parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
        )
    except ValueError:
        named = False
    if not (printable and named):
        raise Invalid("A webhook is an address such as https://hooks.example.com/fluxgate, without a password in it")
