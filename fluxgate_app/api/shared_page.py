"""`/s/<token>`: a shared conversation for whoever has its link, a page without scripts, without a word on its owner."""

import asyncio
import base64
import hashlib
import re
from html import escape
from urllib.parse import quote

from fastapi import APIRouter, Response
from fastapi.responses import HTMLResponse

from fluxgate_app.api.deps import Wired
from fluxgate_app.api.download import saved_as
from fluxgate_app.api.shared_markdown import html_of
from fluxgate_app.chat import shares
from fluxgate_app.chat.attachments import TEXT
from fluxgate_app.chat.shares import SharedChat, SharedFile, SharedTurn
from fluxgate_app.errors import NotFound
from fluxgate_app.settings import ROOT

router = APIRouter(prefix="/s", include_in_schema=False)

_STYLES = ROOT / "assets" / "styles"
_SPEAKERS = {"user": "You", "assistant": "Assistant"}


def _style() -> str:
    base, *others = (
        (_STYLES / f"{name}.css").read_text() for name in ("base", "controls", "files", "markdown", "shared")
    )
    # There is no script here that could choose a theme.
    dark = re.compile(r"^\.dark \{(.*?)\}", re.DOTALL | re.MULTILINE)
    return "\n".join([dark.sub(r"@media (prefers-color-scheme: dark) { :root {\1} }", base), *others])


_STYLE = _style()
_HASH = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
HEADERS = {
    "Content-Security-Policy": f"default-src 'none'; style-src 'sha256-{_HASH}'; img-src 'self' data:; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "X-Robots-Tag": "noindex, nofollow, noarchive",
    "Cache-Control": "no-store",
}


@router.get("/{token}/{number:int}")
async def file(token: str, number: int, wiring: Wired) -> Response:
    """A file that was sent there, always as a download; a picture is shown on the page."""
    try:
        view, content = await wiring.db.read(shares.file, token, number)
    except NotFound:
        return _nothing()
    return Response(content, media_type=view.media_type, headers=HEADERS | saved_as(view.name))


@router.get("/{token:path}")
async def shared(token: str, wiring: Wired) -> Response:
    """What the link shows, or that it shows nothing: whether it ever did is not said."""
    try:
        chat = await wiring.db.read(shares.opened, token)
    except NotFound:
        return _nothing()
    return HTMLResponse(await asyncio.to_thread(_written, chat, token), headers=HEADERS)


def _nothing() -> Response:
    return HTMLResponse(_page("Nothing is shared here", _NOTHING), 404, HEADERS)


def _written(chat: SharedChat, token: str) -> str:
    title = escape(chat.title or "Shared chat")
    said = "\n".join(_turn(turn, f"/s/{quote(token, safe='')}") for turn in chat.turns)
    day = f'<time datetime="{chat.created_at:%Y-%m-%d}">{chat.created_at:%d %B %Y}</time>'
    about = f"Shared on {day}. It is a copy: what was said later is not in it."
    head = f'<header class="shared-head"><h1>{title}</h1><p>{about}</p></header>'
    return _page(title, f"{head}\n{said}\n{_FOOT}")


def _turn(turn: SharedTurn, path: str) -> str:
    own = turn.role == "user"
    said = f'<div class="said">{escape(turn.text)}</div>' if own else f'<div class="md">{html_of(turn.text)}</div>'
    files = "".join(_file(file, f"{path}/{file.number}") for file in turn.files)
    said += f'<ul class="files" aria-label="Attached files">{files}</ul>' if files else ""
    name = _SPEAKERS["user" if own else "assistant"]
    return f'<article class="message{" own" if own else ""}" aria-label="{name}"><h2>{name}</h2>{said}</article>'


def _file(file: SharedFile, path: str) -> str:
    name = escape(file.name)
    if file.media_type == TEXT:
        return f'<li class="file"><a href="{path}" download="{name}"><span>{name}</span></a></li>'
    return f'<li class="file picture"><a href="{path}" download="{name}"><img src="{path}" alt="{name}"></a></li>'


def _page(title: str, content: str) -> str:
    return f"""<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex, nofollow, noarchive">
<meta name="color-scheme" content="light dark">
<title>{title} · FluxGate</title>
<link rel="icon" href="/favicon.svg">
<style>{_STYLE}</style>
<main class="shared">
<a class="brand" href="/"><img src="/favicon.svg" alt="">FluxGate</a>
{content}
</main>
</html>
"""


_FOOT = """<footer class="shared-foot"><p>Made with FluxGate. Answers of models may be wrong.</p>
<a class="button primary" href="/">Start your own chat</a></footer>"""
_NOTHING = """<header class="shared-head"><h1>Nothing is shared here</h1>
<p>The link is wrong, has expired, or was withdrawn by whoever made it.</p></header>
<footer class="shared-foot"><p>Made with FluxGate.</p><a class="button" href="/">Go to FluxGate</a></footer>"""
