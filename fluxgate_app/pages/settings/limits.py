"""`/settings/limits`: for admins, what the settings say."""

from typing import Any

import reflex as rx

from fluxgate_app.components.settings import item, items, section
from fluxgate_app.pages.settings.tab import add, tab
from fluxgate_app.states.limits import Limits


def page() -> rx.Component:
    """Each setting with its name."""
    words = rx.fragment(
        "From the environment or the file ", rx.el.code(".env"), " of the server; a change counts after a restart."
    )
    return tab("Limits", Limits.is_loading, section("Limits", words, items(Limits.lines, _line)))


def _line(line: Any) -> rx.Component:
    return item(line.words, [rx.el.code(line.name)], rx.el.strong(line.value, class_name="value"), key=line.name)


def add_to(app: rx.App) -> None:
    """`/settings/limits`."""
    add(app, "Limits", page, Limits.load)
