"""What a page may load and run: one Content-Security-Policy for each built page, from the scripts it really has."""

import base64
import hashlib
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

# Emotion writes its styles into the page while it runs; scripts get no such freedom.
_PAGE = (
    "default-src 'self'; script-src {scripts}; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "connect-src 'self'; object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'"
)

NOTHING = "default-src 'none'; frame-ancestors 'none'"


def page_policies(built: Path) -> dict[str, str]:
    """The policy of each path that has a page of its own; `""` is that of all others (the shell for dynamic routes)."""
    policies: dict[str, str] = {"": page_policy((built / "404.html").read_text())}
    for page in built.rglob("*.html"):
        policy = page_policy(page.read_text())
        policies.update(dict.fromkeys(_paths(page.relative_to(built)), policy))
    return policies


def _paths(page: Path) -> Iterator[str]:
    yield f"/{page.as_posix()}"
    if page.name == "index.html":
        folder = "" if page.parent == Path() else f"/{page.parent.as_posix()}"
        yield folder or "/"
        yield f"{folder}/"


def page_policy(html: str) -> str:
    """The policy that lets this page run its own inline scripts and no other."""
    scripts = _InlineScripts()
    scripts.feed(html)
    return _PAGE.format(scripts=" ".join(["'self'", *dict.fromkeys(map(_sha256, scripts.found))]))


def _sha256(script: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}'"


class _InlineScripts(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._inside = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._inside = tag == "script" and "src" not in dict(attrs)
        if self._inside:
            self.found.append("")

    def handle_endtag(self, tag: str) -> None:
        self._inside = False

    def handle_data(self, data: str) -> None:
        if self._inside:
            self.found[-1] += data
