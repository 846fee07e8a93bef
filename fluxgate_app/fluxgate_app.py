"""The entry: the app that Reflex compiles into pages and serves."""

import reflex as rx

from fluxgate_app import wiring
from fluxgate_app.api.app import create_api


def index() -> rx.Component:
    """The first page."""
    return rx.el.main(rx.el.h1("FluxGate"))


app = rx.App(
    toaster=None,
    head_components=[rx.el.link(rel="icon", href="/favicon.svg", type="image/svg+xml")],
    api_transformer=create_api(wiring.current()),
)
app.register_lifespan_task(wiring.current().running)
app.add_page(index, route="/", title="FluxGate")
