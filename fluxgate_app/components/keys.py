"""What the keyboard can do on every page, with a button for the help that says so."""

import reflex as rx

from fluxgate_app.components import past, texts, transcript

# Its script imports theirs.
NEEDS = (past, texts, transcript)

rx.asset("preference.js", shared=True)


_LIBRARY = rx.asset("keys.jsx", shared=True).importable_path


class Keys(rx.Component):
    """A button that opens the help, as `?` does; the keys themselves; and where the focus goes on a new page."""

    library = _LIBRARY
    tag = "Keys"
    lib_dependencies: list[str] = [rx.icon("keyboard").library or ""]


class SkipLink(rx.Component):
    """Past the sidebar, for whoever goes with the Tab key."""

    library = _LIBRARY
    tag = "SkipLink"


keys = Keys.create
skip_link = SkipLink.create
