"""Saved views of the explorer: addresses by name."""

from typing import Annotated, Any

from fastapi import APIRouter, Response
from pydantic import BaseModel, Field

from fluxgate_app.accounts import views
from fluxgate_app.accounts.views import View
from fluxgate_app.api.deps import EventReader, Person, Wired
from fluxgate_app.api.document import answers
from fluxgate_app.api.exact_json import JsonAnswer
from fluxgate_app.api.fields import NOT_BLANK, Flag, Id

router = APIRouter(prefix="/api/views", tags=["Views"])


class WantedView(BaseModel):
    """What to keep; `query` is that of `/requests`, and with `columns` and `density` how its table looks."""

    name: Annotated[
        str, Field(max_length=views.MAX_NAME, json_schema_extra=NOT_BLANK, examples=["Failures of the week"])
    ]
    query: Annotated[str, Field(max_length=views.MAX_QUERY, examples=["range=7d&status.not=SUCCESS"])] = ""
    shared: Annotated[Flag, Field(description="With everybody; for admins")] = False


class ChangedView(BaseModel):
    """What shall be different; what is left out stays."""

    shared: Flag | None = None
    default: Annotated[Flag | None, Field(description="Whether one's own explorer opens with it")] = None


class ViewAnswer(BaseModel):
    """A view as whoever asks sees it."""

    id: str
    name: str
    query: str
    shared: bool
    mine: bool
    default: bool


class ViewList(BaseModel):
    """Views, by name."""

    views: list[ViewAnswer]


@router.get("", response_model=ViewList)
async def of(wiring: Wired, identity: EventReader) -> Response:
    """One's own views and those that are shared with everybody."""
    return JsonAnswer({"views": [_json(view) for view in await wiring.db.read(views.of, identity)]})


@router.post("", response_model=ViewAnswer, status_code=201, openapi_extra=answers(409, status=201))
async def save(wanted: WantedView, wiring: Wired, person: Person) -> Response:
    """Keep an address by a name; a view of one's own that is called the same is replaced."""
    made = await wiring.db.write(views.save, person, wanted.name, wanted.query, shared=wanted.shared)
    return JsonAnswer(_json(made), 201)


@router.patch("/{view_id}", status_code=204, openapi_extra=answers(404, status=204))
async def change(view_id: Id, changed: ChangedView, wiring: Wired, person: Person) -> Response:
    """Share it or no longer, for admins; let one's own explorer open with it or no longer."""
    if changed.shared is not None:
        await wiring.db.write(views.share, person, view_id, changed.shared)
    if changed.default is not None:
        await wiring.db.write(views.open_with, person, view_id if changed.default else None)
    return Response(status_code=204)


@router.delete("/{view_id}", status_code=204, openapi_extra=answers(404, status=204))
async def delete(view_id: Id, wiring: Wired, person: Person) -> Response:
    """Forget a view of one's own; an admin any that is shared."""
    await wiring.db.write(views.delete, person, view_id)
    return Response(status_code=204)


def _json(view: View) -> dict[str, Any]:
    return {
        "id": view.id,
        "name": view.name,
        "query": view.query,
        "shared": view.is_shared,
        "mine": view.is_mine,
        "default": view.is_default,
    }
