"""`/settings`: one's own name, password and sessions."""

import reflex as rx

from fluxgate_app.components.actions import actions
from fluxgate_app.components.form import form
from fluxgate_app.components.language_select import language_select
from fluxgate_app.components.settings import section
from fluxgate_app.components.texts import say
from fluxgate_app.pages.settings.tab import add, tab
from fluxgate_app.states.profile import Profile

_OLD = {"name": "old", "label": "Old password", "type": "password", "autoComplete": "current-password"}
_NEW = {"name": "new", "label": "New password", "type": "password", "autoComplete": "new-password", "minLength": 12}
_OUT = {
    "act": "out",
    "label": "Sign out everywhere",
    "ask": "This browser too?",
    "sure": "Sign out",
}


def page() -> rx.Component:
    """Who one is."""
    name = {"name": "name", "label": "Name", "autoComplete": "name", "maxLength": 200, "defaultValue": Profile.name}
    new = _NEW | {"hint": "At least 12 characters.", "required": True}
    browsers = rx.cond(
        Profile.browsers == 1, "Only this browser is signed in.", f"{Profile.browsers} browsers are signed in."
    )
    return tab(
        "Profile",
        Profile.is_loading,
        section(
            "Profile",
            rx.fragment("Signed in as ", rx.el.strong(Profile.email), f", {Profile.role}."),
            form(fields=[name], submit="Save", busy="Saving …", outcome=Profile.naming, on_send=Profile.rename),
        ),
        section(say("language"), say("languageWords"), language_select()),
        section(
            "Password",
            "A new one signs out every other browser.",
            form(
                fields=[_OLD | {"required": True}, new],
                submit="Change password",
                busy="Changing …",
                outcome=Profile.changing,
                on_send=Profile.change_password,
            ),
        ),
        section(
            "Sessions",
            browsers,
            actions(about="", choices=[_OUT], number=0, on_act=lambda _: Profile.sign_out_everywhere()),
        ),
    )


def add_to(app: rx.App) -> None:
    """`/settings`."""
    add(app, "Profile", page, Profile.load)
