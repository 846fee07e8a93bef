"""What surrounds every page of a signed-in person: the sidebar, a drawer on a phone, and the page beside it."""

from typing import Any

import reflex as rx
from reflex_components_core.core.banner import has_connection_errors
from reflex_components_core.react_router.dom import ReactRouterLink

from fluxgate_app.components.account_form import log_out
from fluxgate_app.components.keys import keys, skip_link
from fluxgate_app.components.texts import say

PLACES = (
    ("Chat", say("chat"), "/", "message-square"),
    ("Requests", say("requests"), "/requests", "list"),
    ("Dashboard", say("dashboard"), "/dashboard", "chart-column"),
    ("Settings", say("settings"), "/settings", "settings"),
)


def frame(here: str, email: Any, alerts: Any, trouble: Any, past: rx.Component, *page: rx.Component) -> rx.Component:
    """A page in its frame. `here` is the place to mark as current, `past` the list of conversations.

    `alerts` is how many nobody has acknowledged.
    """
    return rx.el.div(
        skip_link(),
        _sidebar(here, email, alerts, past),
        rx.el.div(class_name="scrim"),
        rx.el.main(rx.cond(trouble, _trouble(trouble)), *page, class_name="page", id="content", tab_index=-1),
        rx.cond(has_connection_errors, rx.el.div(say("connectionLost"), class_name="offline", role="status")),
        class_name="frame",
    )


def page_head(title: Any, *end: Any) -> rx.Component:
    """The line above a page: its title, what belongs at its end, and on a phone the button that opens the drawer."""
    menu = rx.el.button(
        rx.icon("menu"),
        type="button",
        class_name="icon-button menu-button",
        aria_label=say("menu"),
        data_opens_drawer="true",
    )
    return rx.el.header(menu, rx.el.h1(title), rx.el.div(*end, class_name="end"), class_name="page-head")


def in_app(*content: Any, to: Any, **attributes: Any) -> rx.Component:
    """A link to another page of ours: the socket stays open."""
    return ReactRouterLink.create(*content, to=to, **attributes)


def _sidebar(here: str, email: Any, alerts: Any, past: rx.Component) -> rx.Component:
    return rx.el.aside(
        in_app(rx.el.img(src="/favicon.svg", alt=""), "FluxGate", to="/", class_name="brand"),
        in_app(rx.icon("plus", size=16), say("newChat"), to="/", class_name="button", data_testid="new-chat"),
        past,
        rx.el.nav(*(_place(*place, here) for place in PLACES), class_name="places", aria_label=say("places")),
        rx.el.footer(
            rx.el.span(email, title=email),
            rx.cond(alerts, _bell(alerts)),
            keys(),
            rx.el.button(
                rx.icon("sun-moon"),
                type="button",
                class_name="icon-button",
                title=say("lightOrDark"),
                aria_label=say("lightOrDark"),
                on_click=rx.toggle_color_mode,
            ),
            log_out(rx.icon("log-out")),
            class_name="who",
        ),
        class_name="sidebar",
        aria_label=say("sidebar"),
    )


def _bell(alerts: Any) -> rx.Component:
    label = say("newAlerts", alerts)
    return in_app(
        rx.icon("bell"),
        rx.el.span(alerts, class_name="count", aria_hidden="true"),
        to="/settings/alerts",
        class_name="icon-button bell",
        title=label,
        aria_label=label,
        data_testid="alerts-bell",
    )


def _place(name: str, title: rx.Var[str], to: str, icon: str, here: str) -> rx.Component:
    current = {"aria-current": "page"} if name == here else {}
    return in_app(rx.icon(icon), title, to=to, custom_attrs=current)


def _trouble(trouble: Any) -> rx.Component:
    return rx.el.div(
        trouble, rx.el.a(say("reload"), href="", class_name="button"), class_name="trouble page-trouble", role="alert"
    )
