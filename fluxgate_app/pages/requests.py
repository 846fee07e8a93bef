"""`/requests`: every call, the newest first, each there within a second of its end."""

import reflex as rx

from fluxgate_app.components.empty import empty, skeleton
from fluxgate_app.components.explorer import (
    TABLE,
    Facets,
    RepriceMenu,
    RequestsTable,
    Strip,
    TableTools,
    ViewMenu,
)
from fluxgate_app.components.frame import in_app, page_head
from fluxgate_app.pages.filters import filter_bar
from fluxgate_app.pages.framed import ON_LOAD, framed
from fluxgate_app.states.person import Person
from fluxgate_app.states.repricing import Repricing
from fluxgate_app.states.request_columns import FACETS, filterable
from fluxgate_app.states.request_facets import RequestFacets
from fluxgate_app.states.request_strip import RequestStrip
from fluxgate_app.states.requests import Requests
from fluxgate_app.states.views import Views


def page() -> rx.Component:
    """Filters, what the calls add up to, counts, then the table, or why there is none."""
    whose = rx.cond(Person.is_admin, "Everybody’s requests", "Your own requests")
    return framed(
        "Requests",
        page_head("Requests", whose),
        filter_bar(Requests.asked, Requests.chosen.get("q", "")),
        rx.el.div(
            Facets.create(
                columns=filterable(),
                names=list(FACETS),
                counts=RequestFacets.counts,
                opened=Requests.opened,
                on_count=RequestFacets.count,
            ),
            rx.el.div(
                rx.el.div(
                    Strip.create(strip=RequestStrip.strip, asked=Requests.asked, loading=RequestStrip.is_loading),
                    TableTools.create(_views(), _repricing(), columns=TABLE, asked=Requests.asked),
                    class_name="strip-place",
                ),
                rx.el.div(_list(), class_name="rows-place"),
                class_name="explorer-main",
            ),
            class_name="explorer",
        ),
    )


def _views() -> rx.Component:
    return ViewMenu.create(
        views=Views.lines,
        loaded=~Views.is_loading,
        may_share=Person.is_admin,
        changing=Views.changing,
        on_save=Views.save,
        on_default=Views.open_with,
        on_delete=Views.delete,
    )


def _repricing() -> rx.Component:
    shown = {name: getattr(Repricing, name) for name in ("phase", "trouble", "looked_at", "words", "changes", "lines")}
    parts = RepriceMenu.create(
        shown=shown,
        wrong=Requests.error != "",
        on_preview=Repricing.preview,
        on_apply=Repricing.apply,
        on_forget=Repricing.forget,
    )
    return rx.cond(Person.is_admin, parts)


def _list() -> rx.Component:
    nothing = Requests.is_empty & ~Requests.has_more
    return rx.cond(
        Requests.error,
        _trouble(),
        rx.cond(nothing, rx.cond(Requests.is_loading, skeleton(12), _nothing()), _table()),
    )


def _table() -> rx.Component:
    return RequestsTable.create(
        columns=TABLE,
        lines=Requests.lines,
        fresh=Requests.fresh,
        opened=Requests.opened,
        reading=Requests.reading,
        asked=Requests.asked,
        has_more=Requests.has_more,
        searched_back_to=Requests.searched_back_to,
        gone_before=Requests.gone_before,
        on_more=Requests.more,
        on_refresh=Requests.load,
    )


def _nothing() -> rx.Component:
    return rx.cond(
        Requests.is_filtered,
        empty(
            "No request matches",
            "Nothing that was recorded is all that the filters ask for.",
            in_app("Clear the filters", to="/requests", class_name="button"),
        ),
        empty(
            "No requests yet",
            "Every call to a model shows here the moment it ends, with what it cost and how long it took.",
            in_app("Ask something", to="/", class_name="button"),
        ),
    )


def _trouble() -> rx.Component:
    return rx.el.div(
        Requests.error,
        in_app("Clear the filters", to="/requests", class_name="button"),
        class_name="trouble",
        role="alert",
    )


def add_to(app: rx.App) -> None:
    """`/requests`."""
    app.add_page(page, route="/requests", title="Requests · FluxGate", on_load=[*ON_LOAD, Requests.load, Views.load])
