"""Figures with what they were before: cards, each a link to the requests behind it, and tables of groups."""

from typing import Any

import reflex as rx

from fluxgate_app.components.frame import in_app

# The title of a column, what it shows of a row, and whether a phone leaves it out.
COST = ("Spend", lambda row: rx.el.span(row.cost, title=row.exact_cost), False)
REQUESTS = ("Requests", lambda row: row.requests, False)
ERRORS = ("Errors", lambda row: row.errors, True)
LATENCY = ("First p95", lambda row: row.latency, True)
BEFORE = ("Before", lambda row: row.before, False)
REVENUE = ("Revenue", lambda row: rx.el.span(row.revenue, title=row.monthly), False)
MARGIN = ("Margin", lambda row: row.margin, False)
CHANGE = ("Change", lambda row: changed(row.change), False)


def changed(change: Any) -> rx.Component:
    """A sign and how much; the direction in words for whoever hears it."""
    return rx.el.span(
        rx.el.span(change.sign, aria_hidden="true", class_name="sign"),
        change.words,
        rx.cond(change.direction, rx.el.span(f" {change.direction}", class_name="unseen")),
        class_name="change",
    )


def cards(shown: Any) -> rx.Component:
    """The figures of all calls."""
    return rx.el.ul(rx.foreach(shown, _card), class_name="cards", aria_label="Figures")


def _card(card: Any) -> rx.Component:
    return rx.el.li(
        in_app(
            rx.el.span(card.name, class_name="card-name"),
            rx.el.span(card.value, title=card.exact, class_name="card-value", data_testid=card.testid),
            rx.el.span(rx.el.span(card.note), changed(card.change), class_name="card-note"),
            to=card.link,
            class_name="card",
        ),
        key=card.testid,
    )


def groups_table(title: str, note: Any, shown: Any, nothing: str, *columns: Any) -> rx.Component:
    """The first groups of a dimension with these columns; `nothing` stands there when it has none."""
    heads = (rx.el.th(name, scope="col", class_name=_class(is_wide)) for name, _, is_wide in columns)
    lines = rx.el.table(
        rx.el.thead(rx.el.tr(rx.el.th("Name", scope="col"), *heads)),
        rx.el.tbody(rx.foreach(shown.rows, lambda row: _row(row, columns))),
    )
    return rx.el.section(
        rx.el.h2(title, rx.el.small(note)),
        rx.cond(
            shown.trouble,
            rx.el.p(shown.trouble, class_name="dim"),
            rx.cond(shown.rows.length() > 0, lines, rx.el.p(nothing, class_name="dim")),
        ),
        class_name="board",
    )


def _row(row: Any, columns: Any) -> rx.Component:
    return rx.el.tr(
        rx.el.th(in_app(row.name, to=row.link, title=row.title), scope="row"),
        *(rx.el.td(show(row), class_name=_class(is_wide)) for _, show, is_wide in columns),
    )


def _class(is_wide: bool) -> str:
    return "figure wide" if is_wide else "figure"
