"""`/signup`: an account for oneself, while an admin lets people make them."""

import reflex as rx

from fluxgate_app.components.account_form import account_form
from fluxgate_app.components.door import door
from fluxgate_app.components.texts import say
from fluxgate_app.pages.login import EMAIL, NEW_PASSWORD

NAME = {"name": "name", "label": say("name"), "autoComplete": "name", "maxLength": 200, "testid": "signup-name"}


def page() -> rx.Component:
    """Make an account, and land on `/`, signed in."""
    form = account_form(
        action="/api/auth/signup",
        then="/",
        submit=say("createAccountNow"),
        busy=say("creating"),
        fields=[NAME | {"autoFocus": True}, EMAIL, NEW_PASSWORD],
        carry=[],
    )
    sign_in = rx.el.p(say("haveOne"), rx.el.a(say("signIn"), href="/login"))
    return door(say("createAccount"), say("signInWords"), form, sign_in)


def add_to(app: rx.App) -> None:
    """`/signup`."""
    app.add_page(page, route="/signup", title="Create an account · FluxGate")
