"""A page of a signed-in person: its content in the frame, with what the frame shows."""

import reflex as rx

from fluxgate_app.components.frame import frame
from fluxgate_app.components.past import past
from fluxgate_app.states.chat import Chat
from fluxgate_app.states.conversations import Conversations
from fluxgate_app.states.person import Person

ON_LOAD = [Person.greet, Conversations.load]


def framed(here: str, *content: rx.Component) -> rx.Component:
    """`here` is the place that the sidebar marks as current."""
    list_of_chats = past(
        Conversations.days,
        Chat.conversation if here == "Chat" else "",
        Conversations.doubtful,
        on_ask=Conversations.ask,
        on_keep=Conversations.keep,
        on_delete=Conversations.delete,
    )
    return frame(here, Person.email, Person.trouble, list_of_chats, *content)
