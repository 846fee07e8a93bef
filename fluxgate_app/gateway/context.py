"""What a call is for, as its client says it: in our headers or in the fields that the vendors have (spec section 5)."""

from collections.abc import Mapping
from typing import Any, cast

from fluxgate_app.errors import Invalid
from fluxgate_app.tracking import Context, User, wire

FEATURE = "gateway"
LONGEST_LABEL = 200
LONGEST_VALUE = 4096
MOST_VALUES = 64


def read_context(headers: Mapping[bytes, bytes], body: Mapping[str, Any], user: User) -> Context:
    """The context of a call; a header counts before the body, and `user` is who it is for where nobody is named.

    Raises Invalid for a header that cannot be kept. What the vendor's own fields hold is the vendor's to judge.
    """
    given = body.get("metadata")
    theirs = cast("dict[str, Any]", given) if isinstance(given, dict) else {}
    named = _label(headers, "User") or _name(body.get("user")) or _name(theirs.get("user_id"))
    return Context(
        feature=_label(headers, "Feature") or FEATURE,
        step=_label(headers, "Step"),
        user=User(named) if named else user,
        session_id=_label(headers, "Session"),
        conversation_id=_label(headers, "Conversation"),
        metadata=_kept(theirs) | _metadata(headers),
    )


def _header(headers: Mapping[bytes, bytes], name: str) -> str | None:
    value = headers.get(f"x-fluxgate-{name.lower()}".encode())
    return value.decode("utf-8", "replace") if value else None


def _label(headers: Mapping[bytes, bytes], name: str) -> str | None:
    value = _header(headers, name)
    if value is not None and len(value) > LONGEST_LABEL:
        raise Invalid(f"X-FluxGate-{name} has at most {LONGEST_LABEL} characters")
    return value


def _metadata(headers: Mapping[bytes, bytes]) -> dict[str, Any]:
    value = _header(headers, "Metadata")
    if value is None:
        return {}
    metadata = wire.read(value.encode())
    if metadata is None:
        raise Invalid('X-FluxGate-Metadata is a JSON object such as {"plan": "pro"}')
    return dict(metadata)


def _name(value: Any) -> str | None:
    return value if isinstance(value, str) and value else None


def _kept(metadata: dict[str, Any]) -> dict[str, Any]:
    kept = {name: value for name, value in metadata.items() if _is_short_scalar(value)}
    return dict(list(kept.items())[:MOST_VALUES])


def _is_short_scalar(value: Any) -> bool:
    return len(value) <= LONGEST_VALUE if isinstance(value, str) else isinstance(value, bool | int | float)
