"""The conversations of a person, by day, in the sidebar."""

from typing import Any

import reflex as rx

from fluxgate_app.components.frame import in_app


def past(groups: Any, here: Any, doubtful: Any, *, on_ask: Any, on_keep: Any, on_delete: Any) -> rx.Component:
    """Groups of conversations; `here` is the open one, `doubtful` the one that is about to be deleted."""

    def item(conversation: Any) -> rx.Component:
        return rx.cond(
            conversation.id == doubtful,
            _doubtful(conversation, on_keep, on_delete),
            _item(conversation, here, on_ask),
        )

    def group(day: Any) -> rx.Component:
        return rx.el.section(rx.el.h2(day.title), rx.el.ul(rx.foreach(day.conversations, item)))

    return rx.el.nav(rx.foreach(groups, group), class_name="past", aria_label="Conversations")


def _item(conversation: Any, here: Any, on_ask: Any) -> rx.Component:
    return rx.el.li(
        in_app(
            conversation.title, to=f"/c/{conversation.id}", title=conversation.title, data_testid="conversation-item"
        ),
        rx.el.button(
            rx.icon("trash-2", size=14),
            type="button",
            class_name="icon-button",
            title="Delete",
            aria_label=f"Delete {conversation.title}",
            on_click=on_ask(conversation.id),
        ),
        class_name=rx.cond(conversation.id == here, "past-item open", "past-item"),
    )


def _doubtful(conversation: Any, on_keep: Any, on_delete: Any) -> rx.Component:
    return rx.el.li(
        rx.el.span("Delete it?"),
        rx.el.button("Delete", type="button", class_name="button", on_click=on_delete(conversation.id)),
        rx.el.button("Keep", type="button", class_name="button", on_click=on_keep, auto_focus=True),
        class_name="past-item asking",
    )
