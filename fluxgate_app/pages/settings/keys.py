"""`/settings/keys`: API keys, listed, made and revoked."""

from typing import Any

import reflex as rx

from fluxgate_app.accounts.api_keys import MAX_NAME, MAX_PER_MINUTE
from fluxgate_app.components.actions import actions
from fluxgate_app.components.ago import ago
from fluxgate_app.components.form import form, opened_by
from fluxgate_app.components.settings import item, items, refusal, section
from fluxgate_app.components.shown_once import shown_once
from fluxgate_app.pages.settings.tab import add, tab
from fluxgate_app.states.keys import Keys
from fluxgate_app.states.person import Person

_NAME = {"name": "name", "label": "Name", "required": True, "maxLength": MAX_NAME, "placeholder": "What is it for?"}
_DAYS = {
    "name": "days",
    "label": "Expires",
    "options": [
        {"value": "30", "label": "in 30 days"},
        {"value": "90", "label": "in 90 days"},
        {"value": "365", "label": "in a year"},
        {"value": "", "label": "never"},
    ],
    "defaultValue": "90",
}
_MODELS = {
    "name": "models",
    "label": "Models it may ask",
    "maxLength": 1000,
    "placeholder": "all, or gpt-4o*, anthropic/*",
}
_REVOKE = {
    "act": "revoke",
    "label": "Revoke",
    "ask": "What uses it stops working at once.",
    "sure": "Revoke",
}


def page() -> rx.Component:
    """The keys, and one more."""
    whose = rx.cond(Person.is_admin, "Everybody’s keys. ", "")
    return tab(
        "API keys",
        Keys.is_loading,
        section(
            "API keys",
            rx.fragment(whose, "With a key a program calls the API in its owner’s name."),
            opened_by("New key", _form()),
            shown_once(
                secret=Keys.secret,
                title="Your new key",
                words="Copy it now: it is not shown again.",
                label="The key",
                trial=Keys.trial,
                on_kept=Keys.forget,
            ),
            refusal(Keys.revoking.trouble),
            rx.cond(Keys.lines, items(Keys.lines, _key), rx.el.p("No keys yet.", class_name="none")),
        ),
    )


def _form() -> rx.Component:
    limit = {
        "name": "limit",
        "label": "Requests a minute",
        "type": "number",
        "min": 1,
        "max": MAX_PER_MINUTE,
        "placeholder": Keys.usual_limit,
    }
    scopes = {"name": "scopes", "label": "What it may do", "ticks": Keys.scopes}
    return form(
        fields=[_NAME, scopes, _DAYS, limit, _MODELS],
        submit="Make key",
        busy="Making …",
        outcome=Keys.making,
        on_send=Keys.make,
    )


def _key(line: Any) -> rx.Component:
    used = rx.cond(line.used_at, rx.fragment("used ", ago(at=line.used_at)), "never used")
    title = rx.fragment(
        line.name,
        rx.el.code(line.shown, class_name="dim"),
        rx.cond(line.is_expired, rx.el.span("expired", class_name="badge")),
    )
    details = [
        rx.cond(Person.is_admin, line.owner, ""),
        line.scopes,
        line.limit,
        rx.cond(line.models, f"only {line.models}", ""),
        rx.cond(line.expires, rx.fragment(rx.cond(line.is_expired, "expired ", "expires "), line.expires), "no end"),
        used,
    ]
    revoke = actions(
        about=line.name, choices=[_REVOKE], number=Keys.revoking.number, on_act=lambda _: Keys.revoke(line.id)
    )
    return item(title, details, revoke, key=line.id, data_testid="api-key")


def add_to(app: rx.App) -> None:
    """`/settings/keys`."""
    add(app, "API keys", page, Keys.load)
