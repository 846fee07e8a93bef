"""`/login`: an e-mail and a password become a session."""

import reflex as rx

from fluxgate_app.components.account_form import account_form
from fluxgate_app.components.door import door

EMAIL = {"name": "email", "label": "E-mail", "type": "email", "autoComplete": "username", "testid": "login-email"}
PASSWORD = {"name": "password", "label": "Password", "type": "password", "testid": "login-password"}


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
    return door("Sign in", "Chat, and know what every call costs.", form)


def add_to(app: rx.App) -> None:
    """`/login`."""
    app.add_page(page, route="/login", title="Sign in · FluxGate")
