"""Random tokens and what is stored of them."""

import hashlib
import secrets


def new_token() -> str:
    """256 bits of chance, safe in a URL or a cookie."""
    return secrets.token_urlsafe(32)


def token_hash(token: str) -> str:
    """What is stored of a token: its SHA-256 in hex. A random token of 256 bits needs no salt and no slow hash."""
    return hashlib.sha256(token.encode()).hexdigest()
