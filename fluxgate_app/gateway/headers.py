"""Which headers go through, and in which direction."""

from collections.abc import Mapping

# Between us and the vendor alone (hop by hop), said anew by us, or about the vendor's host and not ours.
_BY_HOP = {"connection", "keep-alive", "te", "trailer", "transfer-encoding", "upgrade", "via"}
_SAID_ANEW = {"content-encoding", "content-length", "date", "server", "x-ratelimit-limit", "x-ratelimit-remaining"}
_OF_THE_HOST = {"alt-svc", "content-security-policy", "set-cookie", "strict-transport-security", "x-ratelimit-reset"}
_STAYS = _BY_HOP | _SAID_ANEW | _OF_THE_HOST
_STAYS_WITH = ("access-control-", "proxy-", "x-fluxgate-", "cf-")


def answered(given: Mapping[str, str]) -> dict[str, str]:
    """The vendor's answer headers that its client is given, under lower-case names."""
    named = given.get("Connection", "").lower()
    return {
        name: value
        for name, value in ((name.lower(), value) for name, value in given.items())
        if name not in _STAYS and not name.startswith(_STAYS_WITH) and name not in named
    }


def event_stream(given: Mapping[str, str]) -> bool:
    """Whether the body is a stream of events."""
    return given.get("Content-Type", "").startswith("text/event-stream")
