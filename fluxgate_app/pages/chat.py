"""`/` and `/c/<id>`: ask, watch the answer arrive, come back to it."""

import reflex as rx

from fluxgate_app.components.chat import chat, model_select
from fluxgate_app.components.empty import empty
from fluxgate_app.components.frame import in_app, page_head
from fluxgate_app.components.texts import say
from fluxgate_app.pages.framed import ON_LOAD, framed
from fluxgate_app.states.chat import Chat


def page() -> rx.Component:
    """The open conversation, or that there is none at this address."""
    models = model_select(Chat.models, Chat.model, Chat.choose)
    return framed(
        "Chat",
        page_head(rx.cond(Chat.title, Chat.title, say("newChat"))),
        rx.cond(Chat.is_missing, _missing(), chat(Chat, Chat.most, models, note=Chat.note, place=Chat.place)),
    )


def _missing() -> rx.Component:
    return empty(
        say("noSuchConversation"),
        say("whyNoSuchConversation"),
        in_app(say("newChat"), to="/", class_name="button"),
    )


def add_to(app: rx.App) -> None:
    """Both addresses have the same page."""
    for route in ("/", "/c/[conversation_id]"):
        app.add_page(page, route=route, title="FluxGate", on_load=[*ON_LOAD, Chat.load])
