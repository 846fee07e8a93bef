"""Random tokens and what is stored of them; signatures of what others send."""

import hashlib
import hmac
import secrets

SIGNATURE_SECONDS = 300


def new_token() -> str:
    """256 bits of chance, safe in a URL or a cookie."""
    return secrets.token_urlsafe(32)


def token_hash(token: str) -> str:
    """What is stored of a token: its SHA-256 in hex. A random token of 256 bits needs no salt and no slow hash."""
    return hashlib.sha256(token.encode()).hexdigest()


def signature(secret: str, body: bytes, timestamp: str | None = None) -> str:
    """`sha256=<hex>`: the HMAC-SHA256 of the body's bytes, or of `<timestamp>.<body>` (spec section 5).

    The two cannot be mistaken for each other as long as a body is a JSON object: it begins with no digit.
    """
    signed = body if timestamp is None else timestamp.encode() + b"." + body
    return f"sha256={hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()}"


def is_signed(secret: str, body: bytes, given: str, timestamp: str | None, now: float) -> bool:
    """Whether `given` is the signature. `timestamp` and `now` are Unix seconds, at most five minutes apart."""
    if timestamp is not None and not _is_recent(timestamp, now):
        return False
    # Bytes, because a text with a letter beyond ASCII cannot be compared in constant time.
    return hmac.compare_digest(given.encode(errors="replace"), signature(secret, body, timestamp).encode())


def _is_recent(timestamp: str, now: float) -> bool:
    # Twelve digits last for thirty thousand years; int() refuses thousands of them.
    digits = timestamp.isascii() and timestamp.isdecimal() and len(timestamp) <= 12
    return digits and abs(now - int(timestamp)) <= SIGNATURE_SECONDS
