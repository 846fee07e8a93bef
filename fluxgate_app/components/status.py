"""How a call ended: a sign, a word and a colour, never the colour alone."""

from typing import Any

import reflex as rx


def status(shown: Any) -> rx.Component:
    """`shown` has `word`, `sign` and `tone` (good, warn, bad)."""
    return rx.el.span(rx.el.span(shown.sign, aria_hidden="true"), shown.word, class_name=f"status {shown.tone}")
