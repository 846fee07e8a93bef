"""What the list is narrowed by: a search, a few columns to choose from, and whatever else the address says."""

from typing import Any

import reflex as rx

rx.asset("ready.js", shared=True)


class SearchBox(rx.Component):
    """A text that is searched for when the typing pauses."""

    library = rx.asset("search_box.jsx", shared=True).importable_path
    tag = "SearchBox"

    value: rx.Var[str]
    placeholder: rx.Var[str]
    on_search: rx.EventHandler[rx.event.passthrough_event_spec(str)]


def choice(title: str, chosen: Any, options: Any, on_choose: Any) -> rx.Component:
    """One column: any value, or one of these."""

    def option(value: Any) -> rx.Component:
        return rx.el.option(value, value=value)

    return rx.el.select(
        rx.el.option(f"Any {title.lower()}", value=""),
        rx.foreach(options, option),
        value=chosen,
        on_change=on_choose,
        class_name="select",
        aria_label=title,
    )


def chip(one: Any, on_remove: Any) -> rx.Component:
    """Another filter of the address, to be taken away: `name`, `value`."""
    return rx.el.button(
        rx.el.span(one["name"], " is ", one["value"]),
        rx.icon("x", size=14),
        type="button",
        class_name="button chip",
        title="Remove this filter",
        on_click=on_remove(one["name"], ""),
    )
