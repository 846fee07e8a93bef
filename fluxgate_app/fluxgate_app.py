"""The entry: the app that Reflex compiles into pages and serves."""

import reflex as rx


def index() -> rx.Component:
    """The first page."""
    return rx.el.main(rx.el.h1("FluxGate"))


app = rx.App(
    toaster=None,
    head_components=[rx.el.link(rel="icon", href="/favicon.svg", type="image/svg+xml")],
)
app.add_page(index, route="/", title="FluxGate")
