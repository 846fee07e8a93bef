"""`/login`: an e-mail and a password become a session."""

import reflex as rx

from fluxgate_app.components.account_form import account_form, while_open
from fluxgate_app.components.door import door

EMAIL = {"name": "email", "label": "E-mail", "type": "email", "autoComplete": "username", "testid": "login-email"}
PASSWORD = {"name": "password", "label": "Password", "type": "password", "testid": "login-password"}
NEW_PASSWORD = PASSWORD | {"autoComplete": "new-password", "minLength": 12, "hint": "At least 12 characters."}


def page() -> rx.Component:
    """Sign in, and land on `/`."""
    form = account_form(
        action="/api/auth/login",
        then="/",
        submit="Sign in",
        busy="Signing in …",
        fields=[EMAIL | {"autoFocus": True}, PASSWORD | {"autoComplete": "current-password"}],
        carry=[],
    )
    sign_up = while_open(
        rx.el.p("New here? ", rx.el.a("Create an account", href="/signup", data_testid="signup-link")),
        action="/api/auth/signup",
    )
    return door("Sign in", "Chat, and know what every call costs.", form, sign_up)


def add_to(app: rx.App) -> None:
    """`/login`."""
    app.add_page(page, route="/login", title="Sign in · FluxGate")
