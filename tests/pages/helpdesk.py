"""A small page with a chat of its own, as anybody can write one for FluxGate: the settings are the component's."""

import reflex as rx

from fluxgate_app.components.chat import chat
from fluxgate_app.states.streaming_reply import StreamingReply


class Helpdesk(StreamingReply, rx.State):
    """What is asked here, a model of the demo provider answers."""

    model: str = "demo/demo-fast"


def page() -> rx.Component:
    """A title and the chat, without the frame."""
    asking = chat(
        Helpdesk,
        500,
        placeholder="Describe what went wrong",
        welcome_message="What can we mend for you?",
        suggested=["My parcel is late"],
        persona="support-agent",
    )
    return rx.el.main(rx.el.h1("Helpdesk"), asking, class_name="page", style={"height": "100dvh"})


def add_to(app: rx.App) -> None:
    """At `/helpdesk`."""
    app.add_page(page, route="/helpdesk", title="Helpdesk", on_load=Helpdesk.begin)
