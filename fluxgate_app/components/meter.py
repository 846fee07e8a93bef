"""How much of something is used, as a bar with its words."""

from typing import Any

import reflex as rx


def meter(percent: Any, level: Any, words: Any) -> rx.Component:
    """A bar filled to this percentage; `level` is good, warn or bad, `words` stand beside it."""
    bar = rx.el.span(rx.el.span(style={"width": f"{percent}%"}), class_name=f"meter {level}", aria_hidden="true")
    return rx.el.span(bar, rx.el.span(words), class_name="metered")
