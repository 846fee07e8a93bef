"""Whether this process lives, and whether it can serve."""

from typing import Literal

from fastapi import APIRouter, Response
from sqlmodel import Session, select
from typing_extensions import TypedDict

from fluxgate_app.api.deps import Wired
from fluxgate_app.api.document import answers
from fluxgate_app.api.exact_json import JsonAnswer

router = APIRouter(tags=["Health"])


class Health(TypedDict):
    """How it is."""

    status: Literal["ok", "ready"]


@router.get("/healthz", response_model=Health)
async def healthz() -> Response:
    """It answers, so it lives."""
    return JsonAnswer({"status": "ok"})


@router.get("/readyz", response_model=Health, openapi_extra=answers(503))
async def readyz(wiring: Wired) -> Response:
    """503 while the database does not answer."""
    try:
        await wiring.db.read(_ask)
    except Exception:
        return JsonAnswer({"error": "The database does not answer"}, 503)
    return JsonAnswer({"status": "ready"})


def _ask(session: Session) -> None:
    session.exec(select(1)).one()
