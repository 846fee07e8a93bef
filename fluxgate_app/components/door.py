"""The card that stands alone before anybody is signed in."""

from typing import Any

import reflex as rx


def door(title: Any, words: Any, *content: rx.Component) -> rx.Component:
    """A title, a sentence, and below them most often a form."""
    return rx.el.main(
        rx.el.div(
            rx.el.header(
                rx.el.div(rx.el.img(src="/favicon.svg", alt=""), "FluxGate", class_name="brand"),
                rx.el.h1(title),
                rx.el.p(words),
            ),
            *content,
            class_name="door-card",
        ),
        class_name="door",
    )
