"""`/settings/alerts`: for admins, what was told, by which rules, and where it is sent."""

from typing import Any

import reflex as rx

from fluxgate_app.components.actions import actions
from fluxgate_app.components.ago import ago
from fluxgate_app.components.form import form, opened_by
from fluxgate_app.components.settings import item, items, refusal, section
from fluxgate_app.components.shown_once import shown_once
from fluxgate_app.pages.settings.tab import add, tab
from fluxgate_app.states.alerts import Alerts

_FIELDS = [
    {
        "name": "kind",
        "label": "Tell when",
        "options": [
            {"value": "spend", "label": "spend is high (USD)"},
            {"value": "errorRate", "label": "requests fail (percent)"},
            {"value": "latency", "label": "first tokens are late (p95, ms)"},
            {"value": "duration", "label": "requests are long (p95, ms)"},
            {"value": "unpriced", "label": "a model has no price (calls)"},
        ],
    },
    {
        "name": "threshold",
        "label": "More than",
        "required": True,
        "inputMode": "decimal",
        "maxLength": 30,
        "half": True,
    },
    {
        "name": "minutes",
        "label": "Over the last minutes",
        "type": "number",
        "min": 5,
        "max": 44640,
        "defaultValue": "60",
        "required": True,
        "half": True,
    },
]
_REMOVE = {"act": "remove", "label": "Remove", "ask": "Nobody is told of it any more.", "sure": "Remove"}
_SEEN = {"act": "seen", "label": "Acknowledge"}
_ALL = {"act": "seen", "label": "Acknowledge all"}


def page() -> rx.Component:
    """The last ones, the rules, the webhook."""
    return tab("Alerts", Alerts.is_loading, _recent(), _rules(), _webhook())


def _recent() -> rx.Component:
    all_of_them = actions(
        about="", choices=[_ALL], number=Alerts.seeing.number, on_act=lambda _: Alerts.acknowledge("")
    )
    nothing = rx.el.p("Nothing was told yet.", class_name="none")
    return section(
        "Alerts",
        "Of each budget at 80 % and when it is used up, and of what the rules below say.",
        refusal(Alerts.seeing.trouble),
        rx.cond(Alerts.lines, rx.fragment(all_of_them, items(Alerts.lines, _alert)), nothing),
    )


def _alert(line: Any) -> rx.Component:
    seen = actions(
        about=line.message, choices=[_SEEN], number=Alerts.seeing.number, on_act=lambda _: Alerts.acknowledge(line.id)
    )
    end = rx.cond(line.is_known, rx.el.span("acknowledged", class_name="dim"), seen)
    return item(line.message, [ago(at=line.at), line.sent], end, key=line.id, data_testid="alert")


def _rules() -> rx.Component:
    one_more = form(fields=_FIELDS, submit="Add rule", busy="Adding …", outcome=Alerts.making, on_send=Alerts.make)
    return section(
        "Rules",
        "Calls to real providers count, a rate only of ten or more. Each is told at most once in its minutes.",
        opened_by("New rule", one_more),
        refusal(Alerts.removing.trouble),
        rx.cond(Alerts.rules, items(Alerts.rules, _rule)),
    )


def _rule(line: Any) -> rx.Component:
    remove = actions(
        about=line.title, choices=[_REMOVE], number=Alerts.removing.number, on_act=lambda _: Alerts.remove(line.id)
    )
    return item(line.title, [line.window], remove, key=line.id, data_testid="alert-rule")


def _webhook() -> rx.Component:
    url = {
        "name": "url",
        "label": "Address",
        "type": "url",
        "maxLength": 2000,
        "placeholder": "https://hooks.example.com/fluxgate",
        "defaultValue": Alerts.webhook,
        "hint": "Nothing sends them nowhere. A new address has a new secret.",
    }
    return section(
        "Webhook",
        "Where alerts are sent, signed, until they are taken. It must be on the internet.",
        form(fields=[url], submit="Save", busy="Saving …", outcome=Alerts.pointing, on_send=Alerts.point),
        shown_once(
            secret=Alerts.secret,
            title="The webhook’s secret",
            words="Copy it now: it is not shown again. With it x-webhook-signature is made, over the "
            "x-webhook-timestamp, a dot and the body.",
            label="The secret",
            on_kept=Alerts.forget,
        ),
    )


def add_to(app: rx.App) -> None:
    """`/settings/alerts`."""
    add(app, "Alerts", page, Alerts.load)
