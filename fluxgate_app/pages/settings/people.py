"""`/settings/people`: for admins, everybody who can sign in."""

from typing import Any

import reflex as rx

from fluxgate_app.accounts.people import MAX_EMAIL, MAX_NAME
from fluxgate_app.components.actions import actions
from fluxgate_app.components.ago import ago
from fluxgate_app.components.form import form, opened_by
from fluxgate_app.components.settings import item, items, refusal, section
from fluxgate_app.components.shown_once import shown_once
from fluxgate_app.models import Role
from fluxgate_app.pages.settings.tab import add, tab
from fluxgate_app.states.people import People

_FIELDS = [
    {"name": "email", "label": "E-mail", "type": "email", "required": True, "maxLength": MAX_EMAIL},
    {"name": "name", "label": "Name", "maxLength": MAX_NAME},
    {
        "name": "role",
        "label": "Sees",
        "options": [
            {"value": str(Role.USER), "label": "their own things"},
            {"value": str(Role.ADMIN), "label": "everything (admin)"},
        ],
    },
]
_PROMOTE = {"act": "promote", "label": "Make admin", "ask": "They would see everything.", "sure": "Make admin"}
_DEMOTE = {"act": "demote", "label": "Make user", "ask": "They would see their own things alone.", "sure": "Make user"}
_DISABLE = {"act": "disable", "label": "Disable", "ask": "Their keys and sessions stop working.", "sure": "Disable"}
_ENABLE = {"act": "enable", "label": "Enable"}
_RESET = {"act": "reset", "label": "Reset password", "ask": "They are signed out everywhere.", "sure": "Reset"}
_OPEN = {"act": "open", "label": "Open sign-up", "ask": "Anybody may make an account.", "sure": "Open"}
_CLOSE = {"act": "close", "label": "Close sign-up"}


def page() -> rx.Component:
    """The list, one more, and whether people may add themselves."""
    form_ = form(fields=_FIELDS, submit="Make account", busy="Making …", outcome=People.making, on_send=People.make)
    return tab(
        "People",
        People.is_loading,
        section(
            "People",
            "Who can sign in, and what they see.",
            rx.el.div(
                opened_by("New account", form_), opened_by("Models allowed", _models_allowed()), class_name="openers"
            ),
            shown_once(
                secret=People.secret,
                title=f"A password for {People.whose}",
                words="Hand it over now: it is not shown again. They can change it in their profile.",
                label="The password",
                on_kept=People.forget,
            ),
            refusal(People.changing.trouble),
            items(People.lines, _person),
        ),
        section(
            "Sign-up",
            rx.cond(
                People.signup_open,
                "Open: whoever reaches the sign-in page may make an account.",
                "Closed: accounts are made by admins alone.",
            ),
            actions(
                about="",
                choices=rx.cond(People.signup_open, [_CLOSE], [_OPEN]),
                number=People.changing.number,
                on_act=lambda act: People.let_sign_up(act == "open"),
            ),
        ),
    )


def _models_allowed() -> rx.Component:
    patterns = {
        "name": "models",
        "label": "Models",
        "maxLength": 2000,
        "placeholder": "gpt-4o*, anthropic/*",
        "hint": "Names or patterns, with commas between. Nothing allows all.",
    }
    return form(
        fields=[{"name": "email", "label": "Account", "options": People.choices}, patterns],
        submit="Allow",
        busy="Saving …",
        outcome=People.allowing,
        on_send=People.allow,
    )


def _person(line: Any) -> rx.Component:
    title = rx.fragment(
        line.email,
        rx.cond(line.is_admin, rx.el.span("admin", class_name="badge")),
        rx.cond(line.is_disabled, rx.el.span("disabled", class_name="badge")),
    )
    seen = rx.cond(line.seen_at, rx.fragment("seen ", ago(at=line.seen_at)), "not signed in")
    role = rx.cond(line.is_admin, [_DEMOTE, _DISABLE, _RESET], [_PROMOTE, _DISABLE, _RESET])
    can = actions(
        about=line.email,
        choices=rx.cond(line.is_disabled, [_ENABLE], role),
        number=People.changing.number,
        on_act=lambda act: People.change(line.email, act),
    )
    end = rx.cond(line.is_me, rx.el.span("you", class_name="dim"), can)
    models = rx.cond(line.models, f"asks only {line.models}", "")
    return item(title, [line.name, seen, models], end, key=line.email, data_testid="person")


def add_to(app: rx.App) -> None:
    """`/settings/people`."""
    add(app, "People", page, People.load)
