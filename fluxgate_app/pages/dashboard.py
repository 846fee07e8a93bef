"""`/dashboard`: what calls cost and how slow they were, over time, by whatever tells them apart."""

from typing import Any, get_args

import reflex as rx

from fluxgate_app.components import figures
from fluxgate_app.components.charts import charts
from fluxgate_app.components.empty import empty, skeleton
from fluxgate_app.components.figures import groups_table
from fluxgate_app.components.frame import in_app, page_head
from fluxgate_app.components.meter import meter
from fluxgate_app.events.metrics.periods import INTERVALS
from fluxgate_app.events.metrics.question import DIMENSIONS
from fluxgate_app.pages.filters import filter_bar
from fluxgate_app.pages.framed import ON_LOAD, framed
from fluxgate_app.states.dashboard import Dashboard
from fluxgate_app.states.dashboard_links import USUAL_RANGE
from fluxgate_app.states.person import Person
from fluxgate_app.tracking.record import Origin


def page() -> rx.Component:
    """The question, then the figures, or why there are none."""
    whose = rx.cond(Person.is_admin, "Everybody’s requests", "Your own requests")
    return framed(
        "Dashboard",
        page_head("Dashboard", rx.el.span(whose, class_name="whose"), _refresh()),
        _question(),
        rx.el.div(
            rx.cond(Dashboard.error, _trouble(), _answer()),
            class_name=rx.cond(Dashboard.is_loading, "dashboard old", "dashboard"),
            aria_busy=Dashboard.is_loading,
        ),
    )


def _answer() -> rx.Component:
    found = rx.cond(Dashboard.is_empty, _nothing(), _figures())
    return rx.cond(Dashboard.as_of, found, _loading())


def _refresh() -> rx.Component:
    return rx.el.button(
        rx.icon("refresh-cw"),
        rx.cond(Dashboard.as_of, rx.el.span("as of ", Dashboard.as_of), ""),
        type="button",
        class_name="button quiet",
        title="Add up again",
        disabled=Dashboard.is_loading,
        on_click=Dashboard.load,
    )


def _question() -> rx.Component:
    return filter_bar(
        Dashboard.asked,
        Dashboard.text,
        rx.el.div(
            _select("Group by", Dashboard.chosen["dimension"], "groupBy", *_options(DIMENSIONS, "by {}")),
            rx.el.select(
                rx.el.option("and by …", value=""),
                *_options(DIMENSIONS, "and by {}"),
                value=Dashboard.chosen["second"],
                on_change=_then_by,
                class_name="select",
                aria_label="Then by",
            ),
            _select(
                "Interval",
                Dashboard.chosen["interval"],
                "interval",
                rx.el.option("auto interval", value="auto"),
                *_options(INTERVALS, "each {}"),
            ),
            _select(
                "Origin",
                Dashboard.chosen["origin"],
                "origin",
                rx.el.option("calls that count", value=""),
                *_options(("all", *get_args(Origin)), "{} calls"),
            ),
            class_name="cuts",
        ),
        usual_range=USUAL_RANGE,
    )


def _select(title: str, chosen: Any, name: str, *options: Any) -> rx.Component:
    return rx.el.select(
        *options,
        value=chosen,
        on_change=lambda value: Dashboard.choose(name, value),
        class_name="select",
        aria_label=title,
    )


def _then_by(name: Any) -> Any:
    first = Dashboard.chosen["dimension"]
    return Dashboard.choose("groupBy", rx.cond(name == "", first, f"{first},{name}"))


def _options(values: Any, words: str) -> list[rx.Component]:
    return [rx.el.option(words.format(value), value=value) for value in values]


def _figures() -> rx.Component:
    return rx.fragment(
        rx.cond(Dashboard.counts_unreal, _unreal()),
        figures.cards(Dashboard.cards),
        rx.el.p(
            Dashboard.compared,
            rx.cond(
                Dashboard.month_end["value"],
                rx.el.span(
                    " · ",
                    rx.el.strong(Dashboard.month_end["value"], data_testid="dashboard-forecast"),
                    " by the end of this month: ",
                    Dashboard.month_end["how"],
                ),
            ),
            class_name="dim",
        ),
        rx.cond(Dashboard.budget.title, _budget()),
        rx.el.div(charts(drawn=Dashboard.charts), class_name="charts-place"),
        rx.el.div(_boards(), class_name="boards"),
    )


def _budget() -> rx.Component:
    budget = Dashboard.budget
    return rx.el.div(
        rx.el.strong(budget.title),
        meter(budget.percent, budget.level, budget.spent),
        rx.el.span(budget.pace, class_name="dim"),
        class_name="budget-line",
        data_testid="dashboard-budget",
    )


def _boards() -> rx.Component:
    common = (figures.COST, figures.CHANGE, figures.REQUESTS, figures.ERRORS, figures.LATENCY)
    return rx.fragment(
        groups_table("Top features", "by spend", Dashboard.top_features, "No features.", *common),
        groups_table("Top models", "by spend", Dashboard.top_models, "No models.", *common),
        groups_table(
            "Top users",
            "by spend, beside their revenue in this time",
            Dashboard.top_users,
            "No users.",
            figures.COST,
            figures.REVENUE,
            figures.MARGIN,
            figures.REQUESTS,
        ),
        groups_table(
            "What changed most",
            "in spend",
            Dashboard.changed,
            "Nothing was spent.",
            figures.COST,
            figures.BEFORE,
            figures.CHANGE,
        ),
    )


def _unreal() -> rx.Component:
    return rx.el.p(
        "No call to a real provider was recorded yet: calls of every origin count, also demo and seeded ones.",
        class_name="hint",
        role="note",
    )


def _loading() -> rx.Component:
    return rx.el.div(
        rx.el.ul(*(rx.el.li(skeleton(2), class_name="card") for _ in range(8)), class_name="cards"),
        skeleton(8),
        skeleton(8),
    )


def _nothing() -> rx.Component:
    return rx.cond(
        Dashboard.is_filtered,
        empty(
            "No request matches",
            "Nothing that was recorded in this time is all that the filters ask for.",
            in_app("Clear the filters", to="/dashboard", class_name="button"),
        ),
        empty(
            "Nothing in this time",
            "What calls to models cost, how many there were and how slow they were shows here.",
            in_app("Ask something", to="/", class_name="button"),
        ),
    )


def _trouble() -> rx.Component:
    return rx.el.div(
        Dashboard.error,
        rx.el.button("Retry", type="button", class_name="button", on_click=Dashboard.load),
        in_app("Start over", to="/dashboard", class_name="button"),
        class_name="trouble",
        role="alert",
    )


def add_to(app: rx.App) -> None:
    """`/dashboard`."""
    app.add_page(page, route="/dashboard", title="Dashboard · FluxGate", on_load=[*ON_LOAD, Dashboard.load])
