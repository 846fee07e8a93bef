"""Everything about one recorded call."""

from typing import Any

import reflex as rx

from fluxgate_app.components.frame import in_app
from fluxgate_app.components.status import status


def summary(figures: Any) -> rx.Component:
    """The few figures that matter most, large: `name`, `value`, `exact`, `note`."""

    def figure(shown: Any) -> rx.Component:
        return rx.el.div(
            rx.el.dt(shown.name), rx.el.dd(rx.el.span(shown.value, title=shown.exact), rx.el.small(" ", shown.note))
        )

    return rx.el.dl(rx.foreach(figures, figure), class_name="summary")


def timeline(waited: Any, wrote: Any, words: Any) -> rx.Component:
    """A bar from the request to its end: waiting for the first token, then writing. Widths are percentages."""

    def legend(part: Any) -> rx.Component:
        return rx.el.span(part.name, " ", part.value, class_name=part.tone)

    bar = rx.el.div(
        rx.el.i(class_name="wait", style={"width": waited}),
        rx.el.i(class_name="write", style={"width": wrote}),
        class_name="timeline",
        aria_hidden="true",
    )
    return rx.el.section(rx.el.h2("Timeline"), bar, rx.el.div(rx.foreach(words, legend), class_name="timeline-words"))


def facts(title: str, shown: Any, *, figures: bool = False) -> rx.Component:
    """Names and values: `name`, `value`, and `link` when the value leads somewhere. Nothing when there are none."""

    def fact(one: Any) -> rx.Component:
        value = rx.cond(one.link, in_app(one.value, to=one.link), one.value)
        return rx.fragment(rx.el.dt(one.name), rx.el.dd(value, class_name="figure" if figures else ""))

    section = rx.el.section(rx.el.h2(title), rx.el.dl(rx.foreach(shown, fact), class_name="facts"))
    return rx.cond(shown, section)


def raw(title: str, text: Any) -> rx.Component:
    """A text as it is; nothing at all when there is none."""
    return rx.cond(text, rx.el.section(rx.el.h2(title), rx.el.pre(text, class_name="raw", tab_index=0)))


def request_head(shown: Any, when: rx.Component) -> rx.Component:
    """Status, model, provider, badge and time in one line."""
    return rx.el.div(
        status(shown.status),
        rx.el.strong(shown.model),
        rx.el.span(shown.provider, class_name="dim"),
        rx.cond(shown.badge, rx.el.span(shown.badge, class_name="badge")),
        rx.el.span(when, class_name="dim"),
        class_name="detail-head",
    )
