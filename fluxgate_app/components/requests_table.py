"""Recorded calls as a table: one line each, two on a phone."""

from typing import Any

import reflex as rx

from fluxgate_app.components.ago import ago
from fluxgate_app.components.frame import in_app
from fluxgate_app.components.status import status

# The class of a column, its title, and whether it holds figures.
_COLUMNS = (
    ("c-time", "Time", False),
    ("c-status", "Status", False),
    ("c-model", "Model", False),
    ("c-feature", "Feature", False),
    ("c-user", "User", False),
    ("c-tokens", "In → out", True),
    ("c-cost", "Cost", True),
    ("c-first", "First token", True),
    ("c-duration", "Duration", True),
    ("c-conversation", "Chat", False),
)


def requests_table(*parts: Any) -> rx.Component:
    """The rows of all parts, one after the other; each opens its request."""
    heads = [rx.el.th(title, scope="col", class_name=_class(name, figure)) for name, title, figure in _COLUMNS]
    return rx.el.table(
        rx.el.thead(rx.el.tr(*heads)),
        *(rx.el.tbody(rx.foreach(rows, _row)) for rows in parts),
        class_name="rows",
        data_testid="requests-table",
    )


def _row(row: Any) -> rx.Component:
    cells = (
        in_app(ago(at=row.created_at), to=f"/requests/{row.tracking_id}"),
        status(row.status),
        rx.fragment(row.model, rx.cond(row.badge, rx.el.span(row.badge, class_name="badge"))),
        row.feature,
        rx.el.span(row.short_user, title=row.user),
        rx.el.span(row.tokens, title=row.exact_tokens, class_name="inner"),
        rx.el.span(row.cost, title=row.exact_cost, class_name="inner"),
        row.first,
        row.duration,
        _conversation(row),
    )
    return rx.el.tr(
        *(
            rx.el.td(cell, class_name=_class(name, figure))
            for (name, _, figure), cell in zip(_COLUMNS, cells, strict=True)
        ),
        key=row.tracking_id,
        data_testid="request-row",
    )


def _conversation(row: Any) -> rx.Component:
    here = in_app(
        row.short_conversation,
        to=f"/requests?conversationId={row.conversation}",
        title=row.conversation,
        class_name="inner mono dim",
    )
    return rx.cond(row.conversation, here)


def _class(name: str, figure: bool) -> str:
    return f"{name} figure" if figure else name
