"""What all tabs of the settings have around them."""

from collections.abc import Callable
from typing import Any

import reflex as rx

from fluxgate_app.components.empty import empty, skeleton
from fluxgate_app.components.frame import page_head
from fluxgate_app.components.settings import tabs
from fluxgate_app.pages.framed import ON_LOAD, framed
from fluxgate_app.states.person import Person

TABS = (
    ("Profile", "/settings"),
    ("API keys", "/settings/keys"),
    ("Personas", "/settings/personas"),
    ("Providers", "/settings/providers"),
)
ADMIN_TABS = (
    ("People", "/settings/people"),
    ("Prices", "/settings/prices"),
    ("Budgets", "/settings/budgets"),
    ("Alerts", "/settings/alerts"),
    ("Retention", "/settings/retention"),
    ("Limits", "/settings/limits"),
)
ADDRESSES = dict((*TABS, *ADMIN_TABS))


def tab(title: str, is_loading: Any, *sections: rx.Component) -> rx.Component:
    """A page of this title."""
    content = rx.cond(is_loading, skeleton(6), rx.fragment(*sections))
    if title in dict(ADMIN_TABS):
        refused = empty("This is for admins", "Ask an admin what you would like to have changed.")
        content = rx.cond(Person.is_admin, content, rx.cond(Person.email, refused))
    return framed(
        "Settings",
        page_head("Settings"),
        tabs(TABS, ADMIN_TABS, Person.is_admin, title),
        rx.el.div(content, class_name="settings"),
    )


def add(app: rx.App, title: str, page: Callable[[], rx.Component], load: Any) -> None:
    """Put it at its address."""
    app.add_page(page, route=ADDRESSES[title], title=f"{title} · FluxGate", on_load=[*ON_LOAD, load])
