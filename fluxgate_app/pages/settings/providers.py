"""`/settings/providers`: what there is to talk to."""

from typing import Any

import reflex as rx

from fluxgate_app.components.settings import item, items, section
from fluxgate_app.components.status import status
from fluxgate_app.pages.settings.tab import add, tab
from fluxgate_app.states.providers import Providers


def page() -> rx.Component:
    """Each provider, and whether it can be asked."""
    default = rx.fragment("A question that names no model goes to ", rx.el.code(Providers.default), ".")
    return tab("Providers", Providers.is_loading, section("Providers", default, items(Providers.lines, _provider)))


def _provider(line: Any) -> rx.Component:
    details = [
        line.words,
        rx.cond(line.key_setting, rx.el.code(line.key_setting), ""),
        rx.cond(line.host, rx.el.code(line.host), ""),
        line.models,
    ]
    return item(line.title, details, status(line.status), key=line.title)


def add_to(app: rx.App) -> None:
    """`/settings/providers`."""
    add(app, "Providers", page, Providers.load)
