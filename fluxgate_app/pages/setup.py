"""`/setup?token=…`: the link of the first start makes the first admin."""

import reflex as rx

from fluxgate_app.components.account_form import account_form
from fluxgate_app.components.door import door
from fluxgate_app.components.texts import say
from fluxgate_app.pages.login import EMAIL, NEW_PASSWORD


def page() -> rx.Component:
    """Make the first admin, signed in at once."""
    form = account_form(
        action="/api/auth/setup",
        then="/",
        submit=say("createAdmin"),
        busy=say("creating"),
        fields=[EMAIL | {"autoFocus": True}, NEW_PASSWORD],
        carry=["token"],
    )
    return door(say("welcomeToFluxGate"), say("firstAdmin"), form)


def add_to(app: rx.App) -> None:
    """`/setup`."""
    app.add_page(page, route="/setup", title="First start · FluxGate")
