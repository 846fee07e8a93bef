"""Everything about one recorded call."""

from typing import Any

import reflex as rx

from fluxgate_app.components.ago import ago
from fluxgate_app.components.frame import in_app
from fluxgate_app.components.status import status

for _part in ("clipboard.js", "popover.jsx"):
    rx.asset(_part, shared=True)


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
    """Names and values: `name`, `value`, `link` when it leads somewhere, `note` beside it. Nothing for none."""

    def fact(one: Any) -> rx.Component:
        value = rx.cond(one.link, in_app(one.value, to=one.link), one.value)
        note = rx.cond(one.note, rx.el.small(one.note, title=one.exact))
        return rx.fragment(rx.el.dt(one.name), rx.el.dd(value, note, class_name="figure" if figures else ""))

    section = rx.el.section(rx.el.h2(title), rx.el.dl(rx.foreach(shown, fact), class_name="facts"))
    return rx.cond(shown, section)


def raw(title: str, text: Any) -> rx.Component:
    """A text as it is; nothing at all when there is none."""
    return rx.cond(text, rx.el.section(rx.el.h2(title), rx.el.pre(text, class_name="raw", tab_index=0)))


def request_head(shown: Any, when: rx.Component, *todo: rx.Component) -> rx.Component:
    """Status, model, provider, badge and time in one line, and what can be done with it."""
    return rx.el.div(
        status(shown.status),
        rx.el.strong(shown.model),
        rx.el.span(shown.provider, class_name="dim"),
        rx.cond(shown.badge, rx.el.span(shown.badge, class_name="badge")),
        rx.el.span(when, class_name="dim"),
        rx.el.div(*todo, class_name="todo"),
        class_name="detail-head",
    )


def around(groups: Any, here: Any) -> rx.Component:
    """Other calls of the same conversation or session: `title`, `link` to all, `lines`; `here` is this one's id."""

    def row(line: Any) -> rx.Component:
        return rx.el.li(
            in_app(
                ago(at=line.created_at),
                status(line.status),
                rx.el.span(line.model),
                rx.el.span(line.tokens, class_name="dim"),
                rx.el.span(line.cost, class_name="figure"),
                to=f"/requests/{line.tracking_id}",
                custom_attrs={"aria-current": rx.cond(line.tracking_id == here, "true", "false")},
            )
        )

    def group(one: Any) -> rx.Component:
        head = rx.el.h2("Of the same ", one.title.lower(), " ", in_app("All of them", to=one.link))
        return rx.el.section(head, rx.el.ul(rx.foreach(one.lines, row)), class_name="around")

    return rx.foreach(groups, group)


class AskAgain(rx.Component):
    """A button that opens a new chat with the `question` filled in, and the model of `groups` that was chosen.

    `account` is whose chat it is.
    """

    library = rx.asset("ask_again.jsx", shared=True).importable_path
    tag = "AskAgain"

    account: rx.Var[str]
    question: rx.Var[str]
    groups: rx.Var[Any]
    on_choose: rx.EventHandler[rx.event.passthrough_event_spec(str)]


class Copy(rx.Component):
    """A button that copies `text`, in which `{origin}` is this server's address."""

    library = rx.asset("copy_button.jsx", shared=True).importable_path
    tag = "Copy"

    text: rx.Var[str]
    label: rx.Var[str]
