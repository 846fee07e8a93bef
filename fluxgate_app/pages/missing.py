"""An address that leads nowhere: it says so, and offers a way back."""

import reflex as rx

from fluxgate_app.components.empty import empty
from fluxgate_app.components.frame import in_app


def page() -> rx.Component:
    """For anybody, signed in or not."""
    return rx.el.main(
        empty(
            "There is nothing here",
            "The address may be mistyped, or what it led to is gone.",
            rx.el.div(
                in_app("Chat", to="/", class_name="button primary"),
                in_app("Requests", to="/requests", class_name="button"),
                class_name="choices",
            ),
        )
    )


def add_to(app: rx.App) -> None:
    """Every path without a page of its own."""
    app.add_page(page, route="404", title="Nothing here · FluxGate")
