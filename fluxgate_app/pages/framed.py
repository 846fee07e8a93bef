"""A page of a signed-in person: its content in the frame, with what the frame shows."""

import reflex as rx

from fluxgate_app.components.frame import frame
from fluxgate_app.components.past import past
from fluxgate_app.components.share_dialog import share_dialog
from fluxgate_app.states.chat import Chat
from fluxgate_app.states.conversations import Conversations
from fluxgate_app.states.person import Person
from fluxgate_app.states.shares import Shares

# A State outlives the page on which a dialog was left open.
ON_LOAD = [Person.greet, Conversations.load, Shares.leave]


def framed(here: str, *content: rx.Component) -> rx.Component:
    """`here` is the place that the sidebar marks as current."""
    list_of_chats = past(
        days=Conversations.days,
        loaded=Conversations.loaded,
        here=Chat.conversation if here == "Chat" else "",
        words=Conversations.words,
        in_archive=Conversations.in_archive,
        has_more=Conversations.has_more,
        undo=Conversations.undo,
        on_search=Conversations.search,
        on_rename=Chat.rename,
        on_pin=Conversations.pin,
        on_archive=Conversations.archive,
        on_delete=Conversations.delete,
        on_share=Shares.open,
        on_restore=Conversations.restore,
        on_show_archive=Conversations.show_archive,
        on_more=Conversations.more,
    )
    return frame(here, Person.email, Person.alerts, Person.trouble, list_of_chats, *content, _sharing())


def _sharing() -> rx.Component:
    return share_dialog(
        conversation=Shares.conversation,
        title=Shares.title,
        links=Shares.links,
        path=Shares.path,
        trouble=Shares.trouble,
        answered=Shares.answered,
        on_create=Shares.create,
        on_withdraw=Shares.withdraw,
        on_close=Shares.close,
    )
