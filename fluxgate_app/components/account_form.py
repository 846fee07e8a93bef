"""The forms of sign-in, sign-up and first start, and the button that logs out."""

from typing import Any

import reflex as rx

from fluxgate_app.components import composer, texts

# Its script imports theirs.
NEEDS = (composer, texts)

rx.asset("ready.js", shared=True)
_LIBRARY = rx.asset("account_form.jsx", shared=True).importable_path


class AccountForm(rx.Component):
    """Fields posted as JSON to `action`; then the whole page is loaded anew at `then`.

    `fields` are attributes of inputs with `label`, `hint`, `testid`; `carry` names what is taken from the address.
    """

    library = _LIBRARY
    tag = "AccountForm"

    action: rx.Var[str]
    then: rx.Var[str]
    submit: rx.Var[str]
    busy: rx.Var[str]
    fields: rx.Var[list[dict[str, Any]]]
    carry: rx.Var[list[str]]


class WhileOpen(rx.Component):
    """Its content, while `GET action` answers `{"open": true}`."""

    library = _LIBRARY
    tag = "WhileOpen"

    action: rx.Var[str]


class LogOut(rx.Component):
    """Ends the session, forgets the tab's State and goes to the sign-in page."""

    library = _LIBRARY
    tag = "LogOut"


account_form = AccountForm.create
while_open = WhileOpen.create
log_out = LogOut.create
