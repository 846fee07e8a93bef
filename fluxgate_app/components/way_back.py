"""The way back from a page that was opened out of a list."""

import reflex as rx


class WayBack(rx.Component):
    """A link to `to`; Esc goes back to where one came from, or there."""

    library = rx.asset("way_back.jsx", shared=True).importable_path
    tag = "WayBack"

    to: rx.Var[str]
