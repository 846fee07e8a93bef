"""A moment in the viewer's words and zone."""

import reflex as rx


class Ago(rx.NoSSRComponent):
    """ "12 s ago", exact on hover; `full` says both. `at` is an ISO time."""

    library = rx.asset("ago.jsx", shared=True).importable_path
    tag = "Ago"

    at: rx.Var[str]
    full: rx.Var[bool]


ago = Ago.create
