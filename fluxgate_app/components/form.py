"""A form whose values go to a State."""

from typing import Any

import reflex as rx

for _part in ("busy.js", "ready.js"):
    rx.asset(_part, shared=True)


class Form(rx.Component):
    """`fields` are attributes of inputs with `label` and `hint`; `options` make a choice of one, `ticks` of several,
    `rows` a longer text, and two that are `half` stand side by side.

    `outcome` is {number, trouble, said}; its number changes with each answer. When there was no trouble, the form is
    emptied, and closed where it can be opened.
    """

    library = rx.asset("form.jsx", shared=True).importable_path
    tag = "Form"

    fields: rx.Var[list[dict[str, Any]]]
    submit: rx.Var[str]
    busy: rx.Var[str]
    outcome: rx.Var[Any]
    on_send: rx.EventHandler[rx.event.passthrough_event_spec(dict[str, Any])]


def opened_by(title: str, form: rx.Component) -> rx.Component:
    """A button that opens a form below it."""
    return rx.el.details(rx.el.summary(rx.icon("plus", size=16), title, class_name="button"), form, class_name="opens")


form = Form.create
