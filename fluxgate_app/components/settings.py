"""The pieces of a settings page: its tabs, its sections, and lists of a few lines a thing."""

from typing import Any

import reflex as rx

from fluxgate_app.components.frame import in_app

Tab = tuple[str, str]


def tabs(shown: tuple[Tab, ...], to_admins: tuple[Tab, ...], is_admin: Any, here: str) -> rx.Component:
    """Titles and where they lead; some only for admins."""

    def tab(title: str, to: str) -> rx.Component:
        current = {"aria-current": "page"} if title == here else {}
        return in_app(title, to=to, custom_attrs=current)

    more = rx.cond(is_admin, rx.fragment(*(tab(*one) for one in to_admins)))
    return rx.el.nav(*(tab(*one) for one in shown), more, class_name="tabs", aria_label="Settings")


def section(title: Any, words: Any, *content: rx.Component) -> rx.Component:
    """A title, a sentence on what it is for, and what can be done."""
    return rx.el.section(rx.el.h2(title), rx.el.p(words), *content)


def items(shown: Any, one: Any) -> rx.Component:
    """A list: `one` makes an `item` of each."""
    return rx.el.ul(rx.foreach(shown, one), class_name="items")


def items_of(*shown: rx.Component) -> rx.Component:
    """A list of these items."""
    return rx.el.ul(*shown, class_name="items")


def item(title: Any, details: list[Any], *end: rx.Component, **attributes: Any) -> rx.Component:
    """A title, details in a smaller line below it, and what can be done with it at the end."""
    below = rx.el.div(*(rx.cond(detail, rx.el.span(detail)) for detail in details), class_name="details")
    return rx.el.li(rx.el.div(rx.el.div(title, class_name="title"), below), *end, **attributes)


def refusal(trouble: Any) -> rx.Component:
    """Why what was last pressed was not done."""
    return rx.cond(trouble, rx.el.p(trouble, class_name="trouble", role="alert"))
