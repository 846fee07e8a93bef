"""The parts of the explorer that live in the browser: each is fed with what the server has read, and says its wishes.

`columns` are what can be filtered by, `asked` is what the address asks for, `opened` counts how often that was read.
"""

from typing import Any

import reflex as rx

_PARTS = (
    "address.js",
    "ago.jsx",
    "busy.js",
    "export.jsx",
    "filter_editor.jsx",
    "filter_values.jsx",
    "moments.js",
    "popover.jsx",
    "preference.js",
    "reading.js",
    "ready.js",
    "request_cells.jsx",
    "search_box.jsx",
    "table_columns.js",
    "time_picker.jsx",
    "walking.js",
)
for _part in _PARTS:
    rx.asset(_part, shared=True)


class FilterBar(rx.Component):
    """Search, time, filters as chips, then its children.

    `counts` are the values of a column, asked for with `on_count`. Where there is a `usual_range`, a time is always
    asked for.
    """

    library = rx.asset("filter_bar.jsx", shared=True).importable_path
    tag = "FilterBar"

    columns: rx.Var[list[dict[str, Any]]]
    asked: rx.Var[Any]
    text: rx.Var[str]
    usual_range: rx.Var[str]
    counts: rx.Var[Any]
    on_count: rx.EventHandler[rx.event.passthrough_event_spec(str)]


class Facets(rx.Component):
    """The values of the columns in `names`, with how often each occurs."""

    library = rx.asset("facets.jsx", shared=True).importable_path
    tag = "Facets"

    columns: rx.Var[list[dict[str, Any]]]
    names: rx.Var[list[str]]
    counts: rx.Var[Any]
    opened: rx.Var[int]
    on_count: rx.EventHandler[rx.event.passthrough_event_spec(str)]


class Strip(rx.Component):
    """Sums, and bars over time of which a range can be brushed."""

    library = rx.asset("strip.jsx", shared=True).importable_path
    tag = "Strip"

    strip: rx.Var[Any]
    asked: rx.Var[Any]
    loading: rx.Var[bool]


class TableTools(rx.Component):
    """Its children, then which columns, how dense, and the list as a file; `columns` are those of the table."""

    library = rx.asset("table_tools.jsx", shared=True).importable_path
    tag = "TableTools"

    columns: rx.Var[list[dict[str, Any]]]
    asked: rx.Var[Any]


class ViewMenu(rx.Component):
    """The saved views, and what is shown now as one more. When they are `loaded`, the default is opened if nothing else
    was asked for; `changing` is how the last change ended, {number, trouble, said}.
    """

    library = rx.asset("views.jsx", shared=True).importable_path
    tag = "ViewMenu"

    views: rx.Var[Any]
    loaded: rx.Var[bool]
    may_share: rx.Var[bool]
    changing: rx.Var[Any]
    on_save: rx.EventHandler[rx.event.passthrough_event_spec(dict[str, Any])]
    on_default: rx.EventHandler[rx.event.passthrough_event_spec(str)]
    on_delete: rx.EventHandler[rx.event.passthrough_event_spec(str)]


class RepriceMenu(rx.Component):
    """`shown` is {phase, trouble, looked_at, words, changes, lines}: what to price again would change, or has."""

    library = rx.asset("repricing.jsx", shared=True).importable_path
    tag = "RepriceMenu"

    shown: rx.Var[Any]
    wrong: rx.Var[bool]
    on_preview: rx.EventHandler[rx.event.no_args_event_spec]
    on_apply: rx.EventHandler[rx.event.no_args_event_spec]
    on_forget: rx.EventHandler[rx.event.no_args_event_spec]


class RequestsTable(rx.Component):
    """The rows of `fresh`, which wait while somebody reads, then those of `lines`; `columns` are those of the table."""

    library = rx.asset("requests_table.jsx", shared=True).importable_path
    tag = "RequestsTable"

    columns: rx.Var[list[dict[str, Any]]]
    lines: rx.Var[Any]
    fresh: rx.Var[Any]
    opened: rx.Var[int]
    reading: rx.Var[int]
    asked: rx.Var[Any]
    has_more: rx.Var[bool]
    searched_back_to: rx.Var[str]
    gone_before: rx.Var[str]
    on_more: rx.EventHandler[rx.event.no_args_event_spec]
    on_refresh: rx.EventHandler[rx.event.no_args_event_spec]


def table_column(
    name: str, title: str, *, figure: bool = False, sorts: str = "", usual: bool = False
) -> dict[str, Any]:
    """A column of the table: `sorts` is what an address calls its order, `usual` ones are shown at first."""
    return {"name": name, "title": title, "figure": figure, "sorts": sorts, "usual": usual}


TABLE = [
    table_column("time", "Time", sorts="createdAt", usual=True),
    table_column("status", "Status", usual=True),
    table_column("model", "Model", usual=True),
    table_column("feature", "Feature", usual=True),
    table_column("user", "User", usual=True),
    table_column("tokens", "In → out", figure=True, sorts="tokens", usual=True),
    table_column("cost", "Cost", figure=True, sorts="cost", usual=True),
    table_column("first", "First token", figure=True, sorts="latency", usual=True),
    table_column("duration", "Duration", figure=True, sorts="duration", usual=True),
    table_column("conversation", "Chat", usual=True),
    table_column("provider", "Provider"),
    table_column("modelUsed", "Model that answered"),
    table_column("step", "Step"),
    table_column("account", "Account"),
    table_column("apiKey", "API key"),
    table_column("sessionId", "Session"),
    table_column("kind", "Kind"),
    table_column("origin", "Origin"),
    table_column("endpointHost", "Host"),
    table_column("finishReason", "Finish reason"),
    table_column("errorType", "Error"),
    table_column("errorMessage", "Error message"),
    table_column("cachedTokens", "Cached", figure=True),
    table_column("reasoningTokens", "Reasoning", figure=True),
    table_column("speed", "Speed", figure=True),
    table_column("costSource", "Cost is"),
    table_column("attempt", "Attempt", figure=True),
    table_column("trackingId", "Tracking id"),
]
