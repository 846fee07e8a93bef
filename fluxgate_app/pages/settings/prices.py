"""`/settings/prices`: for admins, prices that come before the public list."""

from typing import Any

import reflex as rx

from fluxgate_app.components.actions import actions
from fluxgate_app.components.form import form, opened_by
from fluxgate_app.components.settings import item, items, refusal, section
from fluxgate_app.pages.settings.tab import add, tab
from fluxgate_app.states.prices import Prices


def _usd(name: str, label: str) -> dict[str, Any]:
    return {"name": name, "label": label, "inputMode": "decimal", "maxLength": 30, "half": True}


_FIELDS = [
    {"name": "provider", "label": "Provider", "required": True, "placeholder": "openai, or * for any", "half": True},
    {"name": "model", "label": "Model", "required": True, "placeholder": "gpt-4o, or gpt-4o*", "half": True},
    _usd("input", "Input"),
    _usd("output", "Output"),
    _usd("cache_read", "Cache read"),
    _usd("cache_write", "Cache write"),
    _usd("reasoning", "Reasoning"),
    {"name": "since", "label": "From", "type": "date", "half": True},
    {
        "name": "source",
        "label": "Source",
        "maxLength": 500,
        "placeholder": "Where the prices are from",
        "hint": "Prices are in USD per million tokens. One that is left out is that of the whole it belongs to.",
    },
]
_REMOVE = {"act": "remove", "label": "Remove", "ask": "Calls to come are priced without it.", "sure": "Remove"}


def page() -> rx.Component:
    """The list, and one more."""
    words = rx.fragment(
        "They come before the public price list, for calls from their day on. ",
        rx.el.code("fluxgate reprice"),
        " prices earlier calls again.",
    )
    nothing = rx.el.p("None are set: calls cost what the public price list says.", class_name="none")
    form_ = form(fields=_FIELDS, submit="Set prices", busy="Setting …", outcome=Prices.making, on_send=Prices.make)
    return tab(
        "Prices",
        Prices.is_loading,
        section(
            "Prices",
            words,
            opened_by("New prices", form_),
            refusal(Prices.removing.trouble),
            rx.cond(Prices.lines, items(Prices.lines, _line), nothing),
        ),
    )


def _line(line: Any) -> rx.Component:
    remove = actions(
        about=line.model, choices=[_REMOVE], number=Prices.removing.number, on_act=lambda _: Prices.remove(line.id)
    )
    return item(line.model, [line.prices, line.since, line.source], remove, key=line.id, data_testid="price")


def add_to(app: rx.App) -> None:
    """`/settings/prices`."""
    add(app, "Prices", page, Prices.load)
