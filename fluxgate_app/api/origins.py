"""Whether a browser's request comes from a page of our own."""

from urllib.parse import urlsplit

from starlette.datastructures import Headers

from fluxgate_app.errors import Forbidden


def refuse_foreign_pages(headers: Headers, public_url: str | None) -> None:
    """Raises Forbidden when a page of another origin sent this (spec section 4); programs send neither header."""
    if headers.get("sec-fetch-site", "none") not in ("same-origin", "none") or not is_own_origin(headers, public_url):
        raise Forbidden


def is_own_origin(headers: Headers, public_url: str | None) -> bool:
    """Whether a browser's Origin is where it got the page from; programs send none and pass.

    X-Forwarded-Host may be believed without trusted proxies: no page of another origin can make a browser send it.
    """
    origin = headers.get("origin")
    if origin is None:
        return True
    host = urlsplit(origin).netloc.lower()
    forwarded = headers.get("x-forwarded-host", "").split(",")
    own = [headers.get("host", ""), *forwarded, urlsplit(public_url or "").netloc]
    return bool(host) and host in {name.strip().lower() for name in own}
