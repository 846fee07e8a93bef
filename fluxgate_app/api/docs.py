"""The OpenAPI document for people: Swagger UI, from an installed package and from nowhere else."""

from importlib.util import find_spec
from pathlib import Path

from fastapi import APIRouter, Response
from fastapi.responses import FileResponse, HTMLResponse

from fluxgate_app.errors import NotFound

router = APIRouter(prefix="/api/docs", include_in_schema=False)

# Swagger UI writes styles into the page and draws its icons from data URLs; it runs no script but these files.
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_PAGE = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>FluxGate API</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="docs/swagger-ui.css">
<main id="api"></main>
<script src="docs/swagger-ui-bundle.js"></script>
<script src="docs/start.js"></script>
</html>
"""
_START = 'SwaggerUIBundle({url: "openapi.json", dom_id: "#api", deepLinking: true});\n'
_FILES = ("swagger-ui.css", "swagger-ui-bundle.js")


@router.get("")
async def docs() -> Response:
    """Every route, to read and to try."""
    return HTMLResponse(_PAGE, headers={"Content-Security-Policy": _POLICY})


@router.get("/start.js")
async def start() -> Response:
    """A script of its own, as the policy lets none run in the page."""
    return Response(_START, media_type="text/javascript")


@router.get("/{name}")
async def file(name: str) -> Response:
    """One of Swagger UI's files."""
    if name not in _FILES:
        raise NotFound
    return FileResponse(_package() / "static" / name)


def _package() -> Path:
    # Found, not imported: the package would bring an app of its own.
    spec = find_spec("fastapi_offline")
    assert spec is not None and spec.origin is not None
    return Path(spec.origin).parent
