"""`/settings/retention`: for admins, how long what was recorded is kept."""

from typing import Any

import reflex as rx

from fluxgate_app.components.actions import actions
from fluxgate_app.components.form import form
from fluxgate_app.components.settings import item, items_of, refusal, section
from fluxgate_app.pages.settings.tab import add, tab
from fluxgate_app.states.retention import Retention

_PARTS = {
    "contents": ("Prompts and answers", "At least a day; they go with their request at the latest."),
    "requests": ("Requests", "At least 7 days. Their figures stay on the dashboard."),
    "figures": ("Figures", "At least as long as requests: what the dashboard adds up."),
}
_PRUNE = {
    "act": "prune",
    "label": "Delete now",
    "ask": "What is older goes for good.",
    "sure": "Delete",
}


def page() -> rx.Component:
    """An age for each part, and what becomes of prompts and answers."""
    fields = [_field(part, title, hint) for part, (title, hint) in _PARTS.items()]
    words = "Days after which each is deleted, every hour and for good. Empty keeps it for ever."
    ages = form(fields=fields, submit="Save", busy="Saving …", outcome=Retention.saving, on_send=Retention.save)
    prune = actions(about="", choices=[_PRUNE], number=Retention.pruning.number, on_act=lambda _: Retention.prune())
    return tab(
        "Retention",
        Retention.is_loading,
        section("How long it is kept", words, ages),
        section(
            "What is left",
            "Everything since these days.",
            refusal(Retention.pruning.trouble),
            items_of(*(_left(part, title) for part, (title, _) in _PARTS.items())),
            prune,
        ),
        section(
            "Prompts and answers",
            Retention.kept_texts,
            items_of(
                item(
                    "Content logging",
                    [rx.el.code("FLUXGATE_CONTENT_LOGGING"), "off, redact or full; a change counts after a restart"],
                    rx.el.strong(Retention.content_logging, class_name="value"),
                )
            ),
        ),
    )


def _field(part: str, title: str, hint: str) -> dict[str, Any]:
    return {
        "name": part,
        "label": title,
        "hint": hint,
        "inputMode": "numeric",
        "placeholder": "for ever",
        "maxLength": 5,
        "defaultValue": Retention.days[part],
    }


def _left(part: str, title: str) -> rx.Component:
    since = Retention.since[part]
    return item(title, [], rx.el.strong(rx.cond(since, f"since {since}", "all"), class_name="value"))


def add_to(app: rx.App) -> None:
    """`/settings/retention`."""
    add(app, "Retention", page, Retention.load)
