"""`/settings/budgets`: for admins, what may be spent, and how much of it is."""

from typing import Any

import reflex as rx

from fluxgate_app.components.actions import actions
from fluxgate_app.components.form import form, opened_by
from fluxgate_app.components.meter import meter
from fluxgate_app.components.settings import item, items, refusal, section
from fluxgate_app.pages.settings.tab import add, tab
from fluxgate_app.states.budgets import Budgets

_LIMIT = {"name": "limit", "label": "Limit in USD", "required": True, "inputMode": "decimal", "maxLength": 30}
_FIELDS = [
    {
        "name": "scope",
        "label": "Whose calls",
        "half": True,
        "options": [
            {"value": "overall", "label": "everybody’s"},
            {"value": "account", "label": "an account’s"},
            {"value": "apiKey", "label": "an API key’s"},
            {"value": "feature", "label": "a feature’s"},
        ],
    },
    {"name": "subject", "label": "Which one", "maxLength": 200, "placeholder": "e-mail, key or feature", "half": True},
    _LIMIT | {"half": True},
    {
        "name": "period",
        "label": "Each",
        "half": True,
        "options": [{"value": "month", "label": "month"}, {"value": "day", "label": "day"}],
    },
    {
        "name": "unpriced",
        "label": "Calls whose price is unknown",
        "ticks": [{"value": "refuse", "label": "Refuse", "hint": "They pass otherwise, and count nothing."}],
    },
]
_REMOVE = {"act": "remove", "label": "Remove", "ask": "Calls pass without it at once.", "sure": "Remove"}


def page() -> rx.Component:
    """The list, one more, and another limit for one of them."""
    words = (
        "A call that would spend more is refused, and a stream is cut. A budget counts calls made here, from now on."
    )
    one_more = form(fields=_FIELDS, submit="Set budget", busy="Setting …", outcome=Budgets.making, on_send=Budgets.make)
    another = form(
        fields=[{"name": "budget", "label": "Budget", "options": Budgets.choices}, _LIMIT],
        submit="Change limit",
        busy="Changing …",
        outcome=Budgets.changing,
        on_send=Budgets.change,
    )
    nothing = rx.el.p("There are none: nothing holds calls back.", class_name="none")
    return tab(
        "Budgets",
        Budgets.is_loading,
        section(
            "Budgets",
            words,
            rx.el.div(
                opened_by("New budget", one_more),
                rx.cond(Budgets.lines, opened_by("Change a limit", another)),
                class_name="openers",
            ),
            refusal(Budgets.removing.trouble),
            rx.cond(Budgets.lines, items(Budgets.lines, _line), nothing),
        ),
    )


def _line(line: Any) -> rx.Component:
    title = rx.fragment(
        rx.cond(line.kind, rx.el.span(line.kind, class_name="dim")),
        line.title,
        meter(line.percent, line.level, line.spent),
    )
    remove = actions(
        about=line.title, choices=[_REMOVE], number=Budgets.removing.number, on_act=lambda _: Budgets.remove(line.id)
    )
    return item(title, [line.anew, line.held, line.unpriced], remove, key=line.id, data_testid="budget")


def add_to(app: rx.App) -> None:
    """`/settings/budgets`."""
    add(app, "Budgets", page, Budgets.load)
