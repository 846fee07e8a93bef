"""Recorded calls, as their owner or an admin may read them (spec section 6)."""

from datetime import UTC, datetime
from typing import Any

from fastapi import APIRouter, Request, Response

from fluxgate_app.accounts.identity import Identity
from fluxgate_app.api.deps import EventReader, Wired
from fluxgate_app.api.document import JSON, STRING, answers, parameter
from fluxgate_app.api.exact_json import JsonAnswer
from fluxgate_app.errors import Invalid, NotFound
from fluxgate_app.events import feedback, filters, queries, sorting, time_ranges
from fluxgate_app.events.columns import COLUMNS, FILTERED, EventColumn, as_json
from fluxgate_app.events.operators import LISTED, OPERATORS, operators_of
from fluxgate_app.events.queries import MOST_EVENTS, EventDetail
from fluxgate_app.events.values import LONGEST

router = APIRouter(prefix="/api/events", tags=["Events"])


_TEXT = {"type": "string", "maxLength": LONGEST}


def _filters_of(column: EventColumn) -> list[dict[str, Any]]:
    """The parameters of one column: `name`, `name.not` and so on."""
    comparing = [OPERATORS[suffix] for suffix in operators_of(column) if suffix in OPERATORS]
    named = [(f"{column.name}.{each.suffix}".removesuffix("."), each) for each in comparing]
    listed = parameter(f"{column.name}.{LISTED}", "Any of these, with commas between them", type="string")
    return [listed, *(parameter(name, each.meaning, **each.schema(column)) for name, each in named)]


def _or_null(column: EventColumn) -> dict[str, Any]:
    return {"anyOf": [column.schema, {"type": "null"}]} if column.may_be_empty else column.schema


SORT = parameter(
    "sort", "The order; what is unknown comes last", type="string", enum=list(sorting.ALLOWED), default="-createdAt"
)
FILTERS = [
    parameter("q", "A text to look for in ids, names, errors and, where they are kept, prompts and answers", **_TEXT),
    parameter("range", f"When: {time_ranges.ALLOWED}", type="string", example="7d"),
    parameter("from", "Created at or after", type="string", example="2026-03-01T12:00:00Z"),
    parameter("to", "Created before", type="string", example="2026-04-01"),
    parameter("timezone", "The IANA zone of days and of times without an offset", type="string", default="UTC"),
    *(each for column in FILTERED.values() for each in _filters_of(column)),
]
_KEPT = ("rawUsage", "metadata")
_EVENT: dict[str, Any] = {
    "type": "object",
    "required": list(COLUMNS),
    "properties": {name: _or_null(column) for name, column in COLUMNS.items()},
}
_DETAIL: dict[str, Any] = {
    "type": "object",
    "required": [*COLUMNS, *_KEPT],
    "properties": _EVENT["properties"]
    | {name: {"type": ["object", "null"]} for name in _KEPT}
    | {name: STRING | {"description": "Only where it was kept"} for name in ("prompt", "answer")}
    | {"feedback": {"type": "object", "description": "Only where somebody rated it: `good`, `reason`, `createdAt`"}},
}
_PAGE = {
    "type": "object",
    "required": ["events", "nextCursor"],
    "properties": {
        "events": {"type": "array", "items": _EVENT},
        "nextCursor": {"type": ["string", "null"]},
        "searchedBackTo": {"type": "string", "format": "date-time"},
    },
}
PARAMETERS = {
    "parameters": [
        parameter("limit", "How many at most", type="integer", minimum=1, maximum=MOST_EVENTS, default=50),
        parameter("cursor", "The `nextCursor` of the page before", type="string"),
        SORT,
        *FILTERS,
    ]
}


@router.get("", openapi_extra=PARAMETERS | answers(400, content={JSON: _PAGE}))
async def events(request: Request, wiring: Wired, identity: EventReader) -> Response:
    """The newest calls that the filters let through, or the first in another order: `{events, nextCursor}`.

    A search for something rare stops early, with what it found and `searchedBackTo`; `nextCursor` goes on with it.
    """
    asked = request.query_params
    wanted = filters.parse(asked.multi_items(), datetime.now(UTC))
    limit, sort = _limit(asked.get("limit")), sorting.parse(asked.get("sort"))
    page = await wiring.db.read(queries.list_events, scope_of(identity), wanted, limit, asked.get("cursor"), sort=sort)
    said = {"events": [as_json(event) for event in page.events], "nextCursor": page.next_cursor}
    return JsonAnswer(said | ({"searchedBackTo": page.searched_back_to} if page.searched_back_to else {}))


@router.get("/{tracking_id}", openapi_extra=answers(404, content={JSON: _DETAIL}))
async def event(tracking_id: str, wiring: Wired, identity: EventReader) -> Response:
    """Everything about one call; 404 also for another account's."""
    if not tracking_id.isprintable():
        raise NotFound
    detail = await wiring.db.read(queries.get_event, scope_of(identity), tracking_id)
    said = (await wiring.db.read(feedback.of_calls, [tracking_id])).get(tracking_id)
    opinion = {"good": said.is_good, "reason": said.reason, "createdAt": said.created_at} if said else None
    return JsonAnswer(_detail(detail) | ({"feedback": opinion} if opinion else {}))


def scope_of(identity: Identity) -> str | None:
    """Whose events they may see: None for everybody's."""
    return None if identity.is_admin else identity.account_id


def _limit(text: str | None) -> int:
    if text is None:
        return 50
    if not text.isdecimal():
        raise Invalid(f"limit must be 1 to {MOST_EVENTS}")
    return int(text[:9])


def _detail(detail: EventDetail) -> dict[str, Any]:
    kept = {"prompt": detail.prompt, "answer": detail.answer}
    said = as_json(detail.event) | {"rawUsage": detail.raw_usage, "metadata": detail.metadata}
    return said | {name: text for name, text in kept.items() if text is not None}
