"""`/requests/<trackingId>`: everything about one call."""

import reflex as rx

from fluxgate_app.components import request_detail as detail
from fluxgate_app.components.ago import ago
from fluxgate_app.components.empty import empty, skeleton
from fluxgate_app.components.frame import in_app, page_head
from fluxgate_app.components.way_back import WayBack
from fluxgate_app.pages.framed import ON_LOAD, framed
from fluxgate_app.states.request import Request


def page() -> rx.Component:
    """What it was, what it cost, how long it took, what it said."""
    return framed(
        "Requests",
        page_head("Request", WayBack.create("All requests", to="/requests")),
        rx.cond(
            Request.is_loading,
            rx.el.div(skeleton(8), class_name="detail"),
            rx.cond(Request.is_missing, _missing(), _detail()),
        ),
    )


def _detail() -> rx.Component:
    return rx.el.article(
        detail.request_head(
            Request.line,
            ago(at=Request.line.created_at, full=True),
            detail.Copy.create(text=Request.curl, label="Copy as curl"),
            rx.cond(
                Request.question,
                detail.AskAgain.create(
                    account=Request.account,
                    question=Request.question,
                    groups=Request.models,
                    on_choose=Request.ask_again,
                ),
            ),
        ),
        rx.cond(Request.error, rx.el.div(Request.error, class_name="trouble")),
        detail.summary(Request.summary),
        detail.timeline(Request.waited, Request.wrote, Request.timeline),
        rx.el.div(
            detail.facts("Call", Request.call),
            detail.facts("Context", Request.context),
            detail.facts("Tokens", Request.tokens, figures=True),
            detail.facts("Cost", Request.cost),
            detail.facts("Feedback", Request.opinion),
            class_name="columns",
        ),
        detail.around(Request.around, Request.line.tracking_id),
        detail.raw("Prompt", Request.prompt),
        detail.raw("Answer", Request.answer),
        detail.raw("Metadata", Request.metadata),
        detail.raw("Usage as the provider told it", Request.raw_usage),
        class_name="detail",
        data_testid="request-detail",
    )


def _missing() -> rx.Component:
    return empty(
        "There is no such request",
        "Nothing was recorded under this id that you may see.",
        in_app("All requests", to="/requests", class_name="button"),
    )


def add_to(app: rx.App) -> None:
    """`/requests/<trackingId>`."""
    on_load = [*ON_LOAD, Request.load]
    app.add_page(page, route="/requests/[tracking_id]", title="Request · FluxGate", on_load=on_load)
