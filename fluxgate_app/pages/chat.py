"""`/` and `/c/<id>`: ask, watch the answer arrive, come back to it."""

import reflex as rx

from fluxgate_app.components.chat import chat, model_select
from fluxgate_app.components.empty import empty
from fluxgate_app.components.frame import in_app, page_head
from fluxgate_app.components.manner import manner_picker
from fluxgate_app.components.texts import say
from fluxgate_app.pages.framed import ON_LOAD, framed
from fluxgate_app.states.chat import Chat
from fluxgate_app.states.shares import Shares


def page() -> rx.Component:
    """The open conversation, or that there is none at this address."""
    models = model_select(Chat.models, Chat.model, Chat.choose)
    manner = manner_picker(
        manner=Chat.manner, personas=Chat.personas, trouble=Chat.manner_trouble, on_change=Chat.behave
    )
    return framed(
        "Chat",
        page_head(rx.cond(Chat.title, Chat.title, say("newChat")), _spent(), rx.cond(Chat.conversation, _share())),
        rx.cond(Chat.is_missing, _missing(), chat(Chat, Chat.most, models, manner, note=Chat.note, place=Chat.place)),
    )


def _spent() -> rx.Component:
    found = Chat.spent
    words = rx.el.span(
        say("cost", found.cost),
        rx.cond((found.priced > 0) & (found.unpriced > 0), say("spentUnpriced", found.unpriced), ""),
        rx.el.span(" · ", say("spentTokens", found.tokens), class_name="spent-tokens"),
        title=say("spentExactly", found.exact, found.priced, found.unpriced),
        class_name="spent",
        data_testid="spent",
    )
    return rx.cond(found.cost, words)


def _share() -> rx.Component:
    return rx.el.button(
        rx.icon("share-2", size=16),
        rx.el.span(say("share")),
        type="button",
        class_name="button",
        on_click=Shares.open(Chat.conversation, rx.Var("window.location.pathname").to(str)),
        title=say("share"),
        aria_label=say("share"),
        data_testid="share",
    )


def _missing() -> rx.Component:
    return empty(
        say("noSuchConversation"),
        say("whyNoSuchConversation"),
        in_app(say("newChat"), to="/", class_name="button"),
    )


def add_to(app: rx.App) -> None:
    """Both addresses have the same page."""
    title = rx.cond(Chat.title, f"{Chat.title} · FluxGate", "FluxGate")
    for route in ("/", "/c/[conversation_id]"):
        app.add_page(page, route=route, title=title, on_load=[*ON_LOAD, Chat.load])
