"""All recorded calls that the filters let through, as a file (spec section 5)."""

from datetime import UTC, datetime

from fastapi import APIRouter, Request
from fastapi.responses import StreamingResponse

from fluxgate_app.api.deps import EventReader, Wired
from fluxgate_app.api.document import STRING, answers, parameter
from fluxgate_app.api.download import saved_as
from fluxgate_app.api.events import FILTERS, SORT, scope_of
from fluxgate_app.errors import Invalid
from fluxgate_app.events import filters, sorting
from fluxgate_app.events.export import FORMATS, export

router = APIRouter(prefix="/api/events", tags=["Events"])

_FORMAT = parameter("format", "What kind of file", type="string", enum=list(FORMATS), default="csv")
_FILES = {file().media_type.partition(";")[0]: STRING for file in FORMATS.values()}


@router.get(
    "/export",
    response_class=StreamingResponse,
    openapi_extra={"parameters": [_FORMAT, SORT, *FILTERS]} | answers(400, content=_FILES),
)
async def export_events(request: Request, wiring: Wired, identity: EventReader) -> StreamingResponse:
    """Every call that the filters of the list let through, in the list's order, as CSV, JSON lines or Parquet."""
    asked = request.query_params
    named = asked.getlist("format") or ["csv"]
    if len(named) > 1 or named[0] not in FORMATS:
        raise Invalid(f"format must be one of {', '.join(FORMATS)}")
    at = datetime.now(UTC)
    wanted = filters.parse([(name, value) for name, value in asked.multi_items() if name != "format"], at)
    file = FORMATS[named[0]]()
    headers = saved_as(f"fluxgate-events-{at:%Y-%m-%d}.{file.suffix}")
    written = export(wiring.db, file, scope_of(identity), wanted, sort=sorting.parse(asked.get("sort")))
    return StreamingResponse(written, media_type=file.media_type, headers=headers)
