"""What stands where there is nothing: what would be here, and the one thing to do."""

from typing import Any

import reflex as rx


def empty(title: Any, words: Any, *todo: rx.Component) -> rx.Component:
    """A short title, a sentence, and at most one thing to press."""
    return rx.el.section(rx.el.h2(title), rx.el.p(words), *todo, class_name="empty")


def skeleton(lines: int) -> rx.Component:
    """Grey lines that appear after 200 ms, while something is read."""
    return rx.el.div(*(rx.el.i() for _ in range(lines)), class_name="skeleton", aria_hidden="true")
