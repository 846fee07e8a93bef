"""`/requests`: every call, the newest first, each there within a second of its end."""

from typing import Any

import reflex as rx

from fluxgate_app.components.empty import empty, skeleton
from fluxgate_app.components.filters import SearchBox, chip, choice
from fluxgate_app.components.frame import in_app, page_head
from fluxgate_app.components.requests_table import requests_table
from fluxgate_app.pages.framed import ON_LOAD, framed
from fluxgate_app.states.person import Person
from fluxgate_app.states.requests import Requests
from fluxgate_app.tracking import Status


def page() -> rx.Component:
    """Filters, then the table, or why there is none."""
    whose = rx.cond(Person.is_admin, "Everybody’s requests", "Your own requests")
    return framed(
        "Requests",
        page_head("Requests", whose),
        _filters(),
        rx.el.div(
            rx.cond(
                Requests.error,
                _trouble(),
                rx.cond(Requests.is_empty, rx.cond(Requests.is_loading, skeleton(12), _nothing()), _table()),
            ),
            class_name="rows-place",
        ),
    )


def _filters() -> rx.Component:
    return rx.el.div(
        SearchBox.create(
            value=Requests.chosen["q"],
            placeholder="Search ids, models, users, errors",
            on_search=lambda text: Requests.choose("q", text),
        ),
        _choice("status", list(Status)),
        _choice("model", Requests.models),
        _choice("feature", Requests.features),
        rx.foreach(Requests.others, lambda one: chip(one, Requests.choose)),
        class_name="filters",
        role="search",
    )


def _choice(name: str, options: Any) -> rx.Component:
    return choice(name.title(), Requests.chosen[name], options, lambda value: Requests.choose(name, value))


def _table() -> rx.Component:
    more = rx.el.div(
        rx.el.button("Load more", type="button", class_name="button", on_click=Requests.more), class_name="more"
    )
    return rx.fragment(requests_table(Requests.fresh, Requests.lines), rx.cond(Requests.has_more, more))


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
    app.add_page(page, route="/requests", title="Requests · FluxGate", on_load=[*ON_LOAD, Requests.load])
