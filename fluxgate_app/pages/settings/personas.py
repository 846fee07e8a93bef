"""`/settings/personas`: named system prompts, one's own and those that admins share."""

from typing import Any

import reflex as rx

from fluxgate_app.chat.personas import LONGEST_NAME, LONGEST_PROMPT
from fluxgate_app.components.actions import actions
from fluxgate_app.components.form import form, opened_by
from fluxgate_app.components.settings import item, items, refusal, section
from fluxgate_app.pages.settings.tab import add, tab
from fluxgate_app.states.person import Person
from fluxgate_app.states.personas import Personas

_FIELDS = [
    {"name": "name", "label": "Name", "required": True, "maxLength": LONGEST_NAME, "placeholder": "translator"},
    {
        "name": "prompt",
        "label": "Prompt",
        "required": True,
        "maxLength": LONGEST_PROMPT,
        "rows": 6,
        "placeholder": "You translate what you are told into plain English.",
        "hint": "It is sent before each conversation. A name that you have already gets this prompt instead.",
    },
]
_SHARED = {"name": "shared", "label": "For whom", "ticks": [{"value": "all", "label": "For everybody"}]}
_REMOVE = {"act": "remove", "label": "Remove", "ask": "Conversations that have it go on without.", "sure": "Remove"}


def page() -> rx.Component:
    """The list, and one more."""
    form_ = rx.cond(Person.is_admin, _form([*_FIELDS, _SHARED]), _form(_FIELDS))
    return tab(
        "Personas",
        Personas.is_loading,
        section(
            "Personas",
            rx.fragment(
                "Who the model is asked to be. They are chosen below a question, and by ",
                rx.el.code("persona"),
                " in the API: first one’s own of that name, then a shared one.",
            ),
            opened_by("New persona", form_),
            refusal(Personas.removing.trouble),
            items(Personas.lines, _line),
        ),
    )


def _form(fields: list[dict[str, Any]]) -> rx.Component:
    return form(fields=fields, submit="Keep", busy="Keeping …", outcome=Personas.making, on_send=Personas.make)


def _line(line: Any) -> rx.Component:
    remove = actions(
        about=line.name, choices=[_REMOVE], number=Personas.removing.number, on_act=lambda _: Personas.remove(line.id)
    )
    end = rx.cond(line.may_remove, remove)
    return item(line.name, [line.whose, line.prompt], end, key=line.name + line.id, data_testid="persona")


def add_to(app: rx.App) -> None:
    """`/settings/personas`."""
    add(app, "Personas", page, Personas.load)
