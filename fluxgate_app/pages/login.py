"""`/login`: an e-mail and a password become a session."""

import reflex as rx

from fluxgate_app.components.account_form import account_form, while_open
from fluxgate_app.components.door import door
from fluxgate_app.components.texts import say

EMAIL = {"name": "email", "label": say("email"), "type": "email", "autoComplete": "username", "testid": "login-email"}
PASSWORD = {"name": "password", "label": say("password"), "type": "password", "testid": "login-password"}
NEW_PASSWORD = PASSWORD | {"autoComplete": "new-password", "minLength": 12, "hint": say("passwordHint")}


def page() -> rx.Component:
    """Sign in, and land on `/`."""
    form = account_form(
        action="/api/auth/login",
        then="/",
        submit=say("signIn"),
        busy=say("signingIn"),
        fields=[EMAIL | {"autoFocus": True}, PASSWORD | {"autoComplete": "current-password"}],
        carry=[],
    )
    sign_up = while_open(
        rx.el.p(say("newHere"), rx.el.a(say("createAccount"), href="/signup", data_testid="signup-link")),
        action="/api/auth/signup",
    )
    return door(say("signIn"), say("signInWords"), form, sign_up)


def add_to(app: rx.App) -> None:
    """`/login`."""
    app.add_page(page, route="/login", title="Sign in · FluxGate")
