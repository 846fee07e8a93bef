"""The entry: the app that Reflex compiles into pages and serves."""

import reflex as rx

from fluxgate_app import wiring
from fluxgate_app.pages import chat, dashboard, login, missing, request, requests, settings, setup, signup
from fluxgate_app.states.ended_sessions import watch
from fluxgate_app.states.person import OnePersonPerTab
from fluxgate_app.states.unexpected import say_so

# In this order, since what comes later goes before.
STYLES = (
    *("base", "controls", "frame", "notices", "chat", "files", "manner", "share", "markdown", "overlays"),
    *("requests", "request", "settings", "dashboard", "door", "phone"),
)

app = rx.App(
    toaster=None,
    stylesheets=[f"/styles/{name}.css" for name in STYLES],
    head_components=[
        rx.el.link(rel="icon", href="/favicon.svg", type="image/svg+xml"),
        rx.el.script(src="/fluxgate.js"),
    ],
    html_lang="en",
    # The frame says in words that the connection is lost.
    extra_app_wraps={(5, "Overlay"): lambda _: None},
    backend_exception_handler=say_so,
)
app.add_middleware(OnePersonPerTab())
app.register_lifespan_task(wiring.current().running)
app.register_lifespan_task(watch(app))
for page in (chat, requests, request, dashboard, settings, login, setup, signup, missing):
    page.add_to(app)
