"""Whether this process lives, and whether it can serve."""

from fastapi import APIRouter, Response
from sqlmodel import Session, select

from fluxgate_app.api.deps import Wired
from fluxgate_app.api.exact_json import JsonAnswer

router = APIRouter(tags=["Health"])


@router.head("/healthz", include_in_schema=False)
@router.get("/healthz")
async def healthz() -> Response:
    """It answers, so it lives."""
    return JsonAnswer({"status": "ok"})


@router.head("/readyz", include_in_schema=False)
@router.get("/readyz")
async def readyz(wiring: Wired) -> Response:
    """503 while the database does not answer."""
    try:
        await wiring.db.read(_ask)
    except Exception:
        return JsonAnswer({"error": "The database does not answer"}, 503)
    return JsonAnswer({"status": "ready"})


def _ask(session: Session) -> None:
    session.exec(select(1)).one()
